//! An instance, as the file has it, and where in the file.

use serde_json::{Map, Value};
use toml::Spanned;

use super::place::{Source, Span};
use super::value::{Environment, resolve};
use super::{file, files};
use crate::declared::{Declared, text_of};

/// One instance to create.
pub(crate) struct Instance {
    pub(crate) name: String,
    pub(crate) adapter_type: String,
    /// Secrets are in here.
    pub(crate) properties: Map<String, Value>,
    pub(super) place: InstancePlace,
}

#[derive(Debug, Clone, Default)]
pub(super) struct InstancePlace {
    pub(super) name: Span,
    pub(super) adapter_type: Span,
    pub(super) properties: Span,
    /// The places of the values, by name, and whether they are from outside of the file.
    pub(super) members: Vec<(String, Span, bool)>,
}

impl Instance {
    /// The value by which webhooks and events find this instance among several.
    pub(crate) fn route(&self, declared: &Declared) -> Option<String> {
        text_of(self.properties.get(declared.routing_property()?)?)
    }
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Instance({})", self.name)
    }
}

pub(super) fn instance_of(
    source: &mut Source,
    instance: &file::Instance,
    environment: Environment<'_>,
) -> Instance {
    let mut properties = Map::new();
    let mut members = Vec::new();
    let given = instance.properties.as_ref();
    for (name, value) in given.into_iter().flat_map(Spanned::get_ref) {
        match resolve(value.get_ref(), source.folder(), environment) {
            Ok(resolved) => {
                members.push((name.get_ref().clone(), value.span(), resolved.from_outside));
                let value = files::absolute(source.folder(), name.get_ref(), resolved.value);
                properties.insert(name.get_ref().clone(), value);
            }
            Err(why) => {
                // Present all the same, so that it is not called missing as well.
                members.push((name.get_ref().clone(), value.span(), true));
                source.wrong(&value.span(), name.get_ref(), why);
            }
        }
    }
    Instance {
        name: instance.name.get_ref().clone(),
        adapter_type: instance.adapter_type.get_ref().clone(),
        properties,
        place: InstancePlace {
            name: instance.name.span(),
            adapter_type: instance.adapter_type.span(),
            properties: given.map_or_else(|| instance.name.span(), Spanned::span),
            members,
        },
    }
}
