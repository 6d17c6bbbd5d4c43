//! Triggers: what starts a workflow, and with which properties.

mod facts;
mod key;

use serde_json::{Map, Value};

pub(crate) use facts::{Facts, lane, lane_of_body};
pub(crate) use key::Key;

use crate::expression::{Condition, PropertyValue, Scope};

/// The property that the host gives the runs of events: whom to answer.
pub(crate) const CUSTOMER: &str = "customer";

/// What starts a workflow.
#[derive(Debug)]
pub(crate) struct Trigger {
    pub(crate) name: String,
    pub(crate) workflow: String,
    pub(crate) enabled: bool,
    /// Whether it starts nothing for a customer while a run that it started for that customer is open.
    pub(crate) one_run_per_customer: bool,
    /// Without one it always starts.
    pub(crate) condition: Option<Condition>,
    /// Properties of the run beside those of the event or the webhook.
    pub(crate) properties: Vec<(String, PropertyValue)>,
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Webhook(Webhook),
    Event { from: From, event: String },
}

/// Whose event it is.
#[derive(Debug)]
pub(crate) enum From {
    /// One adapter's.
    Adapter(String),
    /// That of every adapter of a type.
    AdapterType(String),
}

/// An *Advanced Webhook*.
#[derive(Debug)]
pub(crate) struct Webhook {
    pub(crate) authentication: Authentication,
    pub(crate) response: Response,
    /// Whether the body's members become properties.
    pub(crate) parse_body: bool,
    /// The adapter that the run belongs to.
    pub(crate) adapter: Option<String>,
}

#[derive(Debug)]
pub(crate) enum Authentication {
    /// `X-Hub-Signature-256`.
    Hmac(Key),
    /// Anybody may call: for callers that are authenticated before they get here.
    None,
}

/// What the sender is answered.
#[derive(Debug)]
pub(crate) enum Response {
    /// 200 once the run is stored.
    None,
    /// This, once the run is stored.
    Custom {
        status: u16,
        content_type: String,
        body: String,
    },
    /// What the workflow puts out, once it has ended.
    Workflow,
}

impl Trigger {
    /// The properties of the run that it starts, if it starts one. `given` are those of the event
    /// or the webhook, and `scope` knows them.
    pub(crate) fn starts(
        &self,
        scope: &Scope,
        given: &Map<String, Value>,
    ) -> Option<Map<String, Value>> {
        let holds = |condition: &Condition| condition.holds(scope);
        if !self.enabled || !self.condition.as_ref().is_none_or(holds) {
            return None;
        }
        let mut properties = given.clone();
        for (name, value) in &self.properties {
            let value = value.value(scope).unwrap_or_else(|why| {
                let trigger = &self.name;
                tracing::warn!(trigger, property = name, why, "the property is null");
                Value::Null
            });
            properties.insert(name.clone(), value);
        }
        Some(properties)
    }
}
