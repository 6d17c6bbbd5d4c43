//! One message or status of a notification: its identity, and its text with the specification's types.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::envelope::Account;
use super::event_json::push_sound;
use crate::json::{Object, Raw, Scan, elements_of};

/// A message or a status, as the text it had, and those of its members that say what it is.
pub(super) struct Element<'a> {
    raw: &'a str,
    head: Head<'a>,
    /// All members, if some are given twice.
    twice: Option<Object<'a>>,
}

/// Members of messages and statuses that matter here, each as the text it had.
#[derive(Default)]
struct Head<'a> {
    id: Option<Raw<'a>>,
    from: Option<Raw<'a>>,
    from_user_id: Option<Raw<'a>>,
    timestamp: Option<Raw<'a>>,
    r#type: Option<Raw<'a>>,
    status: Option<Raw<'a>>,
    errors: Option<Raw<'a>>,
    recipient_id: Option<Raw<'a>>,
    recipient_user_id: Option<Raw<'a>>,
    recipient_participant_id: Option<Raw<'a>>,
    participant_recipient_id: Option<Raw<'a>>,
    recipient_participant_user_id: Option<Raw<'a>>,
    participant_recipient_user_id: Option<Raw<'a>>,
    biz_opaque_callback_data: Option<Raw<'a>>,
}

impl<'a> Head<'a> {
    /// The members of `raw`, an object; none if some are given twice or have an odd name.
    fn scan(raw: &'a str) -> Option<Self> {
        let mut head = Self::default();
        let mut members = Scan::of(raw);
        for (name, value) in members.by_ref() {
            let Some(slot) = head.slot(name) else {
                continue;
            };
            if slot.replace(Raw(value)).is_some() {
                return None;
            }
        }
        members.is_whole().then_some(head)
    }

    /// The same for any object: of a member that is given twice, the first one counts.
    fn of(object: &Object<'a>) -> Self {
        let mut head = Self::default();
        for (name, raw) in &object.0 {
            if let Some(slot) = head.slot(name) {
                slot.get_or_insert(Raw(raw.get()));
            }
        }
        head
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<Raw<'a>>> {
        Some(match name {
            "id" => &mut self.id,
            "from" => &mut self.from,
            "from_user_id" => &mut self.from_user_id,
            "timestamp" => &mut self.timestamp,
            "type" => &mut self.r#type,
            "status" => &mut self.status,
            "errors" => &mut self.errors,
            "recipient_id" => &mut self.recipient_id,
            "recipient_user_id" => &mut self.recipient_user_id,
            "recipient_participant_id" => &mut self.recipient_participant_id,
            "participant_recipient_id" => &mut self.participant_recipient_id,
            "recipient_participant_user_id" => &mut self.recipient_participant_user_id,
            "participant_recipient_user_id" => &mut self.participant_recipient_user_id,
            "biz_opaque_callback_data" => &mut self.biz_opaque_callback_data,
            _ => return None,
        })
    }
}

impl<'a> Element<'a> {
    /// `raw` as an element, or none if it is no object.
    pub(super) fn parse(raw: &'a str) -> Option<Self> {
        if !raw.starts_with('{') {
            return None;
        }
        if let Some(head) = Head::scan(raw) {
            return Some(Self {
                raw,
                head,
                twice: None,
            });
        }
        let object = Object::parse(raw)?;
        Some(Self {
            raw,
            head: Head::of(&object),
            twice: Some(object),
        })
    }

    /// The words of the sender that the status came back with.
    pub(super) fn callback_data(&self) -> Option<Cow<'a, str>> {
        text(self.head.biz_opaque_callback_data)
    }

    /// `sent`, `delivered`, `read`, …
    pub(super) fn status(&self) -> Option<Cow<'a, str>> {
        text(self.head.status)
    }

    /// Meta's id, if it is one.
    fn id(&self) -> Option<Cow<'a, str>> {
        text(self.head.id).filter(|id| !id.is_empty())
    }

    /// The number this element is from or to.
    pub(super) fn number(&self) -> Option<Cow<'a, str>> {
        first([self.head.from, self.head.recipient_id])
    }

    /// The business-scoped id of the user this element is from or to.
    pub(super) fn user(&self) -> Option<Cow<'a, str>> {
        first([self.head.from_user_id, self.head.recipient_user_id])
    }

    /// Writes the id of a message's event to `out`. Answers whether it tells this message from every
    /// other one.
    pub(super) fn write_message_id(&self, out: &mut String, phone_number_id: &str) -> bool {
        let Some(id) = self.id() else {
            return self.write_content_id(out);
        };
        out.clear();
        for part in ["m|", phone_number_id, "|", &id] {
            out.push_str(part);
        }
        true
    }

    /// Writes the id of a status' event to `out`. Group statuses share the message's id, so recipient and
    /// participant are part of it; both spellings that Meta uses are read.
    pub(super) fn write_status_id(&self, out: &mut String, phone_number_id: &str) -> bool {
        let head = &self.head;
        let Some(id) = self.id() else {
            return self.write_content_id(out);
        };
        if text(head.r#type).is_some_and(|kind| kind != "message") {
            return self.write_content_id(out);
        }
        let recipient = first([head.recipient_id, head.recipient_user_id]);
        let participant = first([
            head.recipient_participant_id,
            head.participant_recipient_id,
            head.recipient_participant_user_id,
            head.participant_recipient_user_id,
        ]);
        let errors = head.errors.and_then(|errors| elements_of(errors.0));
        let code = errors
            .and_then(|errors| errors.first().copied())
            .and_then(|error| Object::parse(error)?.text("code"));
        let parts = [recipient, participant, text(head.status), code];
        out.clear();
        for part in ["s|", phone_number_id, "|", &id] {
            out.push_str(part);
        }
        for part in parts {
            out.push('|');
            out.push_str(&part.unwrap_or_default());
        }
        true
    }

    fn write_content_id(&self, out: &mut String) -> bool {
        write_hash(out, &[self.raw]);
        text(self.head.timestamp).is_some()
    }

    /// Appends the element. Members that the specification types as string and Meta sends as a number
    /// (`timestamp`, `errors[].code`) become the number's literal text; every other byte stays.
    pub(super) fn push_projected(&self, out: &mut String) {
        let mut numbers: Vec<&str> = Vec::new();
        if let Some(object) = &self.twice {
            // Which of the two a host reads is the host's choice.
            object.all("timestamp").for_each(|raw| numbers.push(raw));
            object
                .all("errors")
                .for_each(|raw| push_codes(&mut numbers, raw));
        } else {
            numbers.extend(self.head.timestamp.map(|raw| raw.0));
            if let Some(errors) = self.head.errors {
                push_codes(&mut numbers, errors.0);
            }
        }
        numbers.retain(|raw| raw.starts_with(|c: char| c == '-' || c.is_ascii_digit()));
        // The slices lie inside `raw`; their places are the distances of their addresses.
        let place = |slice: &str| slice.as_ptr() as usize - self.raw.as_ptr() as usize;
        numbers.sort_unstable_by_key(|slice| place(slice));
        let mut copied = 0;
        for number in numbers {
            let start = place(number);
            push_sound(out, self.raw.get(copied..start).unwrap_or_default());
            out.push('"');
            out.push_str(number);
            out.push('"');
            copied = start + number.len();
        }
        push_sound(out, self.raw.get(copied..).unwrap_or_default());
    }
}

/// The values of `code` in a list of errors.
fn push_codes<'a>(numbers: &mut Vec<&'a str>, errors: &'a str) {
    for error in elements_of(errors).unwrap_or_default() {
        if let Some(error) = Object::parse(error) {
            numbers.extend(error.all("code"));
        }
    }
}

fn text(raw: Option<Raw<'_>>) -> Option<Cow<'_, str>> {
    raw.and_then(Raw::text)
}

/// The first of several members that has a text: one that is `null` counts as absent.
fn first<'a>(members: impl IntoIterator<Item = Option<Raw<'a>>>) -> Option<Cow<'a, str>> {
    members.into_iter().find_map(text)
}

/// Writes an id made of what a part without an id says: `x|` and 128 bits of SHA-256. Answers whether
/// it tells this part from every other one: without a time, two of the same words may be two events.
pub(super) fn content_id(out: &mut String, account: &Account<'_>, raw: &str) -> bool {
    if let Some(time) = &account.time {
        write_hash(
            out,
            &[
                account.id.as_deref().unwrap_or_default(),
                "|",
                time,
                "|",
                raw,
            ],
        );
    } else {
        write_hash(out, &[raw]);
    }
    account.time.is_some()
}

fn write_hash(out: &mut String, parts: &[&str]) {
    use std::fmt::Write as _;
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
    }
    out.clear();
    out.push_str("x|");
    for byte in hasher.finalize().iter().take(16) {
        let _ = write!(out, "{byte:02x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn message_id(raw: &str) -> (String, bool) {
        let mut id = String::new();
        let identity = Element::parse(raw).unwrap().write_message_id(&mut id, "55");
        (id, identity)
    }

    fn status_id(raw: &str) -> (String, bool) {
        let mut id = String::new();
        let identity = Element::parse(raw).unwrap().write_status_id(&mut id, "55");
        (id, identity)
    }

    #[test]
    fn event_ids_have_the_parts_that_tell_events_apart() {
        let status = r#"{"id":"w1","status":"failed","recipient_user_id":"US.1","participant_recipient_id":"p","errors":[{"code":131047}]}"#;
        assert_eq!(
            status_id(status),
            ("s|55|w1|US.1|p|failed|131047".to_owned(), true)
        );
        assert_eq!(message_id(r#"{"id":"w1"}"#), ("m|55|w1".to_owned(), true));
        // printf '%s' '{"a":1}' | sha256sum
        let hash = "x|015abd7f5cc57a2dd94b7590f04ad808".to_owned();
        assert_eq!(
            message_id(r#"{"a":1}"#),
            (hash, false),
            "no id, no time: not known again"
        );
        assert!(message_id(r#"{"timestamp":"1"}"#).1);
        let payment = r#"{"id":"w1","type":"payment","status":"captured","timestamp":"1"}"#;
        let (id, identity) = status_id(payment);
        assert!(id.starts_with("x|") && identity, "{id}");
    }
}
