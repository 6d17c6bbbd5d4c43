//! The notification's envelope: every entry and every change, in order (D/webhooks/overview, 2026-05).
//!
//! Nothing is rebuilt: what is handed out are slices of the body. Two readers, one result: the typed one
//! reads what Meta documents in one pass; whatever it does not expect is left to the careful one, in which
//! one bad part never costs the others.

mod careful;
mod head;
mod item;
mod list;
mod name;
mod typed;
mod unknown;

use std::borrow::Cow;

pub(super) use self::head::{Head, is_empty};
pub(super) use self::list::{Found, List};
pub(super) use self::name::{Name, is_of_whom, is_whom};
pub(super) use self::unknown::Level;
pub(crate) use self::unknown::Unknown;
use crate::json::Raw;

/// Why a body is no notification for this adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    NotJson,
    NotAnObject,
    OtherObject,
    NoEntries,
}

impl Unreadable {
    /// For `details.reason`.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::NotJson => "not_json",
            Self::NotAnObject => "not_an_object",
            Self::OtherObject => "not_whatsapp",
            Self::NoEntries => "no_entries",
        }
    }

    /// What to look at.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::NotJson => "the notification is not JSON: pass the webhook's body unchanged",
            Self::NotAnObject => {
                "the notification is not a JSON object: pass the webhook's body unchanged"
            }
            Self::OtherObject => {
                "the notification is not for WhatsApp: its member \"object\" is not \"whatsapp_business_account\""
            }
            Self::NoEntries => {
                "the notification has no array \"entry\": pass the whole body, not a part of it"
            }
        }
    }
}

/// What `object` says in a notification of the Cloud API.
const OBJECT: &str = "whatsapp_business_account";
/// What `messaging_product` says there.
const PRODUCT: &str = "whatsapp";
/// The field whose value holds messages and statuses.
const MESSAGES: &str = "messages";

/// The entry that changes came in.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Account<'a> {
    /// `entry[].id`, the WhatsApp Business Account.
    pub(super) id: Option<Cow<'a, str>>,
    /// `entry[].time`, unix seconds.
    pub(super) time: Option<Cow<'a, str>>,
}

/// The number that a change is about.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Number<'a> {
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) display: Option<Cow<'a, str>>,
}

/// A change of the field `messages`.
#[derive(Debug)]
pub(super) struct Messages<'a> {
    pub(super) contacts: Option<List<'a>>,
    pub(super) messages: List<'a>,
    pub(super) statuses: List<'a>,
    pub(super) errors: Option<Raw<'a>>,
    /// What customers did with messages, e.g. where they tapped.
    pub(super) user_actions: Option<Raw<'a>>,
    /// Whether something stands beside them that could not be read.
    pub(super) has_broken: bool,
}

impl Messages<'_> {
    /// How many events it makes.
    pub(super) fn count(&self) -> usize {
        let elements = self.messages.iter().count() + self.statuses.iter().count();
        elements + self.count_beside()
    }

    /// How many events it makes beside its messages and statuses.
    pub(super) fn count_beside(&self) -> usize {
        usize::from(self.errors.is_some()) + usize::from(self.user_actions.is_some())
    }

    /// Whether there is exactly one message or status, and nothing else that a contact may be of.
    pub(super) fn is_single(&self) -> bool {
        self.messages.count_up_to(2) + self.statuses.count_up_to(2) == 1
            && self.count_beside() == 0
            && !self.has_broken
    }
}

impl Default for Messages<'_> {
    fn default() -> Self {
        Self {
            contacts: None,
            messages: List::empty(),
            statuses: List::empty(),
            errors: None,
            user_actions: None,
            has_broken: false,
        }
    }
}

/// A change of any other field.
#[derive(Debug)]
pub(super) struct Change<'a> {
    /// The change itself, as it came.
    pub(super) raw: &'a str,
    pub(super) field: Cow<'a, str>,
    pub(super) value: &'a str,
    /// Whether it has more members than these two.
    pub(super) has_more: bool,
}

/// A part of a notification.
#[derive(Debug)]
pub(super) enum Part<'a> {
    Messages(Messages<'a>),
    Other(Change<'a>),
    /// A slice that is neither, and why.
    Broken {
        raw: &'a str,
        reason: &'static str,
    },
}

/// Takes the parts of a notification.
pub(super) type Take<'t> = dyn FnMut(&Account<'_>, &Number<'_>, Part<'_>) + 't;

/// Whether a name holds a secret of the properties.
pub(super) type IsSecret<'t> = dyn Fn(&str) -> bool + 't;

/// Hands every part of `body` to `take`, in order; answers which members no part holds.
///
/// # Errors
/// `body` is no notification; `take` was not called.
pub(super) fn walk(
    body: &str,
    is_secret: &IsSecret<'_>,
    take: &mut Take<'_>,
) -> Result<Unknown, Unreadable> {
    match typed::read(body, is_secret) {
        Some(notification) => Ok(notification.walk(take)),
        None => careful::walk(body, is_secret, take),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::Escapes;
    use crate::webhook::event_json::push_sound;

    fn parts(walk: impl FnOnce(&mut Take<'_>) -> Unknown) -> String {
        let mut out = String::new();
        let unknown = walk(&mut |account, number, part| {
            use std::fmt::Write as _;
            write!(out, "{account:?} {number:?} ").unwrap();
            match part {
                Part::Messages(messages) => {
                    let texts = |list: &List<'_>| {
                        list.iter()
                            .map(|found| read_alike(&found))
                            .collect::<Vec<_>>()
                    };
                    let contacts = messages.contacts.as_ref().map(texts);
                    let lists = [&messages.messages, &messages.statuses].map(texts);
                    let beside = (messages.errors, messages.user_actions);
                    writeln!(out, "{contacts:?} {lists:?} {beside:?}").unwrap();
                }
                other => writeln!(out, "{other:?}").unwrap(),
            }
        });
        let mut unknown: Vec<_> = unknown.iter().collect();
        unknown.sort_unstable();
        format!("{out}{unknown:?}")
    }

    /// An element's text, and what is known of it: the same whether it was read already or not.
    fn read_alike(found: &Found<'_>) -> String {
        let known = match &found.head {
            Some(head) => Some(head.clone()),
            None if found.raw.starts_with('{') => Head::scan(found.raw),
            None => None,
        };
        let mut sound = String::new();
        push_sound(&mut sound, found.raw);
        let is_sound = found.escapes != Escapes::Any;
        assert!(!is_sound || sound == found.raw, "{}", found.raw);
        let members = ["id", "from", "wa_id", "timestamp", "group_id"].map(|name| {
            let name = Name::of(name).unwrap();
            known.as_ref().map(|head| (head.get(name), head.text(name)))
        });
        format!("{} {members:?}", found.raw)
    }

    fn element() -> impl Strategy<Value = serde_json::Value> {
        prop_oneof![
            Just(
                serde_json::json!({"id": "w", "from": "1\n", "timestamp": 5, "text": {"body": "\u{1f600}\"/"}})
            ),
            Just(serde_json::json!({"wa_id": 7, "x": [1, {"y": null}], "id": null})),
            Just(serde_json::json!({})),
            Just(serde_json::json!(["1"])),
            Just(serde_json::json!(5)),
            Just(serde_json::json!(null)),
        ]
    }

    fn value() -> impl Strategy<Value = serde_json::Value> {
        let list = || prop::option::of(prop::collection::vec(element(), 0..3));
        let metadata = prop_oneof![
            Just(serde_json::json!({"display_phone_number": "1", "phone_number_id": 22})),
            Just(serde_json::json!({"phone_number_id": [], "display_phone_number": "", "new": 1})),
            Just(serde_json::json!({})),
            Just(serde_json::json!(null)),
            Just(serde_json::json!("text")),
            Just(serde_json::json!(["1", "2"])),
        ];
        (
            metadata,
            list(),
            list(),
            list(),
            prop::option::of(element()),
            prop::option::of(element()),
        )
            .prop_map(|(metadata, contacts, messages, statuses, errors, more)| {
                let mut value = serde_json::json!({"messaging_product": "whatsapp"});
                value["metadata"] = metadata;
                for (name, list) in [
                    ("contacts", contacts),
                    ("messages", messages),
                    ("statuses", statuses),
                ] {
                    if let Some(list) = list {
                        value[name] = list.into();
                    }
                }
                if let Some(errors) = errors {
                    value["errors"] = errors;
                }
                if let Some(more) = more {
                    value["user_actions"] = more.clone();
                    value["conversation_context"] = more;
                }
                value
            })
    }

    proptest! {
        #[test]
        fn both_readers_give_the_same(
            values in prop::collection::vec(value(), 0..4),
            field in prop_oneof![4 => Just("messages"), 1 => Just("security")],
            id in prop::sample::select(vec![
                serde_json::json!("9"), serde_json::json!(9), serde_json::json!(" "),
                serde_json::json!({"id": 9}), serde_json::json!(null),
            ]),
            more in any::<bool>(),
        ) {
            let changes: Vec<_> = values
                .into_iter()
                .map(|value| {
                    let mut change = serde_json::json!({"value": value, "field": field});
                    if more {
                        change["since"] = 1.into();
                    }
                    change
                })
                .collect();
            let body = serde_json::json!({
                "object": OBJECT,
                "entry": [{"id": id, "time": 5, "changes": changes}, {"id": "8", "x": 1, "changes": []}],
                "top": {},
            })
            .to_string();
            let careful = parts(|take| careful::walk(&body, &|_| false, take).unwrap());
            if let Some(notification) = typed::read(&body, &|_| false) {
                let typed = parts(|take| notification.walk(take));
                prop_assert_eq!(typed, careful);
            }
        }
    }

    #[test]
    fn the_typed_reader_takes_what_meta_sends() {
        let body = r#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"1","phone_number_id":"2"},"contacts":[{"profile":{"name":"S"},"wa_id":"3"}],"messages":[{"from":"3","id":"w","timestamp":"1","type":"text","text":{"body":"\u00e4"}}]},"field":"messages"}]}]}"#;
        assert!(typed::read(body, &|_| false).is_some());
        assert!(typed::read(&body.replace("\"messages\"}", "\"security\"}"), &|_| false).is_none());
        assert!(
            typed::read(&body.replace("whatsapp_business_account", "page"), &|_| {
                false
            })
            .is_none()
        );
    }
}
