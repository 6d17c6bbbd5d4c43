//! The descriptor: every row of an adapter type's specification, and apart from them what goes beyond it.
//! The C tables and the JSON are both made from it.

mod json;

use serde::Serialize;

use crate::error::Error;
pub use crate::rows::{Field, Mark};
use crate::rows::{Given, Leniency, Members, Object, Rule};

/// What a host must know before it runs or repeats a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandTrait {
    /// Reaches a person (a message, a call, a code), or does what the request says and therefore may:
    /// it cannot be repeated without harm, and a host never repeats it after an unknown outcome.
    Sends,
    /// Running it twice does what running it once does: it reads, or sets something to a given state.
    /// A host may repeat it after any failure.
    ///
    /// A command with neither changes something, and its second run fails or makes something that can
    /// be taken back: a host repeats it after an unknown outcome only if a person has decided so.
    Idempotent,
    /// May take minutes: it moves files, or makes many requests.
    LongRunning,
    /// Processes the body of a webhook; at most one command does.
    Webhook,
}

/// How webhooks are signed, and to which instance each belongs.
#[derive(Debug, Clone, Copy)]
pub struct WebhookDeclaration {
    /// The HTTP header that holds the signature.
    pub signature_header: &'static str,
    /// How the header's value is made.
    pub signature_scheme: &'static str,
    /// The property that holds the signature's key.
    pub secret_property: &'static str,
    /// The property that tells instances at one address apart.
    pub routing_property: &'static str,
    /// Where that property's value stands in a body.
    pub routing_path: &'static str,
}

/// One command's rows.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    /// What `execute_command` takes.
    pub name: &'static str,
    /// A label for people.
    pub display: &'static str,
    /// One sentence for people.
    pub description: &'static str,
    /// What a host must know before it runs or repeats it.
    pub traits: &'static [CommandTrait],
    /// The specification's request rows.
    pub request: &'static [Field],
    /// The specification's response rows.
    pub response: &'static [Field],
    /// Request members beyond the specification.
    pub extension_request: &'static [Field],
    /// Response members beyond the specification.
    pub extension_response: &'static [Field],
    /// What holds between the members of a request.
    pub rules: &'static [Rule],
}

impl Command {
    /// The members of a request, checked by the rows.
    ///
    /// # Errors
    /// `InvalidArgument` if it is no JSON, `InvalidRequest` with all findings.
    pub fn read<'a>(&self, json: &'a str) -> Result<Members<'a>, Error> {
        Given::parse(json)?.read("request member", &self.object(), &mut Leniency::new(true))
    }

    /// The type of a request.
    pub const fn object(&self) -> Object {
        let object = Object::of(self.request).and(self.extension_request);
        object.rules(self.rules)
    }

    /// What a command beyond the specification leaves as it is: it has no rows beyond its own.
    pub const EXTENSION: Self = Self {
        name: "",
        display: "",
        description: "",
        traits: &[],
        request: &[],
        response: &[],
        extension_request: &[],
        extension_response: &[],
        rules: &[],
    };
}

/// One event's rows.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    /// What callbacks receive as the event's name.
    pub name: &'static str,
    /// A label for people.
    pub display: &'static str,
    /// One sentence for people.
    pub description: &'static str,
    /// The specification's rows.
    pub fields: &'static [Field],
    /// Members beyond the specification.
    pub extension_fields: &'static [Field],
}

impl Event {
    /// An event with these rows.
    pub const fn new(
        name: &'static str,
        display: &'static str,
        description: &'static str,
        fields: &'static [Field],
    ) -> Self {
        Self {
            name,
            display,
            description,
            fields,
            extension_fields: &[],
        }
    }
}

/// One row of the specification's release history.
#[derive(Debug, Clone, Copy)]
pub struct Release {
    /// e.g. `2.0.2`.
    pub version: &'static str,
    /// e.g. `Maintenance`.
    pub kind: &'static str,
    /// What changed.
    pub description: &'static str,
    /// Tracking number.
    pub tracking: &'static str,
    /// `YYYY-MM-DD`, or empty.
    pub date: &'static str,
}

impl WebhookDeclaration {
    /// Webhooks that are signed with HMAC-SHA256 behind `sha256=`, and are not shared between instances.
    pub const fn hmac_sha256(
        signature_header: &'static str,
        secret_property: &'static str,
    ) -> Self {
        Self {
            signature_header,
            signature_scheme: "hmac-sha256-hex;prefix=sha256=",
            secret_property,
            routing_property: "",
            routing_path: "",
        }
    }
}

/// One counter or gauge, for hosts that show the counters. The name is that of a metric of
/// `wfa.metrics/1`, or of a member of one that is of another kind than its others.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Metric {
    name: &'static str,
    /// `counter` or `gauge`.
    r#type: &'static str,
    description: &'static str,
}

impl Metric {
    /// A number that only grows.
    pub const fn counter(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            r#type: "counter",
            description,
        }
    }

    /// A number that goes up and down.
    pub const fn gauge(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            r#type: "gauge",
            description,
        }
    }
}

/// What this adapter type offers.
#[derive(Debug)]
pub struct Descriptor {
    /// Identifies the adapter type.
    pub id: &'static str,
    /// Short name.
    pub name: &'static str,
    /// Title.
    pub display: &'static str,
    /// The plugin's version.
    pub version: &'static str,
    /// The specification's version.
    pub spec_version: &'static str,
    /// Who made the plugin.
    pub vendor: &'static str,
    /// SPDX expression.
    pub license: &'static str,
    /// Where the documentation is.
    pub docs_url: &'static str,
    /// The specification's properties.
    pub properties: &'static [Field],
    /// The specification's commands.
    pub commands: &'static [&'static Command],
    /// The specification's events.
    pub events: &'static [&'static Event],
    /// Properties beyond the specification.
    pub extension_properties: &'static [Field],
    /// What holds between the properties.
    pub property_rules: &'static [Rule],
    /// Commands beyond the specification.
    pub extension_commands: &'static [&'static Command],
    /// Events beyond the specification.
    pub extension_events: &'static [&'static Event],
    /// The specification's release history.
    pub releases: &'static [Release],
    /// What the adapter counts.
    pub metrics: &'static [Metric],
    /// How webhooks are signed and routed.
    pub webhook: Option<WebhookDeclaration>,
}

impl Descriptor {
    /// The properties, checked by the rows.
    ///
    /// # Errors
    /// `InvalidArgument` if they are no JSON, `InvalidRequest` with all findings.
    pub fn read<'a>(&self, json: &'a str) -> Result<Members<'a>, Error> {
        Given::parse(json)?.read("property", &self.object(), &mut Leniency::new(true))
    }

    /// The type of the properties.
    pub const fn object(&self) -> Object {
        let object = Object::of(self.properties).and(self.extension_properties);
        object.rules(self.property_rules)
    }

    /// A descriptor without rows.
    pub const EMPTY: Self = Self {
        id: "",
        name: "",
        display: "",
        version: "",
        spec_version: "",
        vendor: "",
        license: "",
        docs_url: "",
        properties: &[],
        commands: &[],
        events: &[],
        extension_properties: &[],
        property_rules: &[],
        extension_commands: &[],
        extension_events: &[],
        releases: &[],
        metrics: &[],
        webhook: None,
    };

    /// The specification's commands and those beyond it.
    pub fn all_commands(&self) -> impl Iterator<Item = &'static Command> + use<> {
        let commands = self.commands.iter().chain(self.extension_commands);
        commands.copied()
    }

    /// The command `name`, if there is one.
    pub fn command(&self, name: &str) -> Option<&'static Command> {
        self.all_commands().find(|command| command.name == name)
    }

    /// The event `name`, if there is one.
    pub fn event(&self, name: &str) -> Option<&'static Event> {
        let mut events = self.events.iter().chain(self.extension_events);
        events.find(|event| event.name == name).copied()
    }
}
