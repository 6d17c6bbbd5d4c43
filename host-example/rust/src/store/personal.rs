//! Which parts of a notification or an event are of one customer.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::customer::Identity;
use crate::json;
use crate::whatsapp::{BUSINESS, CONTAINERS, ECHO_NAMES, INSIDE, NAMES};

/// How deep parts lie at most: `entry`, `changes`, `value`, `history`, `threads`, `messages`.
const DEPTH: usize = 8;

/// What was found of a customer.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    /// Parts that were the customer's; they are taken out.
    pub(super) taken: usize,
    /// Parts that are of others.
    pub(super) left: usize,
}

/// Takes out every part that is of the customer. What another customer wrote stays whole, also where it
/// quotes or forwards this customer's number: that is the other's message.
pub(super) fn take_out(json: &mut Value, customer: &Identity) -> Parts {
    let mut parts = Parts::default();
    walk(json, customer, DEPTH, &mut parts);
    parts
}

/// The same for an object that holds notifications, or parts of them, under names of its own, be it as
/// text: a run's properties, or an event about something that could not be read.
pub(super) fn take_out_of_members(json: &mut Value, customer: &Identity) -> Parts {
    let mut parts = take_out(json, customer);
    let members = json.as_object_mut().into_iter().flatten();
    for value in members.map(|(_, value)| value) {
        if let Value::String(text) = value {
            let body = unwrapped(text);
            if !body.starts_with(['{', '[']) {
                continue; // whom it names is looked for elsewhere
            }
            let Some(mut body) = json::parse(&body) else {
                // Nobody can tell whose parts it has.
                if names(text, customer) {
                    parts.taken += 1;
                    text.clear();
                }
                continue;
            };
            let before = parts.taken;
            take_out_of(&mut body, customer, &mut parts);
            if parts.taken > before {
                *text = body.to_string();
            }
        } else {
            take_out_of(value, customer, &mut parts);
        }
    }
    parts
}

fn take_out_of(value: &mut Value, customer: &Identity, parts: &mut Parts) {
    if is_of(value, &NAMES, customer) {
        parts.taken += 1;
        *value = Value::Null;
    } else {
        walk(value, customer, DEPTH, parts);
    }
}

fn is_of(part: &Value, names: &[&str], customer: &Identity) -> bool {
    names.iter().any(|name| {
        let text = part.get(name).and_then(Value::as_str);
        text.is_some_and(|text| customer.is(text))
    })
}

/// A body without what senders put around it: a byte order mark, blanks, a JSON string.
fn unwrapped(text: &str) -> String {
    let trimmed = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    match json::parse(trimmed) {
        Some(Value::String(inner)) if inner.len() < trimmed.len() => unwrapped(&inner),
        _ => trimmed.to_owned(),
    }
}

/// Whether the customer stands anywhere but in a part that is another's.
pub(super) fn mentions(value: &Value, customer: &Identity) -> bool {
    match value {
        Value::String(text) => {
            let inner = unwrapped(text);
            if inner.starts_with(['{', '['])
                && let Some(value) = json::parse(&inner)
            {
                return mentions(&value, customer);
            }
            names(&inner, customer)
        }
        Value::Number(number) => customer.is(&number.to_string()),
        Value::Array(items) => items.iter().any(|item| mentions(item, customer)),
        Value::Object(members) => {
            let whose = NAMES
                .iter()
                .chain(&ECHO_NAMES)
                .filter_map(|name| members.get(*name)?.as_str());
            if whose
                .filter_map(Identity::parse)
                .any(|owner| owner != *customer)
            {
                return false;
            }
            let mut members = members
                .iter()
                .filter(|(name, _)| !BUSINESS.contains(&name.as_str()));
            members.any(|(name, value)| names(name, customer) || mentions(value, customer))
        }
        _ => false,
    }
}

/// Whether the customer stands in a text, and not merely something longer that contains the name. A
/// form's text has some characters as `%2B`.
pub(super) fn names(text: &str, customer: &Identity) -> bool {
    let ends = |c: char| !(c.is_alphanumeric() || ".+-_".contains(c));
    let within = |text: &str| {
        let mut words = text
            .split(ends)
            .flat_map(|word| [word, word.trim_matches(['.', '-', '+', '_'])]);
        words.any(|word| customer.is(word))
    };
    within(text) || (text.contains('%') && within(&percent_decode_str(text).decode_utf8_lossy()))
}

fn walk(object: &mut Value, customer: &Identity, depth: usize, parts: &mut Parts) {
    let (Some(object), true) = (object.as_object_mut(), depth > 0) else {
        return;
    };
    for (name, value) in object {
        if INSIDE.contains(&name.as_str()) {
            walk(value, customer, depth - 1, parts);
        }
        let Some(items) = value.as_array_mut() else {
            continue;
        };
        if CONTAINERS.contains(&name.as_str()) {
            for item in items {
                walk(item, customer, depth - 1, parts);
            }
            continue;
        }
        let names: &[&str] = if name.ends_with("message_echoes") {
            &ECHO_NAMES
        } else {
            &NAMES
        };
        items.retain(|item| {
            let is_own = is_of(item, names, customer);
            // A contact is no content: an event without any other part is over.
            parts.taken += usize::from(is_own);
            parts.left += usize::from(!is_own && name != "contacts" && item.is_object());
            !is_own
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn taken(mut json: Value, customer: &str) -> (Value, usize, usize) {
        let parts = take_out(&mut json, &Identity::parse(customer).unwrap());
        (json, parts.taken, parts.left)
    }

    #[test]
    fn h02_what_another_customer_wrote_about_this_one_stays() {
        let event = json!({"messages": [{"from": "4411", "type": "contacts",
            "contacts": [{"phones": [{"wa_id": "16505551234", "phone": "+16505551234"}]}],
            "context": {"from": "16505551234"}, "text": {"body": "call 16505551234"}}]});
        assert_eq!(taken(event.clone(), "+1 650 555 1234"), (event, 0, 1));
    }

    #[test]
    fn h02_a_part_is_of_whoever_sent_or_received_it() {
        for part in [
            json!({"messages": [{"from": "16505551234", "group_id": "G"}]}),
            json!({"messages": [{"from": "", "from_user_id": "US.1"}]}),
            json!({"statuses": [{"recipient_id": "G", "recipient_participant_id": "16505551234"}]}),
            json!({"statuses": [{"recipient_id": "", "recipient_user_id": "US.1"}]}),
            json!({"calls": [{"from": "16505551234"}]}),
            json!({"message_echoes": [{"from": "155", "to": "16505551234"}]}),
            json!({"user_preferences": [{"wa_id": "16505551234"}]}),
            json!({"value": {"history": [{"threads": [{"messages": [{"from": "16505551234"}]}]}]}}),
        ] {
            let id = if part.to_string().contains("US.1") {
                "US.1"
            } else {
                "16505551234"
            };
            let (_, own, others) = taken(part.clone(), id);
            assert_eq!((own, others), (1, 0), "{part}");
            assert_eq!(taken(part.clone(), "65055512").1, 0, "{part}");
            assert_eq!(taken(part, "4411").1, 0);
        }
    }

    #[test]
    fn h02_a_notification_that_is_kept_as_text_is_searched_as_well() {
        let ada = Identity::parse("16505551234").unwrap();
        let taken = |text: &str| {
            let mut json = json!({"raw": text});
            (
                take_out_of_members(&mut json, &ada).taken,
                json["raw"].to_string(),
            )
        };
        let body = r#"{"entry":[{"changes":[{"value":{"messages":[{"from":"16505551234"}]}}]}]}"#;
        let empty = r#"{"entry":[{"changes":[{"value":{"messages":[]}}]}]}"#;
        assert_eq!(taken(body), (1, json!(empty).to_string()));
        assert_eq!(
            taken(r#"{"from":"16505551234"}"#),
            (1, "\"null\"".to_owned())
        );
        assert_eq!(taken(r#"{"from":"16505551234"#), (1, "\"\"".to_owned()));
        for other in [
            "16505551234",
            r#"{"from":"165055512345"#,
            r#"{"text":"16505551234"}"#,
        ] {
            assert_eq!(taken(other).0, 0, "{other}");
        }
    }

    #[test]
    fn h02_of_a_notification_about_several_only_the_customers_parts_go() {
        let body = |ada: bool| {
            let mut messages = vec![json!({"from": "4411", "text": {"body": "of Bob"}})];
            let mut contacts = vec![json!({"wa_id": "4411"})];
            if ada {
                messages.push(json!({"from": "16505551234", "text": {"body": "of Ada"}}));
                contacts.push(json!({"wa_id": "16505551234"}));
            }
            json!({"entry": [{"changes": [{"value": {"messages": messages, "contacts": contacts}}]}]})
        };
        assert_eq!(taken(body(true), "16505551234"), (body(false), 2, 1));
    }
}
