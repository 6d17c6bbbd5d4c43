//! What the host reads out of an event or a webhook to know it again, to find whom it is about, and to
//! keep the order of each subject. Which members say so, the adapter's descriptor declares.

use std::collections::BTreeMap;
use std::hash::{Hash as _, Hasher as _};

use serde_json::Value;

use crate::customer::same;
use crate::declared::{Declared, EventMarks, MemberPath, text_of};
use crate::store::Settles;

/// What the host must know of an event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// By which it is known again, within the instance and the event's name.
    pub(crate) event_id: Option<String>,
    /// The first subject, as the service writes it: what an answer can be sent to.
    pub(crate) written: Option<String>,
    /// Whom or what it is about, each in the one spelling by which it is known again, in the order of the
    /// descriptor's rows. Events that share one belong together.
    pub(crate) subjects: Vec<String>,
    /// The correlation id of the command that it tells about.
    pub(crate) correlation: Option<String>,
    /// How that command ended, if it says so.
    pub(crate) settles: Option<Settles>,
    /// The value that says which of several instances it belongs to.
    pub(crate) route: Option<String>,
}

impl Facts {
    /// Reads them from the event `name` of an adapter of this type.
    pub(crate) fn of(declared: &Declared, name: &str, event: &Value) -> Self {
        let route = declared.routing_property();
        let route = route.and_then(|property| text_of(event.get(property)?));
        let Some(marks) = declared.event(name) else {
            return Self {
                route,
                ..Self::default()
            };
        };
        let text = |path: &Option<MemberPath>| path.as_ref()?.text(event);
        let written = marks.subjects.iter().filter_map(|path| path.text(event));
        let written: Vec<String> = written.collect();
        let mut subjects = Vec::new();
        for subject in written.iter().map(|text| same(text)) {
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
        }
        let correlation = text(&marks.correlation);
        Self {
            event_id: text(&marks.event_id),
            written: written.into_iter().next(),
            subjects,
            settles: correlation.as_ref().and_then(|_| settles(marks, event)),
            correlation,
            route,
        }
    }

    /// The subject by which runs are told apart: the first.
    pub(crate) fn customer(&self) -> Option<String> {
        self.subjects.first().cloned()
    }

    /// The other name of the same subject, if it has one. The last: a service tells the identity that it
    /// always tells after the ones that it tells sometimes.
    pub(crate) fn other_name(&self) -> Option<String> {
        self.subjects.last().cloned()
    }
}

/// What the event says of the command with its correlation id; nothing unless the member that is marked
/// as the outcome says `accepted` or `rejected`.
fn settles(marks: &EventMarks, event: &Value) -> Option<Settles> {
    let is_accepted = match marks.outcome.as_ref()?.text(event)?.as_str() {
        "accepted" => true,
        "rejected" => false,
        _ => return None,
    };
    let called = |names: &[&str]| marks.called(names, event).unwrap_or_default();
    Some(Settles {
        is_accepted,
        id: called(&["id", "messageId"]),
        code: called(&["code"]),
        error: called(&["error", "title"]),
    })
}

/// The lane of a webhook: two of one subject are processed one after the other. 0 if the body does not
/// tell, or tells of several subjects at once.
///
/// Descriptors say where the subjects stand in events, not in bodies. A service's body holds the same
/// objects deeper down, so that they are looked for at every depth: each element of a list that holds a
/// subject in events. Only the order depends on it.
pub(crate) fn lane_of_body(declared: &Declared, body: &Value) -> i64 {
    let mut lists: BTreeMap<&str, Vec<MemberPath>> = BTreeMap::new();
    let subjects = declared.subjects();
    for (list, member) in subjects.iter().filter_map(|path| path.of_list()) {
        lists.entry(list).or_default().push(member);
    }
    if lists.is_empty() {
        return 0;
    }
    let mut parts = Vec::new();
    parts_of(body, &lists, DEPTH, &mut parts);
    match one_subject(parts).as_deref() {
        Some(subject) => lane(&["webhook", subject]),
        None => 0,
    }
}

/// How deep the lists lie at most.
const DEPTH: usize = 16;

/// The names that each part of a body has for its subject.
fn parts_of(
    value: &Value,
    lists: &BTreeMap<&str, Vec<MemberPath>>,
    depth: usize,
    parts: &mut Vec<Vec<String>>,
) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(items) => {
            for item in items {
                parts_of(item, lists, depth - 1, parts);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                if let (Some(paths), Some(items)) = (lists.get(name.as_str()), value.as_array()) {
                    for item in items {
                        let names = paths.iter().filter_map(|path| path.text(item));
                        parts.push(names.map(|name| same(&name)).collect());
                    }
                } else {
                    parts_of(value, lists, depth - 1, parts);
                }
            }
        }
        _ => {}
    }
}

/// The name of the one subject that all parts are about: parts that share a name are about one. Of several
/// names one is chosen that does not depend on their order.
fn one_subject(parts: Vec<Vec<String>>) -> Option<String> {
    let mut groups: Vec<Vec<String>> = Vec::new();
    for mut names in parts.into_iter().filter(|names| !names.is_empty()) {
        groups.retain(|group| {
            let is_shared = group.iter().any(|name| names.contains(name));
            if is_shared {
                names.extend(group.iter().cloned());
            }
            !is_shared
        });
        groups.push(names);
    }
    match groups.as_slice() {
        [only] => {
            let by = |one: &&String, other: &&String| (is_id(one), one).cmp(&(is_id(other), other));
            only.iter().max_by(by).cloned()
        }
        _ => None,
    }
}

/// An id that has other characters than digits is told with and without the number.
fn is_id(name: &str) -> (bool, usize) {
    let has_letters = name.chars().any(|c| !c.is_ascii_digit());
    (has_letters, name.len())
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
pub(super) mod tests {
    use serde_json::json;

    use super::*;
    use crate::declared::WebhookDeclaration;

    /// A messaging adapter, whose customers have a number, a user id or both.
    pub(crate) fn messaging() -> Declared {
        let message = EventMarks::new(
            ["eventId", "", ""],
            &[
                "contacts[0].wa_id",
                "messages[0].from",
                "contacts[0].user_id",
                "messages[0].from_user_id",
            ],
            &[],
        );
        let status = EventMarks::new(
            ["eventId", "correlationId", "outcome"],
            &["statuses[0].recipient_id", "statuses[0].recipient_user_id"],
            &[
                "statuses[0].id",
                "statuses[0].errors[0].code",
                "statuses[0].errors[0].title",
            ],
        );
        let webhook = WebhookDeclaration {
            routing_property: "phoneNumberId".to_owned(),
            ..WebhookDeclaration::default()
        };
        Declared::of_type("whatsapp", Some(webhook))
            .with_event("customer_message", message)
            .with_event("status_changed", status)
    }

    fn message(event: &Value) -> Facts {
        Facts::of(&messaging(), "customer_message", event)
    }

    fn status(event: &Value) -> Facts {
        Facts::of(&messaging(), "status_changed", event)
    }

    #[test]
    fn events_tell_whom_they_are_from_and_what_they_are_about() {
        let facts = message(&json!({"eventId": "m|1|wamid.1", "phoneNumberId": "1",
            "messages": [{"from": "16505551234"}]}));
        assert_eq!(facts.event_id.as_deref(), Some("m|1|wamid.1"));
        assert_eq!(facts.customer().as_deref(), Some("16505551234"));
        assert_eq!(facts.route.as_deref(), Some("1"));
        let facts =
            status(&json!({"correlationId": "c-1", "statuses": [{"recipient_id": "1650"}]}));
        assert_eq!(facts.correlation.as_deref(), Some("c-1"));
        assert_eq!(facts.customer().as_deref(), Some("1650"));
        assert_eq!(message(&json!([])), Facts::default());
    }

    /// X2: a foreign event with the member `status` made a success of an unknown outcome.
    #[test]
    fn x02_only_the_member_that_is_marked_as_the_outcome_settles_anything() {
        let foreign = EventMarks::new(["", "correlationId", ""], &[], &["status"]);
        let foreign = Declared::default().with_event("bounced", foreign);
        let event = json!({"correlationId": "c-1", "status": "bounced", "outcome": "accepted"});
        let facts = Facts::of(&foreign, "bounced", &event);
        assert_eq!(facts.correlation.as_deref(), Some("c-1"));
        assert_eq!(facts.settles, None);
        // An event that the descriptor does not know says nothing of itself.
        assert_eq!(Facts::of(&foreign, "other", &event), Facts::default());

        let told = |outcome: Value| {
            let errors = json!([{"code": 131_026, "title": "undeliverable"}]);
            let event = json!({"correlationId": "c-1", "outcome": outcome,
                "statuses": [{"id": "wamid.1", "status": "failed", "errors": errors}]});
            status(&event).settles
        };
        let rejected = told(json!("rejected")).unwrap();
        assert!(!rejected.is_accepted);
        let said = [rejected.id, rejected.code, rejected.error];
        assert_eq!(said, ["wamid.1", "131026", "undeliverable"]);
        assert!(told(json!("accepted")).unwrap().is_accepted);
        for nothing in [json!("bounced"), json!(""), json!(null), json!(1)] {
            assert_eq!(told(nothing.clone()), None, "{nothing}");
        }
        let without_id = json!({"outcome": "accepted", "statuses": [{"id": "wamid.1"}]});
        assert_eq!(status(&without_id).settles, None);
    }

    #[test]
    fn w50_an_empty_identity_is_an_absent_one() {
        let customer = |event: Value| message(&event).customer();
        let ada = Some("US.1".to_owned());
        for from in [json!({"from": ""}), json!({}), json!({"from": null})] {
            let mut message = from;
            message["from_user_id"] = json!("US.1");
            assert_eq!(customer(json!({"messages": [message]})), ada);
        }
        let of_status = json!({"recipient_id": "", "recipient_user_id": "US.1"});
        let facts = status(&json!({"statuses": [of_status]}));
        assert_eq!(facts.customer(), ada);
        // Named beside the message only.
        let contact = json!({"wa_id": "", "user_id": "US.1"});
        let nobody = json!({"from": "", "from_user_id": ""});
        assert_eq!(
            customer(json!({"contacts": [contact], "messages": [nobody]})),
            ada
        );
        let empty = json!({"eventId": "", "correlationId": "", "phoneNumberId": "", "messages": [{"from": ""}]});
        assert_eq!(message(&empty), Facts::default());
    }

    fn body_lane(value: &Value) -> i64 {
        let body = json!({"entry": [{"changes": [{"value": value}]}]});
        lane_of_body(&messaging(), &body)
    }

    #[test]
    fn one_customer_has_one_lane_and_a_batch_of_several_has_none() {
        let body = |parties: &Value| body_lane(&json!({"messages": parties}));
        let ada = body(&json!([{"from": "1"}]));
        assert_eq!(
            ada,
            body(&json!([{"from": "1"}, {"from": "1", "text": {}}]))
        );
        assert_ne!(ada, body(&json!([{"from": "2"}])));
        assert_eq!(body(&json!([{"from": "1"}, {"from": "2"}])), 0);
        assert_eq!(body(&json!([])), 0);
        let message = json!({"messages": [{"from": "1"}]});
        let lane = lane_of_body(&Declared::default(), &message);
        assert_eq!(lane, 0, "nothing is declared");
        assert_ne!(ada, 0);
    }

    #[test]
    fn h15_customers_known_by_user_id_only_have_a_lane_as_others() {
        let message = |message: Value| body_lane(&json!({"messages": [message]}));
        let ada = message(json!({"from_user_id": "US.1"}));
        assert_ne!(ada, 0);
        assert_ne!(ada, message(json!({"from_user_id": "US.2"})));
        for same in [
            json!({"messages": [{"from": "", "from_user_id": "US.1"}]}),
            json!({"messages": [{"from": "1650", "from_user_id": "US.1"}]}),
            json!({"messages": [{"from_user_id": "US.1", "x": 1e300}, {"from_user_id": "US.1"}]}),
            json!({"statuses": [{"recipient_id": "", "recipient_user_id": "US.1"}]}),
            json!({"contacts": [{"wa_id": "", "user_id": "US.1"}], "messages": [{"from": ""}]}),
            json!({"contacts": [{"wa_id": "1650", "user_id": "US.1"}], "messages": [{"from": "1650"}]}),
        ] {
            assert_eq!(body_lane(&same), ada, "{same}");
        }
        let mixed = json!({"messages": [{"from_user_id": "US.1"}, {"from_user_id": "US.2"}]});
        assert_eq!(body_lane(&mixed), 0);
        // What the adapter reads gives a lane, in whatever way it is written.
        let odd = r#"{"entry":[{"changes":[{"value":{"messages":[{"from_user_id":"US\u002e1","n":1e999}]}}]}]}"#;
        let odd = crate::json::parse(odd).unwrap();
        assert_eq!(lane_of_body(&messaging(), &odd), ada);
    }

    #[test]
    fn h19_every_spelling_of_a_number_is_one_customer_with_one_lane() {
        let from = |number: &str| json!({"messages": [{"from": number}]});
        for (one, other) in [
            ("5215599990001", "525599990001"),
            ("5491123456789", "541123456789"),
            ("5511987654321", "551187654321"),
            ("16506660003", "+1 650 666 0003"),
        ] {
            let events = [one, other].map(from);
            let [one_known, other_known] = events.each_ref().map(|event| message(event).customer());
            assert!(
                one_known.is_some() && one_known == other_known,
                "{one} {other}"
            );
            let lanes = events.each_ref().map(body_lane);
            assert_eq!(lanes[0], lanes[1], "{one} {other}");
            assert_eq!(
                message(&events[1]).written.as_deref(),
                Some(other),
                "sent to as it is written"
            );
        }
        let both = message(&json!({"messages": [{"from": "1650", "from_user_id": "US.1"}]}));
        assert_eq!(both.subjects, ["1650", "US.1"]);
        assert_eq!(both.other_name().as_deref(), Some("US.1"));
    }

    #[test]
    fn customers_do_not_share_a_lane() {
        let lanes = (0..1000).map(|customer| lane(&["webhook", &customer.to_string()]));
        let lanes: std::collections::HashSet<i64> = lanes.collect();
        assert_eq!(lanes.len(), 1000);
        assert!(!lanes.contains(&0));
    }
}
