//! Triggers: what starts a workflow, and with which properties.

mod facts;
mod key;
mod lane;
mod scheme;

use serde_json::{Map, Value};

pub(crate) use facts::Facts;
#[cfg(test)]
pub(crate) use facts::tests::messaging;
pub(crate) use key::Key;
pub(crate) use lane::{lane, lane_of_body};
pub(crate) use scheme::Scheme;

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
    Schedule(Schedule),
}

/// When a trigger starts its workflow by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(crate) when: When,
    /// The instance that the run belongs to.
    pub(crate) adapter: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// Once each time that the host has started.
    Start,
    /// At every multiple of so many milliseconds since 1970-01-01T00:00:00Z.
    Every(i64),
}

impl When {
    /// The last occurrence that is not after `now`; none if time alone brings none.
    pub(crate) fn last(self, now: i64) -> Option<i64> {
        match self {
            Self::Start => None,
            Self::Every(every) => Some(now - now.rem_euclid(every.max(1))),
        }
    }

    /// How long it is until the next one.
    pub(crate) fn pause(self, now: i64) -> Option<i64> {
        match self {
            Self::Start => None,
            Self::Every(every) => Some(every.max(1) - now.rem_euclid(every.max(1))),
        }
    }
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
    /// The instance that the run belongs to; if absent, the one that the body is routed to.
    pub(crate) adapter: Option<String>,
    /// How bodies are signed.
    pub(crate) scheme: Scheme,
    /// The instance whose adapter type declares the webhook.
    pub(crate) declared_by: Option<String>,
}

#[derive(Debug)]
pub(crate) enum Authentication {
    /// The body is signed with this key, in the way that the adapter declares.
    Hmac(Key),
    /// The same with the key that the adapter's instance has as a property. It is resolved when the
    /// configuration is read: a request that finds it is refused.
    Property,
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
