//! The rows of a descriptor: members, commands, events and releases.

use super::foreign::{Foreign, Member, member};
use crate::{
    WFA_FIELD_REQUIRED, WFA_FIELD_SECRET, WFA_UNSET, wfa_command, wfa_event, wfa_field,
    wfa_spec_release,
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
