//! Phone number, business account, profile, token and health, as JSON that a test can change.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::Config;
use crate::graph_error::GraphError;

type Members = Map<String, Value>;

/// What the account says about itself. Unknown members are shown to whoever asks for them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Details {
    pub(crate) phone_number: Members,
    pub(crate) business_account: Members,
    pub(crate) profile: Members,
    /// What `debug_token` says about the access token.
    pub(crate) token: Members,
    /// For each kind of entity whether it can send, and why not.
    pub(crate) health: Members,
    /// The app's webhook: whether it is `active`, and its `fields`; every known one if it has none.
    pub(crate) webhook: Members,
    /// `keep_bytes`: how many bytes of the next part of an upload arrive.
    pub(crate) uploads: Members,
}

impl Details {
    /// The details of `src/seeds/account.json`, with the identities of the configuration.
    pub(crate) fn new(config: &Config) -> Self {
        let seeds = include_str!("../seeds/account.json");
        let mut details: Self = serde_json::from_str(seeds).unwrap_or_default();
        let digits = &config.display_phone_number;
        let display = match (
            digits.get(..1),
            digits.get(1..4),
            digits.get(4..7),
            digits.get(7..),
        ) {
            (Some("1"), Some(area), Some(office), Some(line)) if digits.len() == 11 => {
                format!("+1 {area}-{office}-{line}")
            }
            _ => format!("+{digits}"),
        };
        let number = &mut details.phone_number;
        number.insert("id".to_owned(), json!(config.phone_number_id));
        number.insert("display_phone_number".to_owned(), json!(display));
        let id = json!(config.business_account_id);
        details.business_account.insert("id".to_owned(), id);
        details
    }

    /// Changes members as RFC 7396 says: objects are merged, null removes.
    pub(crate) fn merge(&mut self, patch: &Value) {
        let mut whole = json!(self);
        merge(&mut whole, patch);
        if let Ok(changed) = serde_json::from_value(whole) {
            *self = changed;
        }
    }

    /// Refuses a token that was taken back or has expired.
    pub(crate) fn token_works(&self, now: u64) -> Result<(), GraphError> {
        let expires_at = self.token.get("expires_at").and_then(Value::as_u64);
        if self.token.get("is_valid") == Some(&Value::Bool(false)) {
            return Err(GraphError::token(
                "Error validating access token: The session has been invalidated because the \
                 user changed their password or Facebook has changed the session for security \
                 reasons.",
            )
            .subcode(460));
        }
        match expires_at {
            Some(expiry) if expiry != 0 && expiry <= now => Err(GraphError::token(&format!(
                "Error validating access token: Session has expired on {expiry}. The current \
                 time is {now}."
            ))
            .subcode(463)),
            _ => Ok(()),
        }
    }

    /// Whether the token has one of these permissions.
    pub(crate) fn permits(&self, scopes: &[&str]) -> bool {
        let granted = self.token.get("scopes").and_then(Value::as_array);
        let granted = granted.map_or(&[][..], Vec::as_slice);
        scopes.is_empty() || scopes.iter().any(|scope| granted.contains(&json!(scope)))
    }

    /// `health_status` of the phone number or of the business account.
    pub(crate) fn health_status(&self, with_number: bool) -> Value {
        let entity = |kind: &str, member: &str, id: Option<&Value>| {
            let mut entity = self
                .health
                .get(member)
                .cloned()
                .unwrap_or_else(|| json!({}));
            if let Some(members) = entity.as_object_mut() {
                members.insert("entity_type".to_owned(), json!(kind));
                members.insert("id".to_owned(), id.cloned().unwrap_or_else(|| json!("0")));
            }
            entity
        };
        let mut entities = vec![
            entity("WABA", "business_account", self.business_account.get("id")),
            entity("BUSINESS", "business", None),
            entity("APP", "app", self.token.get("app_id")),
        ];
        if with_number {
            let number = entity("PHONE_NUMBER", "phone_number", self.phone_number.get("id"));
            entities.insert(0, number);
        }
        let has = |state: &str| {
            let mut all = entities.iter();
            all.any(|entity| entity.get("can_send_message") == Some(&json!(state)))
        };
        let overall = ["BLOCKED", "LIMITED"].into_iter().find(|state| has(state));
        json!({"can_send_message": overall.unwrap_or("AVAILABLE"), "entities": entities})
    }
}

fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Some(members) = target.as_object_mut() else {
        return;
    };
    for (name, change) in changes {
        if change.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_can_be_read_and_patched() {
        let mut details = Details::new(&Config::default());
        assert_eq!(
            details.phone_number["display_phone_number"],
            "+1 555-078-3881"
        );
        assert!(details.permits(&["whatsapp_business_messaging"]));
        details.merge(&json!({
            "phone_number": {"quality_rating": "RED", "throughput": {"level": "HIGH"}, "status": null},
            "token": {"scopes": []},
            "health": {"business": {"can_send_message": "LIMITED"}},
        }));
        assert_eq!(details.phone_number["throughput"], json!({"level": "HIGH"}));
        assert_eq!(details.phone_number.get("status"), None);
        assert!(!details.permits(&["whatsapp_business_messaging"]));
        assert_eq!(details.health_status(true)["can_send_message"], "LIMITED");
        assert_eq!(
            details.health_status(true)["entities"][0]["entity_type"],
            "PHONE_NUMBER"
        );
        assert_eq!(
            details.health_status(false)["entities"]
                .as_array()
                .unwrap()
                .len(),
            3
        );
    }

    #[test]
    fn a_token_works_until_it_expires_or_is_taken_back() {
        let mut details = Details::new(&Config::default());
        assert!(details.token_works(5).is_ok());
        details.merge(&json!({"token": {"expires_at": 10}}));
        assert!(details.token_works(9).is_ok());
        assert!(details.token_works(10).is_err());
        details.merge(&json!({"token": {"expires_at": 0, "is_valid": false}}));
        assert!(details.token_works(0).is_err());
    }
}
