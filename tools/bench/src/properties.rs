//! The properties of a measured adapter: what the bench needs, as far as the plugin has it.

use serde_json::{Map, Value, json};
use workflow_adapter_loader::{DescriptorRef, FieldRef, Plugin};

/// Messages in any second; 0 for no pacing.
const PACE: &str = "messagesPerSecond";

/// One adapter's properties, under construction.
pub(crate) struct Properties {
    descriptor: DescriptorRef,
    members: Map<String, Value>,
}

impl Properties {
    /// The required properties.
    pub(crate) fn of(plugin: &Plugin) -> Self {
        let required = json!({
            "authenticationToken": "EAAGm0PX4ZCpsBAbenchbenchbench",
            "apiVersion": "v26.0",
            "phoneNumberId": "106540352242922",
        });
        let members = match required {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        Self {
            descriptor: plugin.descriptor(),
            members,
        }
    }

    /// Sets a property.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Disables pacing, if the plugin has it.
    #[must_use]
    pub(crate) fn unpaced(self) -> Self {
        if self.knows(PACE) {
            self.with(PACE, 0)
        } else {
            self
        }
    }

    /// Whether the plugin has the property.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.row(name).is_some()
    }

    /// The JSON object for `create`.
    pub(crate) fn to_json(&self) -> String {
        Value::Object(self.members.clone()).to_string()
    }

    fn row(&self, name: &str) -> Option<FieldRef> {
        let mut rows = self
            .descriptor
            .properties()
            .chain(self.descriptor.extension_properties());
        rows.find(|row| row.name() == name)
    }
}
