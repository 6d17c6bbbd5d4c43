//! The id of an element's event: Meta's ids where the element has them, what it says otherwise.

use super::{Element, PARTICIPANT, PARTICIPANT_USER, RECIPIENT_PARENT};
use crate::json::{Elements, Object};
use crate::webhook::envelope::{Name, is_empty};
use crate::webhook::fields::Kind;
use crate::webhook::identity::{Around, Content, Identity, Marks, Origin, push_part};

impl Element<'_> {
    /// Appends the id of a message's event to `out`.
    pub(in crate::webhook) fn push_message_id(
        &self,
        out: &mut String,
        origin: &Origin<'_>,
    ) -> Identity {
        self.push_parts(out, "m", &[Name::Id], "customer_message", origin)
    }

    /// Appends the id of the event of an element of another list, `name`: what it holds of Meta's ids, or
    /// what it says.
    pub(in crate::webhook) fn push_listed_id(
        &self,
        out: &mut String,
        name: &str,
        origin: &Origin<'_>,
    ) -> Identity {
        let (prefix, parts): (_, &[Name]) = match self.kind {
            Kind::StandbyStatus => return self.push_any_status_id(out, "ss", name, origin),
            Kind::Call => {
                const MOMENT: [Name; 4] = [Name::Id, Name::Event, Name::Status, Name::Timestamp];
                ("c", &MOMENT)
            }
            Kind::Echo => ("e", &[Name::Id]),
            Kind::StandbyEcho => ("se", &[Name::Id]),
            Kind::StandbyMessage => ("sm", &[Name::Id]),
            // A file comes later, under the id of its placeholder.
            Kind::HistoryMessage => ("h", &[Name::Id, Name::Type]),
            _ => return self.push_content_id(out, name, Around::Value, origin),
        };
        self.push_parts(out, prefix, parts, name, origin)
    }

    /// Appends an id that consists of these members, the first of which must be there. Where one of them
    /// is no text, what the element says decides.
    fn push_parts(
        &self,
        out: &mut String,
        prefix: &str,
        parts: &[Name],
        name: &str,
        origin: &Origin<'_>,
    ) -> Identity {
        let before = out.len();
        out.push_str(prefix);
        origin.push_to(out);
        for (at, part) in parts.iter().enumerate() {
            let text = self.head.text(*part);
            if text.is_none() && (at == 0 || self.head.is_given(*part)) {
                out.truncate(before);
                return self.push_content_id(out, name, Around::Element, origin);
            }
            push_part(out, text.as_deref().unwrap_or_default());
        }
        Identity::Id
    }

    /// Appends the id of a status' event to `out`. Group statuses share the message's id, so recipient and
    /// participant are part of it; both spellings that Meta uses are read. Where one of them is missing or
    /// is no text, it tells too little to be an id, and what the status says decides.
    pub(in crate::webhook) fn push_status_id(
        &self,
        out: &mut String,
        origin: &Origin<'_>,
    ) -> Identity {
        self.push_any_status_id(out, "s", "status_changed", origin)
    }

    fn push_any_status_id(
        &self,
        out: &mut String,
        prefix: &str,
        name: &str,
        origin: &Origin<'_>,
    ) -> Identity {
        let head = &self.head;
        let id = head.text(Name::Id);
        let kind = head.text(Name::Type);
        let recipient = head
            .first(&[Name::RecipientId, Name::RecipientUserId])
            .or_else(|| head.first(&RECIPIENT_PARENT));
        let participant = head
            .first(&PARTICIPANT)
            .or_else(|| head.first(&PARTICIPANT_USER));
        let errors = head.get(Name::Errors);
        let code = errors
            .and_then(|errors| Elements::of(errors.0)?.next())
            .and_then(|error| Object::of(error)?.text("code"));
        let is_odd = || {
            let unread =
                |have: bool, names: &[Name]| !have && names.iter().any(|name| head.is_given(*name));
            let is_odd_code = code.is_none() && errors.is_some_and(|errors| !is_empty(errors.0));
            is_odd_code
                || unread(kind.is_some(), &[Name::Type])
                || unread(participant.is_some(), &PARTICIPANT)
                || unread(participant.is_some(), &PARTICIPANT_USER)
        };
        let is_of_message = kind.as_deref().is_none_or(|kind| kind == "message");
        let whole = id.zip(recipient).zip(self.status());
        let Some(((id, recipient), status)) = whole.filter(|_| is_of_message && !is_odd()) else {
            return self.push_content_id(out, name, Around::Element, origin);
        };
        out.push_str(prefix);
        origin.push_to(out);
        push_part(out, &id);
        push_part(out, &recipient);
        push_part(out, participant.as_deref().unwrap_or_default());
        push_part(out, status);
        push_part(out, code.as_deref().unwrap_or_default());
        Identity::Id
    }

    fn push_content_id(
        &self,
        out: &mut String,
        name: &str,
        around: Around,
        origin: &Origin<'_>,
    ) -> Identity {
        let content = Content {
            name,
            reason: "",
            raw: self.raw,
            marks: Marks::of(self.raw, around),
        };
        content.push_id(out, origin)
    }
}
