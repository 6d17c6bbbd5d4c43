//! A sample of the value of each webhook field, as Meta's pages show it.

use serde_json::{Map, Value, json};

use crate::ids::Direction;
use crate::inbound::DEFAULT_CUSTOMER;
use crate::state::State;

/// Every field with its sample.
pub(crate) fn all() -> Map<String, Value> {
    serde_json::from_str(include_str!("../seeds/changes.json")).unwrap_or_default()
}

/// The sample of `field`, as if it had just happened: with its own ids and the time that it is now, so
/// that each one is another event.
pub(crate) fn of(state: &State, field: &str) -> Option<Value> {
    let mut value = all().remove(field)?;
    let now = state.ticker.tick();
    refresh(&mut value, state, now);
    if let Some(recipient) = value.get_mut("recipient") {
        *recipient = json!({
            "display_phone_number": state.config.display_phone_number,
            "phone_number_id": state.config.phone_number_id,
        });
    }
    Some(value)
}

fn refresh(value: &mut Value, state: &State, now: u64) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), &*member) {
                    ("timestamp", Value::String(_)) => *member = now.to_string().into(),
                    ("timestamp", Value::Number(_)) => *member = now.into(),
                    ("id", Value::String(id)) if id.starts_with("wamid.") => {
                        *member = state
                            .ids
                            .message(DEFAULT_CUSTOMER, Direction::Incoming)
                            .into();
                    }
                    ("id", Value::String(id)) if id.starts_with("wacid.") => {
                        let id = state.ids.message(DEFAULT_CUSTOMER, Direction::Incoming);
                        *member = id.replacen("wamid.", "wacid.", 1).into();
                    }
                    _ => refresh(member, state, now),
                }
            }
        }
        Value::Array(elements) => {
            for element in elements {
                refresh(element, state, now);
            }
        }
        _ => {}
    }
}
