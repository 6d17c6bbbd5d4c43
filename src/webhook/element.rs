//! One element of a notification's lists, mostly a message or a status: whom it is about, and its text
//! with the specification's types.

mod ids;

use std::borrow::Cow;

use super::envelope::{Found, Head, Name};
use super::event_json::push_sound;
use super::fields::Kind;
use crate::json::{Elements, Escapes, Object, name_of};

/// An element, as the text it had, and those of its members that say what it is.
pub(super) struct Element<'a> {
    raw: &'a str,
    head: Head<'a>,
    escapes: Escapes,
    kind: Kind,
    /// Several look at it.
    status: Option<Cow<'a, str>>,
}

/// Somebody, by what a contact may know him by.
#[derive(Debug, Default)]
pub(super) struct Person<'a> {
    pub(super) number: Option<Cow<'a, str>>,
    /// The business-scoped id.
    pub(super) user: Option<Cow<'a, str>>,
    /// The id that he has for all businesses of a portfolio.
    pub(super) parent: Option<Cow<'a, str>>,
    /// Whether it is one of a group's.
    pub(super) is_participant: bool,
}

impl Person<'_> {
    fn is_somebody(&self) -> bool {
        self.number.is_some() || self.user.is_some() || self.parent.is_some()
    }
}

/// Where an element says whom it is about.
enum Side {
    From,
    Participant,
    Recipient,
    To,
    Itself,
}

const PARTICIPANT: [Name; 2] = [Name::RecipientParticipantId, Name::ParticipantRecipientId];
const PARTICIPANT_USER: [Name; 2] = [
    Name::RecipientParticipantUserId,
    Name::ParticipantRecipientUserId,
];
const RECIPIENT_PARENT: [Name; 2] = [Name::RecipientParentUserId, Name::ParentRecipientUserId];

impl<'a> Element<'a> {
    /// `found` as an element, or none if it is no object.
    pub(super) fn of(found: Found<'a>, kind: Kind) -> Option<Self> {
        let head = found.head?;
        Some(Self {
            raw: found.raw,
            status: head.text(Name::Status),
            head,
            escapes: found.escapes,
            kind,
        })
    }

    /// The words of the sender that the status came back with.
    pub(super) fn callback_data(&self) -> Option<Cow<'a, str>> {
        self.head.text(Name::CallbackData)
    }

    /// `sent`, `delivered`, `read`, …
    pub(super) fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }

    /// The text it had.
    pub(super) const fn raw(&self) -> &'a str {
        self.raw
    }

    /// Whether a status is one of a message, and not of a payment or of a thing that Meta may add.
    fn is_of_message(&self) -> bool {
        let kind = self.head.text(Name::Type);
        kind.map_or(!self.head.is_given(Name::Type), |kind| kind == "message")
    }

    /// What a status says of the send that it is about. One participant of a group who does not get a
    /// message says nothing of the others.
    pub(super) fn outcome(&self) -> Option<&'static str> {
        let participant = || PARTICIPANT.iter().chain(&PARTICIPANT_USER);
        match self.status()? {
            _ if !self.is_of_message() => None,
            "sent" | "delivered" | "read" | "played" => Some("accepted"),
            "failed" if !participant().any(|name| self.head.is_given(*name)) => Some("rejected"),
            _ => None,
        }
    }

    /// Whom this element is from or to, the nearest one first: the sender of a message; of a group's
    /// status its participant and then the group.
    pub(super) fn people(&self) -> impl Iterator<Item = Person<'a>> {
        let person = |number: &[Name], user: &[Name], parent: &[Name]| Person {
            number: self.head.first(number),
            user: self.head.first(user),
            parent: self.head.first(parent),
            is_participant: number == PARTICIPANT,
        };
        let nearest_first = self.sides().iter().map(move |side| match side {
            Side::From => {
                let parent = [Name::FromParentUserId];
                person(&[Name::From], &[Name::FromUserId], &parent)
            }
            Side::Participant => person(&PARTICIPANT, &PARTICIPANT_USER, &[]),
            Side::Recipient => {
                let user = [Name::RecipientUserId];
                person(&[Name::RecipientId], &user, &RECIPIENT_PARENT)
            }
            Side::To => person(&[Name::To], &[Name::ToUserId], &[Name::ToParentUserId]),
            Side::Itself => person(&[Name::WaId], &[Name::UserId], &[Name::ParentUserId]),
        });
        nearest_first.filter(Person::is_somebody)
    }

    /// Where such an element says whom it is about.
    const fn sides(&self) -> &'static [Side] {
        match self.kind {
            Kind::Message | Kind::StandbyMessage => &[Side::From],
            Kind::Status | Kind::StandbyStatus | Kind::CallStatus => {
                &[Side::Participant, Side::Recipient]
            }
            Kind::Call | Kind::HistoryMessage => &[Side::From, Side::To],
            Kind::Echo => &[Side::To],
            Kind::UserAction | Kind::Preference => &[Side::Itself],
            Kind::SyncedContact
            | Kind::Group
            | Kind::Tracking
            | Kind::HistoryChunk
            | Kind::StandbyEcho => &[],
        }
    }

    /// Whether it is a message that its sender wrote to the business alone. A system message tells of a
    /// customer who wrote nothing; what a customer writes in a group, whatever says which one, opens no
    /// window of his own.
    pub(super) fn opens_a_window(&self) -> bool {
        let is_system = || self.head.text(Name::Type).is_some_and(|it| it == "system");
        !self.head.is_given(Name::GroupId) && !is_system()
    }

    /// Everything the sender of a message is known by in the answers to him.
    pub(super) fn senders(&self) -> impl Iterator<Item = Cow<'a, str>> {
        let names = [Name::From, Name::FromUserId];
        names.into_iter().filter_map(|name| self.head.text(name))
    }

    /// When it was sent, in unix seconds.
    pub(super) fn sent_s(&self) -> Option<u64> {
        self.head.text(Name::Timestamp)?.parse().ok()
    }

    /// The number that a message is from, if it says one.
    pub(super) fn sender_number(&self) -> Option<Cow<'a, str>> {
        self.head.text(Name::From)
    }

    /// Appends the element. Members that the specification types as string and Meta sends as a number
    /// (`timestamp`, `errors[].code`) become the number's literal text; every other byte stays.
    pub(super) fn push_projected(&self, out: &mut String) {
        let push = |out: &mut String, part: &str| match self.escapes {
            Escapes::Any => push_sound(out, part),
            Escapes::None | Escapes::OfCharacters => out.push_str(part),
        };
        let mut copied = 0;
        for number in self.numbers() {
            let start = self.place(number);
            push(out, self.raw.get(copied..start).unwrap_or_default());
            out.push('"');
            out.push_str(number);
            out.push('"');
            copied = start + number.len();
        }
        push(out, self.raw.get(copied..).unwrap_or_default());
    }

    /// The numbers that become text, in the order they have.
    fn numbers(&self) -> Vec<&'a str> {
        let mut numbers: Vec<&str> = Vec::new();
        if self.head.has_twice() {
            // Which of the two a host reads is the host's choice.
            for (name, raw) in Object::of(self.raw).into_iter().flat_map(Object::members) {
                match name_of(name).as_ref() {
                    "timestamp" => numbers.extend(Some(raw).filter(is_number)),
                    "errors" => push_codes(&mut numbers, raw),
                    _ => {}
                }
            }
        } else {
            let timestamp = self.head.get(Name::Timestamp).map(|raw| raw.0);
            numbers.extend(timestamp.filter(is_number));
            if let Some(errors) = self.head.get(Name::Errors) {
                push_codes(&mut numbers, errors.0);
            }
        }
        numbers.sort_unstable_by_key(|slice| self.place(slice));
        numbers
    }

    /// Where a slice of the element lies in it: the distance of their addresses.
    fn place(&self, slice: &str) -> usize {
        slice.as_ptr() as usize - self.raw.as_ptr() as usize
    }
}

/// The numbers among the values of `code` in a list of errors.
fn push_codes<'a>(numbers: &mut Vec<&'a str>, errors: &'a str) {
    for error in Elements::of(errors).into_iter().flatten() {
        if let Some(error) = Object::of(error) {
            numbers.extend(error.all("code").filter(is_number));
        }
    }
}

fn is_number(raw: &&str) -> bool {
    raw.starts_with(|c: char| c == '-' || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::envelope::{Account, Number};
    use crate::webhook::identity::{Identity, Origin};

    impl<'a> Element<'a> {
        pub(in crate::webhook) fn parse(raw: &'a str) -> Option<Self> {
            Self::parse_as(Kind::Message, raw)
        }

        fn parse_as(kind: Kind, raw: &'a str) -> Option<Self> {
            Self::of(Found::parse(raw), kind)
        }
    }

    fn projected(raw: &str) -> String {
        let mut out = String::new();
        Element::parse(raw).unwrap().push_projected(&mut out);
        out
    }

    #[test]
    fn only_the_numbers_that_the_specification_calls_strings_change() {
        assert_eq!(
            projected(
                r#"{ "errors":[{"code":131047, "n":1},{"code":"x"},7], "timestamp":1700000000,"big":12345678901234567890,"t":{"timestamp":5} }"#
            ),
            r#"{ "errors":[{"code":"131047", "n":1},{"code":"x"},7], "timestamp":"1700000000","big":12345678901234567890,"t":{"timestamp":5} }"#
        );
        let untouched = r#"{"timestamp":"17","emoji":"\ud83d\ude00","x":null,"errors":{}}"#;
        assert_eq!(projected(untouched), untouched);
        assert_eq!(
            projected(r#"{"timestamp":1,"timestamp":2}"#),
            r#"{"timestamp":"1","timestamp":"2"}"#
        );
        assert!(Element::parse(r#"["id","from"]"#).is_none());
    }

    fn told(push: impl FnOnce(&mut String, &Origin<'_>) -> Identity) -> (String, Identity) {
        let (account, number) = (
            Account::default(),
            Number {
                id: Some("55".into()),
                display: None,
            },
        );
        let origin = Origin {
            account: &account,
            number: &number,
        };
        let mut id = String::new();
        let identity = push(&mut id, &origin);
        (id, identity)
    }

    fn message_id(raw: &str) -> (String, Identity) {
        told(|out, origin| Element::parse(raw).unwrap().push_message_id(out, origin))
    }

    fn status_id(raw: &str) -> (String, Identity) {
        told(|out, origin| {
            Element::parse_as(Kind::Status, raw)
                .unwrap()
                .push_status_id(out, origin)
        })
    }

    #[test]
    fn event_ids_have_the_parts_that_tell_events_apart() {
        let status = r#"{"id":"w1","status":"failed","recipient_id":" ","recipient_user_id":"US.1","recipient_participant_id":"","participant_recipient_id":"p","errors":[{"code":131047}]}"#;
        let id = "s|55|w1|US.1|p|failed|131047".to_owned();
        assert_eq!(status_id(status), (id, Identity::Id));
        let id = "m|55|w1".to_owned();
        assert_eq!(message_id(r#"{"id":"w1"}"#), (id, Identity::Id));
        let (id, identity) = message_id(r#"{"a":1,"id":""}"#);
        assert!(id.starts_with("x|"), "{id}");
        assert_eq!(identity, Identity::None, "no id, no time: not known again");
        assert_eq!(message_id(r#"{"timestamp":"1"}"#).1, Identity::Content);
        assert_eq!(message_id(r#"{"timestamp":""}"#).1, Identity::None);
        let payment = r#"{"id":"w1","type":"payment","status":"captured","timestamp":"1"}"#;
        let (id, identity) = status_id(payment);
        assert!(id.starts_with("x|") && identity == Identity::Id, "{id}");
    }
}
