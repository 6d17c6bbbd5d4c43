//! What the host reads out of an event to know it again, and to find whom it is
//! about. Which members say so, the adapter's descriptor declares.

use serde_json::Value;

use crate::customer::known_as;
use crate::declared::{Declared, EventMarks, MemberPath, text_of};
use crate::store::Settles;
use crate::whatsapp::{ADAPTER_TYPE, SETTLED};

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
        for subject in written
            .iter()
            .map(|text| known_as(&declared.adapter_type, text))
        {
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
        }
        let correlation = text(&marks.correlation);
        Self {
            event_id: text(&marks.event_id),
            written: written.into_iter().next(),
            subjects,
            settles: (correlation.as_ref()).and_then(|_| settles(declared, marks, event)),
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
/// as the outcome says `accepted` or `rejected`. The contract has no marks for what it says beside that:
/// of another adapter than the one that this host knows, only the members count that have the names of
/// a failed command's texts.
fn settles(declared: &Declared, marks: &EventMarks, event: &Value) -> Option<Settles> {
    let is_accepted = match marks.outcome.as_ref()?.text(event)?.as_str() {
        "accepted" => true,
        "rejected" => false,
        _ => return None,
    };
    let names: [&[&str]; 3] = match declared.adapter_type.as_str() {
        ADAPTER_TYPE => SETTLED,
        _ => [&[], &["code"], &["error"]],
    };
    let [id, code, error] = names.map(|names| marks.called(names, event).unwrap_or_default());
    Some(Settles {
        is_accepted,
        id,
        code,
        error,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;
    use crate::declared::WebhookDeclaration;
    use crate::trigger::lane::tests::body_lane;
    use crate::trigger::lane_of_body;

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
        // Of another adapter an `id` may be anything.
        let members = ["id", "title", "code", "error"];
        let foreign = EventMarks::new(["", "correlationId", "outcome"], &[], &members);
        let foreign = Declared::of_type("mail", None).with_event("settled", foreign);
        let event = json!({"correlationId": "c-1", "outcome": "rejected", "id": "7", "title": "Dr",
            "code": 9, "error": "full"});
        let said = Facts::of(&foreign, "settled", &event).settles.unwrap();
        assert_eq!([said.id, said.code, said.error], ["", "9", "full"]);
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

    /// The rule of phone numbers took one order for another one.
    #[test]
    fn x10_digits_of_an_adapter_without_phone_numbers_are_one_subject_for_each_text() {
        let marks = EventMarks::new(["", "", ""], &["orders[0].number"], &[]);
        let depot = Declared::of_type("depot", None).with_event("packed", marks);
        for other in ["525599990001", "521559999000 1", "tel:5215599990001"] {
            let orders = ["5215599990001", other];
            let events = orders.map(|number| json!({"orders": [{"number": number}]}));
            let known = events
                .each_ref()
                .map(|event| Facts::of(&depot, "packed", event).subjects);
            assert_eq!(known.concat(), orders);
            let [one, other] = events.each_ref().map(|event| lane_of_body(&depot, event));
            assert_ne!(one, other, "{orders:?}");
        }
    }
}
