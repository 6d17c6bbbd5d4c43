//! One message or status of a notification: its identity, and its text with the specification's types.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::envelope::Account;
use super::event_json::push_sound;
use crate::json::{Object, elements_of};

/// A message or a status, as the text it had.
pub(super) struct Element<'a> {
    raw: &'a str,
    object: Object<'a>,
}

impl<'a> Element<'a> {
    /// `raw` as an element, or none if it is no object.
    pub(super) fn parse(raw: &'a str) -> Option<Self> {
        Some(Self {
            raw,
            object: Object::parse(raw)?,
        })
    }

    pub(super) fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.object.text(name)
    }

    /// Whether this element is from or to the owner of `contact`.
    pub(super) fn belongs_to(&self, contact: &Object<'_>, number: &str, user: &str) -> bool {
        let same = |mine: &str, theirs: &str| match (self.text(mine), contact.text(theirs)) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => false,
        };
        same(number, "wa_id") || same(user, "user_id")
    }

    /// Writes the id of a message's event to `out`. Answers whether it tells this message from every
    /// other one.
    pub(super) fn write_message_id(&self, out: &mut String, phone_number_id: &str) -> bool {
        let Some(id) = self.text("id") else {
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
        let Some(id) = self.text("id") else {
            return self.write_content_id(out);
        };
        if self.text("type").is_some_and(|kind| kind != "message") {
            return self.write_content_id(out);
        }
        let first = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| self.text(name))
                .unwrap_or_default()
        };
        let recipient = first(&["recipient_id", "recipient_user_id"]);
        let participant = first(&[
            "recipient_participant_id",
            "participant_recipient_id",
            "recipient_participant_user_id",
            "participant_recipient_user_id",
        ]);
        let status = first(&["status"]);
        let code = self
            .object
            .elements("errors")
            .first()
            .and_then(|error| Object::parse(error)?.text("code"))
            .unwrap_or_default();
        out.clear();
        out.push('s');
        for part in [
            phone_number_id,
            &id,
            &recipient,
            &participant,
            &status,
            &code,
        ] {
            out.push('|');
            out.push_str(part);
        }
        true
    }

    fn write_content_id(&self, out: &mut String) -> bool {
        let time = self.text("timestamp");
        write_hash(out, &[self.raw]);
        time.is_some()
    }

    /// Appends the element. Members that the specification types as string and Meta sends as a number
    /// (`timestamp`, `errors[].code`) become the number's literal text; every other byte stays.
    pub(super) fn push_projected(&self, out: &mut String) {
        let mut numbers: Vec<&str> = self.object.get("timestamp").into_iter().collect();
        for error in self
            .object
            .get("errors")
            .and_then(elements_of)
            .unwrap_or_default()
        {
            numbers.extend(Object::parse(error).and_then(|error| error.get("code")));
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
            "no id and no time: not to be known again"
        );
        assert!(message_id(r#"{"timestamp":"1"}"#).1);
        let payment = r#"{"id":"w1","type":"payment","status":"captured","timestamp":"1"}"#;
        let (id, identity) = status_id(payment);
        assert!(id.starts_with("x|") && identity, "{id}");
    }
}
