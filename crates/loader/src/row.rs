//! The rows of a descriptor: members, commands, events and releases.

use super::foreign::{Foreign, Member, member};
use crate::{
    WFA_COMMAND_IDEMPOTENT, WFA_COMMAND_LONG_RUNNING, WFA_COMMAND_SENDS, WFA_COMMAND_WEBHOOK,
    WFA_FIELD_CORRELATION_ID, WFA_FIELD_EVENT_ID, WFA_FIELD_OUTCOME, WFA_FIELD_REQUIRED,
    WFA_FIELD_SECRET, WFA_FIELD_SUBJECT, WFA_UNSET, wfa_command, wfa_event, wfa_field,
    wfa_spec_release, wfa_webhook_declaration,
};

/// One property, one member of a request or response, or one member of an event.
#[derive(Debug, Clone, Copy)]
pub struct FieldRef(pub(super) Foreign<wfa_field>);

impl FieldRef {
    /// The member's name in JSON; in events a path such as `messages[0].id`.
    pub fn name(self) -> &'static str {
        self.0.text(member!(wfa_field.name))
    }

    /// A label for people; empty if there is none.
    pub fn display(self) -> &'static str {
        self.0.text(member!(wfa_field.display))
    }

    /// One sentence for people.
    pub fn description(self) -> &'static str {
        self.0.text(member!(wfa_field.description))
    }

    /// `string`, `integer`, `number`, `boolean`, `array` or `object`.
    pub fn kind(self) -> &'static str {
        self.0.text(member!(wfa_field.r#type))
    }

    /// The value used when the member is absent.
    pub fn default_value(self) -> Option<&'static str> {
        self.0.optional_text(member!(wfa_field.default_value))
    }

    /// Whether the member must be present.
    pub fn is_required(self) -> bool {
        self.flags() & WFA_FIELD_REQUIRED != 0
    }

    /// Whether the value is a secret: stored apart, masked, never logged.
    pub fn is_secret(self) -> bool {
        self.flags() & WFA_FIELD_SECRET != 0
    }

    /// Whether it is an event's identity: unique within the instance's name and the event's name, and the
    /// same at every delivery.
    pub fn is_event_id(self) -> bool {
        self.flags() & WFA_FIELD_EVENT_ID != 0
    }

    /// Whether it is the correlation id of the call that an event tells about.
    pub fn is_correlation_id(self) -> bool {
        self.flags() & WFA_FIELD_CORRELATION_ID != 0
    }

    /// Whether it says whom or what an event is about: events that share a value in any such member
    /// have an order that a host keeps.
    pub fn is_subject(self) -> bool {
        self.flags() & WFA_FIELD_SUBJECT != 0
    }

    /// Whether it says how the call with the event's correlation id ended: `accepted` or `rejected`.
    pub fn is_outcome(self) -> bool {
        self.flags() & WFA_FIELD_OUTCOME != 0
    }

    /// Shortest allowed text in Unicode scalar values.
    pub fn min_length(self) -> Option<i64> {
        self.limit(member!(wfa_field.min_length))
    }

    /// Longest allowed text in Unicode scalar values.
    pub fn max_length(self) -> Option<i64> {
        self.limit(member!(wfa_field.max_length))
    }

    /// Smallest allowed number.
    pub fn min_value(self) -> Option<i64> {
        self.limit(member!(wfa_field.min_value))
    }

    /// Largest allowed number.
    pub fn max_value(self) -> Option<i64> {
        self.limit(member!(wfa_field.max_value))
    }

    fn flags(self) -> u32 {
        self.0.get(member!(wfa_field.flags)).unwrap_or_default()
    }

    fn limit(self, member: Member<wfa_field, i64>) -> Option<i64> {
        self.0.get(member).filter(|limit| *limit != WFA_UNSET)
    }
}

/// One command.
#[derive(Debug, Clone, Copy)]
pub struct CommandRef(pub(super) Foreign<wfa_command>);

impl CommandRef {
    /// The name that [`Adapter::execute`](crate::Adapter::execute) takes.
    pub fn name(self) -> &'static str {
        self.0.text(member!(wfa_command.name))
    }

    /// A label for people.
    pub fn display(self) -> &'static str {
        self.0.text(member!(wfa_command.display))
    }

    /// One sentence for people.
    pub fn description(self) -> &'static str {
        self.0.text(member!(wfa_command.description))
    }

    /// Whether it acts in a way that cannot be repeated without harm: it is never run again after an
    /// unknown outcome.
    pub fn sends(self) -> bool {
        self.flags() & WFA_COMMAND_SENDS != 0
    }

    /// Whether running it twice does what running it once does.
    pub fn is_idempotent(self) -> bool {
        self.flags() & WFA_COMMAND_IDEMPOTENT != 0
    }

    /// Whether it may take minutes.
    pub fn is_long_running(self) -> bool {
        self.flags() & WFA_COMMAND_LONG_RUNNING != 0
    }

    /// Whether it processes the body of a webhook: a command for listeners, not for workflows.
    pub fn is_webhook(self) -> bool {
        self.flags() & WFA_COMMAND_WEBHOOK != 0
    }

    fn flags(self) -> u32 {
        self.0.get(member!(wfa_command.flags)).unwrap_or_default()
    }

    /// Request members of the specification.
    pub fn request(self) -> impl Iterator<Item = FieldRef> + Clone {
        let list = (member!(wfa_command.request), member!(wfa_command.n_request));
        self.0.list(list).map(FieldRef)
    }

    /// Response members of the specification.
    pub fn response(self) -> impl Iterator<Item = FieldRef> + Clone {
        let list = (
            member!(wfa_command.response),
            member!(wfa_command.n_response),
        );
        self.0.list(list).map(FieldRef)
    }

    /// Optional request members beyond the specification.
    pub fn extension_request(self) -> impl Iterator<Item = FieldRef> + Clone {
        let list = (
            member!(wfa_command.extension_request),
            member!(wfa_command.n_extension_request),
        );
        self.0.list(list).map(FieldRef)
    }

    /// Response members beyond the specification.
    pub fn extension_response(self) -> impl Iterator<Item = FieldRef> + Clone {
        let list = (
            member!(wfa_command.extension_response),
            member!(wfa_command.n_extension_response),
        );
        self.0.list(list).map(FieldRef)
    }
}

/// One event.
#[derive(Debug, Clone, Copy)]
pub struct EventRef(pub(super) Foreign<wfa_event>);

impl EventRef {
    /// The name that callbacks receive.
    pub fn name(self) -> &'static str {
        self.0.text(member!(wfa_event.name))
    }

    /// A label for people.
    pub fn display(self) -> &'static str {
        self.0.text(member!(wfa_event.display))
    }

    /// One sentence for people.
    pub fn description(self) -> &'static str {
        self.0.text(member!(wfa_event.description))
    }

    /// Members of the specification.
    pub fn fields(self) -> impl Iterator<Item = FieldRef> + Clone {
        let list = (member!(wfa_event.fields), member!(wfa_event.n_fields));
        self.0.list(list).map(FieldRef)
    }

    /// Members beyond the specification.
    pub fn extension_fields(self) -> impl Iterator<Item = FieldRef> + Clone {
        let list = (
            member!(wfa_event.extension_fields),
            member!(wfa_event.n_extension_fields),
        );
        self.0.list(list).map(FieldRef)
    }
}

/// How webhooks are signed, and to which instance each belongs. A text is empty where the adapter type
/// does not have what it names.
#[derive(Debug, Clone, Copy)]
pub struct WebhookRef(pub(super) Foreign<wfa_webhook_declaration>);

impl WebhookRef {
    /// The HTTP header that holds the signature, e.g. `X-Hub-Signature-256`.
    pub fn signature_header(self) -> &'static str {
        self.0
            .text(member!(wfa_webhook_declaration.signature_header))
    }

    /// How the header's value is made, e.g. `hmac-sha256-hex;prefix=sha256=`.
    pub fn signature_scheme(self) -> &'static str {
        self.0
            .text(member!(wfa_webhook_declaration.signature_scheme))
    }

    /// The property that holds the signature's key.
    pub fn secret_property(self) -> &'static str {
        self.0
            .text(member!(wfa_webhook_declaration.secret_property))
    }

    /// The property that tells instances at one address apart.
    pub fn routing_property(self) -> &'static str {
        self.0
            .text(member!(wfa_webhook_declaration.routing_property))
    }

    /// Where that property's value stands in a body: a JSON Pointer in which `*` stands for every element.
    pub fn routing_path(self) -> &'static str {
        self.0.text(member!(wfa_webhook_declaration.routing_path))
    }
}

/// One row of the specification's release history.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseRef(pub(super) Foreign<wfa_spec_release>);

impl ReleaseRef {
    /// e.g. `2.0.2`.
    pub fn version(self) -> &'static str {
        self.0.text(member!(wfa_spec_release.version))
    }

    /// e.g. `Maintenance`.
    pub fn kind(self) -> &'static str {
        self.0.text(member!(wfa_spec_release.r#type))
    }

    /// What changed.
    pub fn description(self) -> &'static str {
        self.0.text(member!(wfa_spec_release.description))
    }

    /// Tracking number.
    pub fn tracking(self) -> &'static str {
        self.0.text(member!(wfa_spec_release.tracking))
    }

    /// `YYYY-MM-DD`; empty if there is none.
    pub fn date(self) -> &'static str {
        self.0.text(member!(wfa_spec_release.date))
    }
}
