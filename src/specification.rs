//! What this adapter offers: the specification's rows, gathered from where each command, property and
//! event is, and apart from them what goes beyond it.

use crate::descriptor::{Descriptor, Release};
use crate::{command, metrics, properties, webhook};

/// The descriptor of this plugin.
pub const fn descriptor() -> &'static Descriptor {
    &DESCRIPTOR
}

static DESCRIPTOR: Descriptor = Descriptor {
    id: "whatsapp",
    name: "WhatsApp",
    display: "Adapter - WhatsApp",
    version: env!("CARGO_PKG_VERSION"),
    spec_version: "2.0.2",
    vendor: "The whatsapp-adapter authors",
    license: env!("CARGO_PKG_LICENSE"),
    docs_url: env!("CARGO_PKG_REPOSITORY"),
    properties: properties::PROPERTIES,
    commands: command::COMMANDS,
    events: webhook::EVENTS,
    extension_properties: properties::EXTENSION_PROPERTIES,
    property_rules: properties::RULES,
    extension_commands: command::EXTENSION_COMMANDS,
    extension_events: webhook::EXTENSION_EVENTS,
    releases: &[
        Release {
            version: "2.0.1",
            kind: "Initial",
            description: "First release in the Adapter Type store.",
            tracking: "NAP-3858",
            date: "",
        },
        Release {
            version: "2.0.2",
            kind: "Maintenance",
            description: "Updated third-party components and improved maintainability.",
            tracking: "NAP-27635",
            date: "2024-07-31",
        },
    ],
    metrics: metrics::ROWS,
    webhook: Some(webhook::DECLARATION),
};
