//! What the host reads out of an event or a webhook to know it again, to find whom it is from, and to
//! keep one customer's messages in order. The only file that knows the shape of Meta's objects.

use std::hash::{Hash as _, Hasher as _};

use serde::Deserialize;
use serde_json::Value;

/// What the host must know of an event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts<'a> {
    /// By which it is known again.
    pub(crate) event_id: Option<&'a str>,
    /// The customer whom it is from or about.
    pub(crate) customer: Option<&'a str>,
    /// The correlation id of the command that it tells about.
    pub(crate) correlation: Option<&'a str>,
    /// The number that it came to.
    pub(crate) phone_number_id: Option<&'a str>,
}

impl<'a> Facts<'a> {
    /// Reads them.
    pub(crate) fn of(event: &'a Value) -> Self {
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
        let from = text("/messages/0/from").or_else(|| text("/messages/0/from_user_id"));
        let to = text("/statuses/0/recipient_id").or_else(|| text("/statuses/0/recipient_user_id"));
        Self {
            event_id: text("/eventId"),
            customer: from.or(to),
            correlation: text("/correlationId"),
            phone_number_id: text("/phoneNumberId"),
        }
    }
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    entry: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    changes: Vec<Change<'a>>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    value: Object<'a>,
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow, default)]
    messages: Vec<Party<'a>>,
    #[serde(borrow, default)]
    statuses: Vec<Party<'a>>,
}

#[derive(Deserialize)]
struct Party<'a> {
    #[serde(borrow)]
    from: Option<&'a str>,
    #[serde(borrow)]
    recipient_id: Option<&'a str>,
}

/// The lane of a webhook: two of one customer are processed one after the other. 0 if the body does
/// not tell, or tells of several customers at once.
pub(crate) fn lane_of_body(body: &str) -> i64 {
    let Ok(body) = serde_json::from_str::<Body<'_>>(body) else {
        return 0;
    };
    let values = body.entry.iter().flat_map(|entry| &entry.changes);
    let parties =
        values.flat_map(|change| change.value.messages.iter().chain(&change.value.statuses));
    let mut names = parties.filter_map(|party| party.from.or(party.recipient_id));
    match names.next() {
        Some(first) if names.all(|name| name == first) => lane(&["webhook", first]),
        _ => 0,
    }
}

/// A number for what has to happen in order; never 0.
pub(super) fn lane(parts: &[&str]) -> i64 {
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
            (facts.event_id, facts.customer),
            (Some("m|1|wamid.1"), Some("16505551234"))
        );
        let status = json!({"correlationId": "c-1", "statuses": [{"recipient_id": "1650"}]});
        let facts = Facts::of(&status);
        assert_eq!(
            (facts.correlation, facts.customer),
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
    fn customers_do_not_share_a_lane() {
        let lanes = (0..1000).map(|customer| lane(&["webhook", &customer.to_string()]));
        let lanes: std::collections::HashSet<i64> = lanes.collect();
        assert_eq!(lanes.len(), 1000);
        assert!(!lanes.contains(&0));
    }
}
