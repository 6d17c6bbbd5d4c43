//! From an adapter's event to the runs that it starts.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, OnceLock, RwLock};

use serde_json::{Map, Value, json};
use workflow_adapter_loader::Verdict;

use crate::declared::{Declared, at_pointer};
use crate::engine::{Engine, EventRow, NewRun};
use crate::expression::Scope;
use crate::lock::unpoisoned;
use crate::store::{Key, now_ms, subjects_column};
use crate::trigger::{CUSTOMER, Facts, From, Kind, Schedule, Trigger, Webhook, lane, lane_of_body};

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
    /// What the adapter type of each declares, by the instance's name.
    declared: HashMap<String, Arc<Declared>>,
    /// Their names, by adapter type and the value of the property that tells them apart.
    routes: HashMap<(String, String), String>,
}

impl Instances {
    /// `route` is the value of the declared routing property.
    pub(crate) fn add(&mut self, name: &str, declared: &Arc<Declared>, route: Option<&str>) {
        self.declared.insert(name.to_owned(), Arc::clone(declared));
        if let Some(route) = route {
            let route = (declared.adapter_type.clone(), route.to_owned());
            self.routes.insert(route, name.to_owned());
        }
    }

    /// What the adapter type of an instance declares.
    pub(crate) fn declared(&self, name: &str) -> Option<&Arc<Declared>> {
        self.declared.get(name)
    }

    fn type_of(&self, name: &str) -> &str {
        self.declared(name)
            .map_or("", |declared| &declared.adapter_type)
    }

    /// The instance that an event belongs to which `raised_by` raised: one webhook address serves several
    /// instances, so another may have been asked to process it.
    fn owner<'a>(&'a self, raised_by: &'a str, route: Option<&str>) -> &'a str {
        let owner = route.and_then(|route| self.at(self.type_of(raised_by), route));
        owner.unwrap_or(raised_by)
    }

    /// The instance of a type with this value of its routing property.
    pub(crate) fn at(&self, adapter_type: &str, route: &str) -> Option<&str> {
        let route = (adapter_type.to_owned(), route.to_owned());
        self.routes.get(&route).map(String::as_str)
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
        let active = unpoisoned(self.active.read());
        Arc::clone(&active)
    }

    /// From now on this holds.
    pub(crate) fn activate(&self, active: Active) {
        let active = Arc::new(active);
        *unpoisoned(self.active.write()) = active;
    }

    /// An adapter raised an event: accepted once it is stored, with the runs that it starts.
    pub(crate) fn event(&self, raised_by: &str, name: &str, json: &str) -> Verdict {
        let Some(engine) = self.engine.get() else {
            return Verdict::Retry;
        };
        let Some(event) = crate::json::parse(json) else {
            tracing::error!(event = name, "dropped an event that is not JSON");
            return Verdict::Dropped;
        };
        let active = self.active();
        let (row, starts) = active.event(raised_by, name, json, &event);
        match engine.event(row, starts) {
            Ok(_) => Verdict::Accepted,
            Err(error) => {
                tracing::error!(%error, event = name, "the event could not be stored; the adapter will offer it again");
                Verdict::Retry
            }
        }
    }
}

impl Active {
    /// The instance that a webhook's run belongs to, and its lane: two of one subject are processed one
    /// after the other. The instance is the trigger's; or the first one that the body is routed to; or the
    /// one that processes the webhook.
    pub(crate) fn place_of(&self, webhook: &Webhook, body: &str) -> (String, i64) {
        let by = webhook.declared_by.as_deref().unwrap_or_default();
        let named = webhook.adapter.as_deref();
        let declared = self.instances.declared(by);
        let parsed = declared.and_then(|declared| Some((declared, crate::json::parse(body)?)));
        let Some((declared, body)) = parsed else {
            return (named.unwrap_or(by).to_owned(), 0);
        };
        let routed = || {
            let path = declared.webhook.as_ref()?.routing_path.as_str();
            let routes = (!path.is_empty()).then(|| at_pointer(&body, path))?;
            let mut routes = routes.into_iter();
            routes.find_map(|route| self.instances.at(&declared.adapter_type, &route))
        };
        let instance = named.or_else(routed).unwrap_or(by).to_owned();
        (instance, lane_of_body(declared, &body))
    }

    /// The run that an occurrence of a schedule starts; none if the trigger wants none now.
    pub(crate) fn occurrence(
        &self,
        trigger: &Trigger,
        schedule: &Schedule,
        at: i64,
    ) -> Option<NewRun> {
        let system = json!({"occurrence": at});
        let given = Map::from_iter([("wfsystem".to_owned(), system)]);
        let properties = trigger.starts(&Scope::of(&given), &given)?;
        let instance = schedule.adapter.clone().unwrap_or_default();
        Some(NewRun {
            definition: Arc::clone(self.workflows.get(&trigger.workflow)?),
            workflow: trigger.workflow.clone(),
            trigger: trigger.name.clone(),
            instance,
            customer: None,
            user_id: None,
            subjects: None,
            key: Some(Key::of(&["occurrence", &trigger.name, &at.to_string()])),
            lane: 0,
            one_per_customer: false,
            properties: Value::Object(properties).to_string(),
        })
    }

    fn event(
        &self,
        raised_by: &str,
        name: &str,
        json: &str,
        event: &Value,
    ) -> (EventRow, Vec<NewRun>) {
        let nothing = Declared::default();
        let declared = self.instances.declared(raised_by);
        let declared = declared.map_or(&nothing, |declared| &**declared);
        let facts = Facts::of(declared, name, event);
        let instance = self.instances.owner(raised_by, facts.route.as_deref());
        let adapter_type = declared.adapter_type.as_str();
        let (customer, user_id) = (facts.customer(), facts.other_name());
        let subjects = subjects_column(&facts.subjects);
        // Where it came to, if the event says so: hosts of which only some know the instance that it
        // belongs to let different ones raise it. Otherwise whoever raised it, not whom it belongs to:
        // that may change with the configuration.
        let (kind, source) = match facts.route.as_deref() {
            Some(route) => ("routed", route.to_owned()),
            None => ("raised", raised_by.to_owned()),
        };
        let id = facts.event_id.clone().unwrap_or_else(unique);
        let row = EventRow {
            key: Key::of(&["event", kind, adapter_type, &source, name, &id]),
            former: facts
                .event_id
                .as_ref()
                .map(|id| Key::of(&[adapter_type, id])),
            id: facts.event_id,
            adapter: adapter_type.to_owned(),
            name: name.to_owned(),
            instance: instance.to_owned(),
            customer: customer.clone(),
            user_id: user_id.clone(),
            subjects: subjects.clone(),
            correlation: facts.correlation,
            settles: facts.settles,
            route: facts.route,
            json: json.to_owned(),
        };
        let mut starts = Vec::new();
        let members = event.as_object().map(|members| {
            let mut members = members.clone();
            // What a message can be sent to, whether the event tells a number or a user id only.
            let written = Value::from(facts.written.clone().unwrap_or_default());
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
                subjects: subjects.clone(),
                key: Some(Key::of(&[
                    "run",
                    kind,
                    adapter_type,
                    &source,
                    name,
                    &id,
                    &trigger.name,
                ])),
                lane: user_id
                    .as_deref()
                    .map_or(0, |subject| lane(&["run", instance, subject])),
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
            Kind::Webhook(_) | Kind::Schedule(_) => false,
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

/// An id for an event whose descriptor marks none: it is never taken for another one, of this process or
/// of any other.
fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(now_ms()));
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{:x}-{count}", now_ms(), *PROCESS)
}

#[cfg(test)]
mod tests;
