//! The descriptor: every row of an adapter type's specification, and apart from them what goes beyond it.
//! The C tables and the JSON are both made from it.

mod json;

use serde::Serialize;

/// What a member of an event means to a host that knows nothing else of the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The event's identity: the same at every delivery.
    EventId,
    /// The correlation id of the call that the event tells about.
    CorrelationId,
    /// Whom or what the event is about: a host keeps the order of one subject's events.
    Subject,
    /// How the call with the correlation id ended: `accepted` or `rejected`.
    Outcome,
}

/// What a host must know before it runs or repeats a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandTrait {
    /// Acts in a way that cannot be repeated without harm.
    Sends,
    /// Running it twice does what running it once does.
    Idempotent,
    /// May take minutes.
    LongRunning,
    /// Processes the body of a webhook.
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

/// One property, one member of a request or response, or one member of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The member's name.
    pub name: &'static str,
    /// A label for people; empty if the specification has none.
    pub display: &'static str,
    /// One sentence for people; a property's *Comments*.
    pub description: &'static str,
    /// `string`, `integer`, `number`, `boolean`, `array` or `object`.
    pub kind: &'static str,
    /// Whether it must be present.
    pub required: bool,
    /// Whether the value is a secret.
    pub secret: bool,
    /// The value used when it is absent.
    pub default: Option<&'static str>,
    /// Shortest text, in Unicode scalar values.
    pub min_length: Option<i64>,
    /// Longest text, in Unicode scalar values.
    pub max_length: Option<i64>,
    /// Smallest number.
    pub min_value: Option<i64>,
    /// Largest number.
    pub max_value: Option<i64>,
    /// What the member means, if it is one of an event.
    pub marks: &'static [Mark],
}

impl Field {
    const fn new(
        kind: &'static str,
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self {
            name,
            display,
            description,
            kind,
            required: false,
            secret: false,
            default: None,
            min_length: None,
            max_length: None,
            min_value: None,
            max_value: None,
            marks: &[],
        }
    }

    /// A row of the type `string`.
    pub const fn string(
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self::new("string", name, display, description)
    }

    /// A row of the type `integer`.
    pub const fn integer(
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self::new("integer", name, display, description)
    }

    /// A row of the type `number`.
    pub const fn number(
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self::new("number", name, display, description)
    }

    /// A row of the type `boolean`.
    pub const fn boolean(
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self::new("boolean", name, display, description)
    }

    /// A row of the type `array`.
    pub const fn array(
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self::new("array", name, display, description)
    }

    /// A row of the type `object`.
    pub const fn object(
        name: &'static str,
        display: &'static str,
        description: &'static str,
    ) -> Self {
        Self::new("object", name, display, description)
    }

    /// The JSON that says nothing, where a response has nothing to say.
    pub const fn empty_json(&self) -> &'static str {
        match self.kind.as_bytes() {
            b"array" => "[]",
            b"object" => "{}",
            b"boolean" => "false",
            b"integer" | b"number" => "0",
            _ => "\"\"",
        }
    }

    /// It must be present.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Its value is a secret.
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The value used when it is absent.
    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    /// The shortest and the longest text, in Unicode scalar values.
    pub const fn length(mut self, min: i64, max: i64) -> Self {
        self.min_length = Some(min);
        self.max_length = Some(max);
        self
    }

    /// The smallest and the largest number.
    pub const fn value(mut self, min: i64, max: i64) -> Self {
        self.min_value = Some(min);
        self.max_value = Some(max);
        self
    }

    /// With what it means in an event.
    pub const fn marked(mut self, marks: &'static [Mark]) -> Self {
        self.marks = marks;
        self
    }
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
}

impl Command {
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
