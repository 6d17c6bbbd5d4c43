//! Which runs an event starts, whose it is, and by what it is known again.

use super::*;
use crate::expression::{Condition, PropertyValue};
use crate::trigger::messaging;

fn trigger(name: &str, from: From, condition: &str) -> Trigger {
    Trigger {
        name: name.to_owned(),
        workflow: "greet".to_owned(),
        enabled: true,
        one_run_per_customer: false,
        condition: Some(Condition::parse(condition).unwrap()),
        properties: vec![(
            "who".to_owned(),
            PropertyValue::parse(&json!("{messages[0].from}")).unwrap(),
        )],
        kind: Kind::Event {
            from,
            event: "customer_message".to_owned(),
        },
    }
}

fn active() -> Active {
    let mut instances = Instances::default();
    let messaging = Arc::new(messaging());
    instances.add("sales", &messaging, Some("111"));
    instances.add("support", &messaging, Some("222"));
    let sms = Declared::of_type("sms", None);
    instances.add("sms", &Arc::new(sms), None);
    let hello = r#"messages[0].text.body.contains("hello")"#;
    Active {
        triggers: vec![
            trigger("sales-hello", From::Adapter("sales".to_owned()), hello),
            trigger("support-hello", From::Adapter("support".to_owned()), hello),
            trigger("any", From::AdapterType("whatsapp".to_owned()), "true"),
        ],
        workflows: HashMap::from([("greet".to_owned(), Arc::from("{}"))]),
        instances,
    }
}

fn started(raised_by: &str, number: &str, text: &str) -> (String, Vec<String>) {
    let event = json!({"eventId": "m|1", "phoneNumberId": number,
        "messages": [{"from": "1650", "text": {"body": text}}]});
    let active = active();
    let (row, starts) = active.event(raised_by, "customer_message", &event.to_string(), &event);
    for run in &starts {
        assert_eq!(run.instance, row.instance);
        let properties: Value = serde_json::from_str(&run.properties).unwrap();
        assert_eq!(
            (&properties["who"], &properties["eventId"]),
            (&json!("1650"), &json!("m|1"))
        );
    }
    let names = starts.into_iter().map(|run| run.trigger);
    (row.instance, names.collect())
}

#[test]
fn one_url_serves_several_numbers() {
    let owned = |owner: &str, names: &[&str]| {
        (
            owner.to_owned(),
            names.iter().map(|name| (*name).to_owned()).collect(),
        )
    };
    assert_eq!(
        started("sales", "111", "hello"),
        owned("sales", &["sales-hello", "any"])
    );
    let other = started("sales", "222", "hello");
    assert_eq!(other, owned("support", &["support-hello", "any"]));
    assert_eq!(
        started("sales", "333", "bye"),
        owned("sales", &["any"]),
        "nobody's number"
    );
    assert_eq!(
        started("sms", "111", "hello"),
        owned("sms", &[]),
        "of another type"
    );
}

#[test]
fn a_disabled_trigger_and_another_event_start_nothing() {
    let mut active = active();
    active
        .triggers
        .iter_mut()
        .for_each(|trigger| trigger.enabled = false);
    let event = json!({"messages": [{"from": "1", "text": {"body": "hello"}}]});
    let starts = |active: &Active, name: &str| active.event("sales", name, "{}", &event).1.len();
    assert_eq!(starts(&active, "customer_message"), 0);
    assert_eq!(starts(&self::active(), "status_changed"), 0);
    assert_eq!(starts(&self::active(), "customer_message"), 2);
}

fn keys(raised_by: &str, name: &str, event: &Value) -> [Key; 2] {
    [(); 2].map(|()| active().event(raised_by, name, "{}", event).0.key)
}

/// X1: an event of one instance was taken for the duplicate of another one's.
#[test]
fn x01_an_event_is_known_again_within_its_instance_and_name_only() {
    let event = json!({"eventId": "1"});
    let [one, again] = keys("sales", "customer_message", &event);
    assert_eq!(one, again);
    let [other_instance, _] = keys("support", "customer_message", &event);
    let [other_name, _] = keys("sales", "status_changed", &event);
    assert!(one != other_instance && one != other_name && other_instance != other_name);
}

/// R7: a host that does not know an instance yet lets another one raise its events.
#[test]
fn r07_an_event_that_says_where_it_came_to_is_one_whichever_instance_raises_it() {
    let to = |number: &str| json!({"eventId": "1", "phoneNumberId": number});
    let [one, _] = keys("sales", "customer_message", &to("222"));
    assert_eq!(keys("support", "customer_message", &to("222"))[0], one);
    assert_ne!(keys("sales", "customer_message", &to("111"))[0], one);
    // A value of the routing property is no name of an instance.
    let [raised, _] = keys("222", "customer_message", &json!({"eventId": "1"}));
    assert_ne!(raised, one);
}

#[test]
fn x01_an_event_without_a_marked_id_is_never_taken_for_another_one() {
    let event = json!({"eventId": "1"});
    let [one, other] = keys("sms", "received", &event);
    assert_ne!(one, other, "its descriptor marks no event id");
    let [one, other] = keys("sales", "customer_message", &json!({}));
    assert_ne!(one, other);
}

/// X9: who raises an event while the host starts offers it again.
#[test]
fn x09_an_event_that_comes_while_the_host_starts_is_to_be_offered_again() {
    let router = Router::default();
    assert_eq!(
        router.event("sales", "customer_message", "{}"),
        Verdict::Retry
    );
}

#[test]
fn an_event_and_what_it_starts_keep_every_subject() {
    let event = json!({"eventId": "m|1", "phoneNumberId": "111", "contacts": [{"wa_id": "a"}],
        "messages": [{"from": "b", "from_user_id": "US.1"}]});
    let (row, starts) = active().event("sales", "customer_message", "{}", &event);
    let all = Some(r#"["a","b","US.1"]"#);
    assert_eq!(row.subjects.as_deref(), all);
    assert!(starts.iter().all(|run| run.subjects.as_deref() == all) && !starts.is_empty());
}
