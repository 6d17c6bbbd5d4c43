//! Default inputs for the plugin of this repository, which is recognised by its file name: properties that
//! lead nowhere, and a command that raises an event. Any other plugin has no defaults.

use std::path::Path;

/// Inputs for one plugin.
pub(crate) struct Sample {
    file_stem: &'static str,
    pub(crate) properties: &'static str,
    pub(crate) raise_command: &'static str,
    pub(crate) raise_request: &'static str,
}

const SAMPLES: [Sample; 1] = [Sample {
    file_stem: "libwhatsapp_adapter",
    properties: include_str!("../fixtures/whatsapp.properties.json"),
    raise_command: "processWebhook",
    raise_request: include_str!("../fixtures/whatsapp.request.json"),
}];

/// The sample for a plugin of this name.
pub(crate) fn of(plugin: &Path) -> Option<&'static Sample> {
    let stem = plugin.file_stem()?;
    SAMPLES.iter().find(|sample| stem == sample.file_stem)
}
