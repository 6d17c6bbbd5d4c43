//! What the host reads out of an event or a webhook to know it again, to find whom it is from, and to
//! keep one customer's messages in order. The only file that knows the shape of Meta's objects.

use std::hash::{Hash as _, Hasher as _};

use serde_json::Value;

use crate::customer::same;

/// What the host must know of an event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts<'a> {
    /// By which it is known again.
    pub(crate) event_id: Option<&'a str>,
    /// The customer whom it is from or about, as the service writes it: what a message can be sent to.
    pub(crate) written: Option<&'a str>,
    /// The same in the one spelling by which the customer is known again.
    pub(crate) customer: Option<String>,
    /// The customer's user id, also where `customer` is the number: either is the customer.
    pub(crate) user_id: Option<String>,
    /// By which one customer's events are kept in order: the same whether the number is told or not.
    pub(crate) order: Option<String>,
    /// The correlation id of the command that it tells about.
    pub(crate) correlation: Option<&'a str>,
    /// The number that it came to.
    pub(crate) phone_number_id: Option<&'a str>,
}

/// Where an object names the customer: by number, by user id.
const MESSAGE: (&str, &str) = ("from", "from_user_id");
const STATUS: (&str, &str) = ("recipient_id", "recipient_user_id");
const CONTACT: (&str, &str) = ("wa_id", "user_id");
/// What a message that the business sent by another way is to.
const ECHO: (&str, &str) = ("to", "to_user_id");

/// The lists in which a notification has its parts, and where each part names its customer.
const LISTS: [(&str, (&str, &str)); 6] = [
    ("messages", MESSAGE),
    ("statuses", STATUS),
    ("calls", MESSAGE),
    ("message_echoes", ECHO),
    ("user_preferences", CONTACT),
    ("user_id_update", CONTACT),
];

impl<'a> Facts<'a> {
    /// Reads them.
    pub(crate) fn of(event: &'a Value) -> Self {
        let part = ["messages", "statuses"].into_iter().find_map(|list| {
            let part = items(event, list).next()?;
            let names = if list == "messages" { MESSAGE } else { STATUS };
            party(part, names)
        });
        let party = part.or_else(|| lone_contact(event));
        Self {
            event_id: named(event, "eventId"),
            written: party.map(Party::customer),
            customer: party.map(|party| same(party.customer())),
            user_id: party.and_then(|party| party.user_id.map(same)),
            order: party.map(|party| same(party.order())),
            correlation: named(event, "correlationId"),
            phone_number_id: named(event, "phoneNumberId"),
        }
    }
}

/// How a part of a notification names its customer: one of the two at least.
#[derive(Clone, Copy)]
struct Party<'a> {
    number: Option<&'a str>,
    user_id: Option<&'a str>,
}

impl<'a> Party<'a> {
    fn customer(self) -> &'a str {
        self.number.or(self.user_id).unwrap_or_default()
    }

    /// The user id first: it is told with the number and without it.
    fn order(self) -> &'a str {
        self.user_id.or(self.number).unwrap_or_default()
    }
}

fn party<'a>(part: &'a Value, (number, user_id): (&str, &str)) -> Option<Party<'a>> {
    let (number, user_id) = (named(part, number), named(part, user_id));
    (number.is_some() || user_id.is_some()).then_some(Party { number, user_id })
}

/// Whoever uses a username may be named beside the message only; of several contacts none is guessed.
fn lone_contact(event: &Value) -> Option<Party<'_>> {
    match event.get("contacts")?.as_array()?.as_slice() {
        [only] => party(only, CONTACT),
        _ => None,
    }
}

/// A member's text. Meta writes an identity that is not told as an empty text too: it is absent.
fn named<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    let text = object.get(name)?.as_str()?;
    (!text.is_empty()).then_some(text)
}

fn items<'a>(object: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    let items = object.get(list).and_then(Value::as_array);
    items.into_iter().flatten()
}

/// The lane of a webhook: two of one customer are processed one after the other. 0 if the body does
/// not tell, or tells of several customers at once.
pub(crate) fn lane_of_body(body: &str) -> i64 {
    let Some(body) = crate::json::parse(body) else {
        return 0;
    };
    let entries = items(&body, "entry");
    let changes = entries.flat_map(|entry| items(entry, "changes"));
    let mut names = Vec::new();
    for value in changes.filter_map(|change| change.get("value")) {
        for (name, members) in LISTS {
            for part in items(value, name) {
                let party = party(part, members).or_else(|| lone_contact(value));
                names.extend(party.map(|party| same(party.order())));
            }
        }
    }
    match names.split_first() {
        Some((first, rest)) if rest.iter().all(|name| name == first) => lane(&["webhook", first]),
        _ => 0,
    }
}

/// A number for what has to happen in order; never 0.
pub(crate) fn lane(parts: &[&str]) -> i64 {
    let mut hasher = std::hash::DefaultHasher::new();
    parts.hash(&mut hasher);
    match hasher.finish().cast_signed() {
        0 => 1,
        lane => lane,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_tell_whom_they_are_from_and_what_they_are_about() {
        let message = json!({"eventId": "m|1|wamid.1", "phoneNumberId": "1",
            "messages": [{"from": "16505551234"}]});
        let facts = Facts::of(&message);
        assert_eq!(
            (facts.event_id, facts.customer.as_deref()),
            (Some("m|1|wamid.1"), Some("16505551234"))
        );
        let status = json!({"correlationId": "c-1", "statuses": [{"recipient_id": "1650"}]});
        let facts = Facts::of(&status);
        assert_eq!(
            (facts.correlation, facts.customer.as_deref()),
            (Some("c-1"), Some("1650"))
        );
        assert_eq!(Facts::of(&json!([])), Facts::default());
    }

    #[test]
    fn one_customer_has_one_lane_and_a_batch_of_several_has_none() {
        let body = |parties: &Value| {
            let entry = json!([{"changes": [{"value": {"messages": parties}}]}]);
            lane_of_body(&json!({"entry": entry}).to_string())
        };
        let ada = body(&json!([{"from": "1"}]));
        assert_eq!(
            ada,
            body(&json!([{"from": "1"}, {"from": "1", "text": {}}]))
        );
        assert_ne!(ada, body(&json!([{"from": "2"}])));
        assert_eq!(body(&json!([{"from": "1"}, {"from": "2"}])), 0);
        assert_eq!(body(&json!([])), 0);
        assert_eq!(lane_of_body("no JSON"), 0);
        assert_ne!(ada, 0);
    }

    #[test]
    fn w50_an_empty_identity_is_an_absent_one() {
        let customer = |event: Value| Facts::of(&event).customer;
        let ada = Some("US.1".to_owned());
        for from in [json!({"from": ""}), json!({}), json!({"from": null})] {
            let mut message = from;
            message["from_user_id"] = json!("US.1");
            assert_eq!(customer(json!({"messages": [message]})), ada);
        }
        let status = json!({"recipient_id": "", "recipient_user_id": "US.1"});
        assert_eq!(customer(json!({"statuses": [status]})), ada);
        // Named beside the message only.
        let contact = json!({"wa_id": "", "user_id": "US.1"});
        let message = json!({"from": "", "from_user_id": ""});
        let event = json!({"contacts": [contact], "messages": [message]});
        assert_eq!(customer(event), ada);
        let event = json!({"contacts": [contact, {"user_id": "US.2"}], "messages": [message]});
        assert_eq!(customer(event), None, "of several none is guessed");
        let empty = json!({"eventId": "", "correlationId": "", "phoneNumberId": "", "messages": [{"from": ""}]});
        assert_eq!(Facts::of(&empty), Facts::default());
    }

    #[test]
    fn h15_customers_known_by_user_id_only_have_a_lane_as_others() {
        let body = |value: Value| {
            lane_of_body(&json!({"entry": [{"changes": [{"value": value}]}]}).to_string())
        };
        let message = |message: Value| body(json!({"messages": [message]}));
        let ada = message(json!({"from_user_id": "US.1"}));
        assert_ne!(ada, 0);
        assert_ne!(ada, message(json!({"from_user_id": "US.2"})));
        for same in [
            json!({"messages": [{"from": "", "from_user_id": "US.1"}]}),
            json!({"messages": [{"from": "1650", "from_user_id": "US.1"}]}),
            json!({"messages": [{"from_user_id": "US.1", "x": 1e300}, {"from_user_id": "US.1"}]}),
            json!({"statuses": [{"recipient_id": "", "recipient_user_id": "US.1"}]}),
            json!({"contacts": [{"wa_id": "", "user_id": "US.1"}], "messages": [{"from": ""}]}),
            json!({"calls": [{"from_user_id": "US.1"}]}),
            json!({"message_echoes": [{"from": "15550000000", "to_user_id": "US.1"}]}),
        ] {
            assert_eq!(body(same.clone()), ada, "{same}");
        }
        let mixed = json!({"messages": [{"from_user_id": "US.1"}, {"from_user_id": "US.2"}]});
        assert_eq!(body(mixed), 0);
        // What the adapter reads gives a lane, in whatever way it is written.
        let odd = r#"{"entry":[{"changes":[{"value":{"messages":[{"from_user_id":"US\u002e1","n":1e999}]}}]}]}"#;
        assert_eq!(lane_of_body(odd), ada);
    }

    #[test]
    fn h19_every_spelling_of_a_number_is_one_customer_with_one_lane() {
        let message = |message: Value| json!({"messages": [message]});
        for (one, other) in [
            ("5215599990001", "525599990001"),
            ("5491123456789", "541123456789"),
            ("5511987654321", "551187654321"),
            ("16506660003", "+1 650 666 0003"),
        ] {
            let events = [one, other].map(|from| message(json!({"from": from})));
            let [one_known, other_known] = events.each_ref().map(|event| Facts::of(event).customer);
            assert!(
                one_known.is_some() && one_known == other_known,
                "{one} {other}"
            );
            let lanes = events.each_ref().map(|value| {
                lane_of_body(&json!({"entry": [{"changes": [{"value": value}]}]}).to_string())
            });
            assert_eq!(lanes[0], lanes[1], "{one} {other}");
            assert_eq!(
                Facts::of(&events[1]).written,
                Some(other),
                "sent to as it is written"
            );
        }
        let both = message(json!({"from": "1650", "from_user_id": "US.1"}));
        let facts = Facts::of(&both);
        assert_eq!(facts.customer.as_deref(), Some("1650"));
        assert_eq!(facts.user_id.as_deref(), Some("US.1"));
    }

    #[test]
    fn customers_do_not_share_a_lane() {
        let lanes = (0..1000).map(|customer| lane(&["webhook", &customer.to_string()]));
        let lanes: std::collections::HashSet<i64> = lanes.collect();
        assert_eq!(lanes.len(), 1000);
        assert!(!lanes.contains(&0));
    }
}
