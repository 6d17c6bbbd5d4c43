//! From an adapter's event to the runs that it starts.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use serde_json::Value;
use workflow_adapter_loader::Verdict;

use crate::engine::{Engine, EventRow, NewRun};
use crate::expression::Scope;
use crate::store::{Key, now_ms};
use crate::trigger::{CUSTOMER, Facts, From, Kind, Trigger, lane};

/// What the configuration says just now.
#[derive(Debug, Default)]
pub(crate) struct Active {
    pub(crate) triggers: Vec<Trigger>,
    /// The definitions' JSON, by the workflows' names.
    pub(crate) workflows: HashMap<String, Arc<str>>,
    pub(crate) instances: Instances,
}

/// What must be known of the instances to find the right one.
#[derive(Debug, Default)]
pub(crate) struct Instances {
    /// The adapter type of each, by name.
    types: HashMap<String, String>,
    /// Their names, by adapter type and phone number id.
    numbers: HashMap<(String, String), String>,
}

impl Instances {
    pub(crate) fn add(&mut self, name: &str, adapter_type: &str, phone_number_id: Option<&str>) {
        self.types.insert(name.to_owned(), adapter_type.to_owned());
        if let Some(number) = phone_number_id {
            let number = (adapter_type.to_owned(), number.to_owned());
            self.numbers.insert(number, name.to_owned());
        }
    }

    fn type_of(&self, name: &str) -> &str {
        self.types.get(name).map_or("", String::as_str)
    }

    /// The instance that an event belongs to which `raised_by` raised: one webhook URL serves all
    /// numbers of an app, so another may have been asked to process it.
    fn owner<'a>(&'a self, raised_by: &'a str, number: Option<&str>) -> &'a str {
        let adapter_type = self.type_of(raised_by).to_owned();
        let owner = number.and_then(|number| self.numbers.get(&(adapter_type, number.to_owned())));
        owner.map_or(raised_by, String::as_str)
    }
}

/// Where adapters' events go.
#[derive(Default)]
pub(crate) struct Router {
    active: RwLock<Arc<Active>>,
    engine: OnceLock<Arc<dyn Engine>>,
}

impl Router {
    /// From now on events go to this engine.
    pub(crate) fn connect(&self, engine: Arc<dyn Engine>) {
        let _ = self.engine.set(engine); // there is one engine, and it is connected once
    }

    pub(crate) fn active(&self) -> Arc<Active> {
        let active = self.active.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&active)
    }

    /// From now on this holds.
    pub(crate) fn activate(&self, active: Active) {
        let active = Arc::new(active);
        *self.active.write().unwrap_or_else(PoisonError::into_inner) = active;
    }

    /// An adapter raised an event: accepted once it is stored, with the runs that it starts.
    pub(crate) fn event(&self, raised_by: &str, name: &str, json: &str) -> Verdict {
        let Some(engine) = self.engine.get() else {
            return Verdict::Retry;
        };
        let Some(event) = crate::json::parse(json) else {
            tracing::error!(event = name, "dropped: an event that is no JSON");
            return Verdict::Dropped;
        };
        let active = self.active();
        let (row, starts) = active.event(raised_by, name, json, &event);
        match engine.event(row, starts) {
            Ok(_) => Verdict::Accepted,
            Err(error) => {
                tracing::error!(%error, event = name, "an event could not be stored");
                Verdict::Retry
            }
        }
    }
}

impl Active {
    fn event(
        &self,
        raised_by: &str,
        name: &str,
        json: &str,
        event: &Value,
    ) -> (EventRow, Vec<NewRun>) {
        let facts = Facts::of(event);
        let instance = self.instances.owner(raised_by, facts.phone_number_id);
        let adapter_type = self.instances.type_of(raised_by);
        let id = facts.event_id.map_or_else(unique, str::to_owned);
        let (customer, user_id) = (facts.customer, facts.user_id);
        let row = EventRow {
            key: Key::of(&[adapter_type, &id]),
            name: name.to_owned(),
            instance: instance.to_owned(),
            customer: customer.clone(),
            user_id: user_id.clone(),
            correlation: facts.correlation.map(str::to_owned),
            json: json.to_owned(),
        };
        let mut starts = Vec::new();
        let members = event.as_object().map(|members| {
            let mut members = members.clone();
            // What a message can be sent to, whether the event tells a number or a user id only.
            let written = Value::from(facts.written.unwrap_or_default());
            members.entry(CUSTOMER).or_insert(written);
            members
        });
        let mut scope = None;
        for trigger in &self.triggers {
            if !trigger.is_for(adapter_type, instance, name) {
                continue;
            }
            let Some(members) = &members else {
                continue;
            };
            let scope = scope.get_or_insert_with(|| Scope::of(members));
            let Some(properties) = trigger.starts(scope, members) else {
                continue;
            };
            let Some(definition) = self.workflows.get(&trigger.workflow) else {
                continue;
            };
            starts.push(NewRun {
                definition: Arc::clone(definition),
                workflow: trigger.workflow.clone(),
                trigger: trigger.name.clone(),
                instance: instance.to_owned(),
                customer: customer.clone(),
                user_id: user_id.clone(),
                key: Some(Key::of(&[adapter_type, &id, &trigger.name])),
                lane: facts
                    .order
                    .as_deref()
                    .map_or(0, |name| lane(&["run", instance, name])),
                one_per_customer: trigger.one_run_per_customer,
                properties: Value::Object(properties).to_string(),
            });
        }
        (row, starts)
    }
}

impl Trigger {
    fn is_for(&self, adapter_type: &str, instance: &str, event: &str) -> bool {
        match &self.kind {
            Kind::Webhook(_) => false,
            Kind::Event {
                from,
                event: wanted,
            } => {
                let fits = match from {
                    From::Adapter(name) => name == instance,
                    From::AdapterType(name) => name == adapter_type,
                };
                fits && wanted == event
            }
        }
    }
}

/// An id for an event that has none: it cannot be known again.
fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{}-{}", now_ms(), COUNT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::expression::{Condition, PropertyValue};

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
        instances.add("sales", "whatsapp", Some("111"));
        instances.add("support", "whatsapp", Some("222"));
        instances.add("sms", "sms", None);
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
        let starts =
            |active: &Active, name: &str| active.event("sales", name, "{}", &event).1.len();
        assert_eq!(starts(&active, "customer_message"), 0);
        assert_eq!(starts(&self::active(), "status_changed"), 0);
        assert_eq!(starts(&self::active(), "customer_message"), 2);
    }
}
