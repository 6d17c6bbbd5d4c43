//! An adapter's properties, from a file or from the environment.

use std::env;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};
use workflow_adapter_loader::{DescriptorRef, FieldRef};

use crate::problem::Problem;
use crate::rows::{self, Mistake};

/// The properties of one adapter, and where they are from.
pub(crate) struct Properties {
    /// One JSON object.
    pub(crate) json: String,
    /// For messages: the file's name, or `the environment`.
    pub(crate) source: String,
}

impl Properties {
    /// What the rows say of them.
    pub(crate) fn mistakes(&self, about: DescriptorRef) -> Vec<Mistake> {
        let Ok(Value::Object(members)) = serde_json::from_str(&self.json) else {
            return Vec::new();
        };
        let rows: Vec<FieldRef> = about
            .properties()
            .chain(about.extension_properties())
            .collect();
        rows::mistakes(&rows, &members, |_| false)
    }
}

/// Reads a file that holds one JSON object.
pub(crate) fn from_file(file: &Path) -> Result<Properties, Problem> {
    let source = file.display().to_string();
    let wrong = |what: &str| Problem::Input(format!("{source}: {what}"));
    let json = fs::read_to_string(file).map_err(|error| wrong(&error.to_string()))?;
    match serde_json::from_str(&json) {
        Ok(Value::Object(_)) => Ok(Properties { json, source }),
        Ok(_) => Err(wrong("it must be one JSON object, {\"…\": …}")),
        Err(error) => Err(wrong(&format!("it is no JSON: {error}"))),
    }
}

/// Takes each property of the descriptor from its environment variable.
pub(crate) fn from_environment(descriptor: DescriptorRef) -> Result<Properties, Problem> {
    let all = descriptor
        .properties()
        .chain(descriptor.extension_properties());
    let mut object = Map::new();
    let mut wrong = Vec::new();
    for property in all {
        let variable = variable_name(descriptor.id(), property.name());
        match env::var(&variable) {
            Ok(text) => match value(property, &variable, text) {
                Ok(value) => {
                    object.insert(property.name().to_owned(), value);
                }
                Err(why) => wrong.push(why),
            },
            Err(env::VarError::NotPresent) if !property.is_required() => {}
            Err(env::VarError::NotPresent) => {
                let name = property.name();
                wrong.push(format!(
                    "property {name} is missing: set {variable}, or name a file with --properties"
                ));
            }
            Err(env::VarError::NotUnicode(_)) => wrong.push(format!("{variable} is not UTF-8")),
        }
    }
    if !wrong.is_empty() {
        return Err(Problem::Input(wrong.join("\n")));
    }
    Ok(Properties {
        json: Value::Object(object).to_string(),
        source: "the environment".to_owned(),
    })
}

/// Text as it is; everything else as JSON.
fn value(property: FieldRef, variable: &str, text: String) -> Result<Value, String> {
    if property.kind() == "string" {
        return Ok(Value::String(text));
    }
    serde_json::from_str(&text).map_err(|error| {
        let (name, kind) = (property.name(), property.kind());
        format!("{variable}: property {name} must be of type {kind}: {error}")
    })
}

/// `MY_SMS_API_KEY` for the property `apiKey` of `my-sms`.
fn variable_name(id: &str, property: &str) -> String {
    let mut name = String::from(id);
    name.push('_');
    for character in property.chars() {
        if character.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(character);
    }
    let letter = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    name.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::variable_name;

    #[test]
    fn a_property_has_a_variable_in_capitals() {
        for (property, variable) in [
            ("authenticationToken", "WHATSAPP_AUTHENTICATION_TOKEN"),
            ("phoneNumberId", "WHATSAPP_PHONE_NUMBER_ID"),
            ("baseUrl", "WHATSAPP_BASE_URL"),
        ] {
            assert_eq!(variable_name("whatsapp", property), variable);
        }
        assert_eq!(variable_name("my-sms", "key"), "MY_SMS_KEY");
    }
}
