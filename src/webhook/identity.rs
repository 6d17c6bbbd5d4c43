//! The id of an event, by which a repetition is recognised.
//!
//! It is Meta's id where there is one. Otherwise it is a hash of the event's content, name, account,
//! phone number, dead-letter reason and time. An id or a `timestamp` within the content suffices as the
//! time; without one, the notification's time is needed.

use std::collections::HashMap;
use std::fmt::Write as _;

use base16ct::HexDisplay;
use memchr::memchr2;
use sha2::{Digest, Sha256};

use super::envelope::{Account, Number, is_of_whom, is_whom};
use crate::json::{AllNames, text_of};

/// Where an event comes from: what all events of one change have in common.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    pub(super) account: &'a Account<'a>,
    pub(super) number: &'a Number<'a>,
}

impl Origin<'_> {
    pub(super) fn number_id(&self) -> &str {
        self.number.id.as_deref().unwrap_or_default()
    }

    /// Appends the number to an id; the account as well if nothing says which number it is of.
    pub(super) fn push_to(&self, out: &mut String) {
        push_part(out, self.number_id());
        if let (None, Some(account)) = (&self.number.id, &self.account.id) {
            push_part(out, account);
        }
    }
}

/// Appends one part of an id with what separates it from those before. A separator inside it has `\` in
/// front, so that no two lists of parts are one id.
pub(super) fn push_part(out: &mut String, part: &str) {
    out.push('|');
    if memchr2(b'|', b'\\', part.as_bytes()).is_none() {
        return out.push_str(part);
    }
    for character in part.chars() {
        if matches!(character, '|' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
}

/// By what an event whose id was written is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    /// By an id: twice in one notification is the same event twice.
    Id,
    /// By what it says: twice in one notification is two events.
    Content,
    /// By nothing: two of the same words may be two events, whenever they come.
    None,
}

/// What tells of the event itself inside what it says.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    /// An id of something that is told, not only of whom it is told.
    pub(super) id: bool,
    /// A `timestamp`: when it happened, whenever it is told.
    pub(super) timestamp: bool,
    /// Another time.
    pub(super) time: bool,
}

impl Marks {
    /// Those of any JSON, at any depth. An id of whom something is told is none; only a `timestamp` of
    /// the event itself, not one of something inside it, says when it happened.
    pub(super) fn of(json: &str, around: Around) -> Self {
        let mut marks = Self::default();
        let (within, own_depth) = around.is_read();
        for named in AllNames::of(json, within) {
            let mark = match named.name.as_ref() {
                "timestamp" if named.depth <= own_depth => &mut marks.timestamp,
                name if name == "time"
                    || name.ends_with("_time")
                    || name.ends_with("timestamp") =>
                {
                    &mut marks.time
                }
                "id" if is_whom(&named.within) => continue,
                name if name == "id" || (name.ends_with("_id") && !is_of_whom(name)) => {
                    &mut marks.id
                }
                _ => continue,
            };
            *mark |= text_of(named.value).is_some_and(|text| !text.trim().is_empty());
            if marks.id && marks.timestamp {
                break;
            }
        }
        marks
    }
}

/// What a JSON is, that marks are looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// A message or a status.
    Element,
    /// The value of a change, a list or an element of it.
    Value,
    /// A whole change.
    Change,
    /// An entry: its id is that of the account.
    Entry,
    /// Contacts: their ids are those of people.
    Contacts,
}

impl Around {
    /// The name of what it stands in, and how many objects deep a `timestamp` is one of the event itself.
    const fn is_read(self) -> (&'static str, usize) {
        match self {
            Self::Element => ("", 1),
            // Meta lists what is told of, each with its time.
            Self::Value => ("", 2),
            Self::Change => ("", 3),
            Self::Entry => ("entry", 1),
            Self::Contacts => ("contacts", 2),
        }
    }
}

/// An event without an id of Meta's own.
pub(super) struct Content<'a> {
    /// The event's name.
    pub(super) name: &'a str,
    /// Why it is a dead letter, or which part of a change it is.
    pub(super) reason: &'a str,
    pub(super) raw: &'a str,
    pub(super) marks: Marks,
}

impl Content<'_> {
    /// Appends its id to `out`: `x|` and 128 bits of SHA-256.
    pub(super) fn push_id(&self, out: &mut String, origin: &Origin<'_>) -> Identity {
        let Marks {
            id,
            timestamp,
            time,
        } = self.marks;
        let entry_time = origin.account.time.as_deref();
        let mut hasher = Sha256::new();
        for part in [
            self.name,
            self.reason,
            origin.account.id.as_deref().unwrap_or_default(),
            origin.number_id(),
            // What says when it happened needs nobody to say when it was told.
            entry_time.filter(|_| !timestamp).unwrap_or_default(),
            self.raw,
        ] {
            // With its length, so that no two lists of parts are one text.
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let digest = hasher.finalize();
        let half = HexDisplay(digest.get(..16).unwrap_or_default());
        let _ = write!(out, "x|{half:x}");
        if id {
            Identity::Id
        } else if timestamp || time || entry_time.is_some() {
            Identity::Content
        } else {
            Identity::None
        }
    }
}

/// How often each id without an id of Meta's own came in one notification.
#[derive(Default)]
pub(super) struct Repeats(HashMap<String, u64>);

impl Repeats {
    /// Makes the id that begins at `from` in `ids`, and ends them, differ from those that say the same.
    pub(super) fn tell_apart(&mut self, ids: &mut String, from: usize) {
        let id = ids.get(from..).unwrap_or_default();
        let count = self.0.entry(id.to_owned()).or_default();
        *count += 1;
        if *count > 1 {
            // A String takes everything.
            let _ = write!(ids, "|{count}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(content: &Content<'_>, account: &Account<'_>, number: &str) -> (String, Identity) {
        let number = Number {
            id: Some(number.into()),
            display: None,
        };
        let origin = Origin {
            account,
            number: &number,
        };
        let mut id = String::new();
        let identity = content.push_id(&mut id, &origin);
        (id, identity)
    }

    fn account(time: Option<&'static str>) -> Account<'static> {
        Account {
            id: Some("9".into()),
            time: time.map(Into::into),
        }
    }

    #[test]
    fn everything_that_makes_an_event_itself_is_in_its_id() {
        let plain = || Content {
            name: "message_error",
            reason: "",
            raw: "[{}]",
            marks: Marks::default(),
        };
        let at = account(Some("5"));
        let mut all = vec![
            id(&plain(), &at, "1"),
            id(&plain(), &at, "2"),
            id(&plain(), &account(Some("6")), "1"),
            id(
                &plain(),
                &Account {
                    id: None,
                    ..at.clone()
                },
                "1",
            ),
            id(
                &Content {
                    name: "dead_letter",
                    ..plain()
                },
                &at,
                "1",
            ),
            id(
                &Content {
                    reason: "not_json",
                    ..plain()
                },
                &at,
                "1",
            ),
            id(
                &Content {
                    raw: "[]",
                    ..plain()
                },
                &at,
                "1",
            ),
        ];
        assert!(
            all.iter()
                .all(|(_, identity)| *identity == Identity::Content)
        );
        let count = all.len();
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all.dedup();
        assert_eq!(all.len(), count);
        assert_eq!(id(&plain(), &account(None), "1").1, Identity::None);
    }

    #[test]
    fn what_says_when_it_happened_needs_no_time_of_the_notification() {
        let raw = r#"{"calls":[{"id":"wacid.1","timestamp":"5"}]}"#;
        let call = Content {
            name: "account_notification",
            reason: "calls",
            raw,
            marks: Marks::of(raw, Around::Value),
        };
        let told = [None, Some("5"), Some("6")].map(|time| id(&call, &account(time), "1"));
        assert_eq!(told[0].1, Identity::Id);
        assert!(told.iter().all(|other| *other == told[0]), "{told:?}");
        let preference = Marks::of(
            r#"[{"wa_id":"1","value":"stop","timestamp":17}]"#,
            Around::Value,
        );
        assert!(preference.timestamp && !preference.id);
    }

    #[test]
    fn an_id_says_what_is_told_and_not_whom_it_is_about() {
        for (json, wanted) in [
            (r#"{"a":[{"b":{"id":"1"}}]}"#, true),
            (r#"{"\u0069d":"1"}"#, true),
            (r#"{"message_template_id":5}"#, true),
            (r#"{"id":""}"#, false),
            (r#"{"id":null}"#, false),
            (r#"{"id":{"x":"y"}}"#, false),
            (r#"{"metadata":{"phone_number_id":"1"}}"#, false),
            (r#"[{"wa_id":"1","user_id":"US.1"}]"#, false),
            (r#"{"x":"\"id\":\"1\""}"#, false),
            (r#"{"x":{"id":"1"}}"#, true),
            (r#"{"contact":{"id":"1"},"group_id":"g"}"#, false),
            (r#"{"removed_participants":[{"id":"1"}]}"#, false),
            (r#"{"context":{"id":"w.1"}}"#, false),
            (r#"{"threads":[{"id":"1","messages":[{"id":"w"}]}]}"#, true),
            (r#""id""#, false),
            ("null", false),
        ] {
            assert_eq!(Marks::of(json, Around::Value).id, wanted, "{json}");
        }
    }

    #[test]
    fn those_that_say_the_same_are_counted() {
        let mut repeats = Repeats::default();
        let mut ids = "m|1|2".to_owned();
        for wanted in ["m|1|2x", "m|1|2xx|2", "m|1|2xx|2x|3"] {
            let from = ids.len();
            ids.push('x');
            repeats.tell_apart(&mut ids, from);
            assert_eq!(ids, wanted);
        }
    }
}
