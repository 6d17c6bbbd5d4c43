//! How a command ended whose end was unknown: an event tells that has its correlation id and a member
//! which the adapter declares as the outcome.

use serde_json::{Value, json};
use workflow_adapter_loader::WFA_ERR_OUTCOME_UNKNOWN;

use super::answer::without_response;
use crate::declared::CommandTraits;
use crate::store::Settles;
use crate::workflow::Outcome;

/// The outcome and the response that a command with these traits would have had.
pub(crate) fn resolved(settles: &Settles, traits: &CommandTraits) -> (Outcome, Value) {
    let (outcome, status, name) = if settles.is_accepted {
        (Outcome::Success, "SUCCESS", "accepted")
    } else {
        (Outcome::Error, "FAILED", "rejected")
    };
    let mut response = json!({
        "status": status,
        "code": settles.code,
        "error": settles.error,
        "details": {"outcome": name},
    });
    // `messageId` is the id of what was sent, whatever the service calls that.
    let id = traits.texts.iter().find(|text| text.ends_with("Id"));
    if let (Some(id), Some(members)) = (id, response.as_object_mut()) {
        members.insert(id.clone(), Value::from(settles.id.as_str()));
    }
    (outcome, traits.completed(response))
}

/// The response if no such event has come in time; with what the adapter has [said](super::said).
pub(crate) fn unresolved(traits: &CommandTraits, said: Option<&str>) -> Value {
    let mut why = "it may have been sent, and no event has told how it ended; it is not sent again"
        .to_owned();
    let said = said.and_then(crate::json::parse);
    let said = said.as_ref().and_then(|it| it.get("error")?.as_str());
    if let Some(said) = said.filter(|said| !said.is_empty()) {
        why = format!("{why}; the adapter says: {said}");
    }
    traits.completed(without_response(WFA_ERR_OUTCOME_UNKNOWN, &why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settles(is_accepted: bool) -> Settles {
        let [code, error] = if is_accepted {
            ["", ""]
        } else {
            ["131026", "undeliverable"]
        };
        Settles {
            is_accepted,
            id: "wamid.1".to_owned(),
            code: code.to_owned(),
            error: error.to_owned(),
        }
    }

    #[test]
    fn an_event_tells_how_the_send_ended() {
        let traits = CommandTraits {
            texts: vec!["status".to_owned(), "messageId".to_owned()],
            ..CommandTraits::default()
        };
        let (outcome, response) = resolved(&settles(true), &traits);
        assert_eq!(outcome, Outcome::Success);
        assert_eq!(
            (&response["status"], &response["messageId"]),
            (&json!("SUCCESS"), &json!("wamid.1"))
        );
        let (outcome, response) = resolved(&settles(false), &traits);
        assert_eq!(outcome, Outcome::Error);
        assert_eq!(response["code"], "131026");
        assert_eq!(response["details"]["outcome"], "rejected");
        let unknown = unresolved(&traits, Some(r#"{"error":"no answer came"}"#));
        let error = unknown["error"].as_str().unwrap();
        assert!(error.ends_with("says: no answer came"), "{error}");
        assert_eq!(unknown["code"], "OUTCOME_UNKNOWN");
        assert_eq!(unknown["messageId"], "");
        // Of a command without such a member nothing is made up.
        let (_, response) = resolved(&settles(true), &CommandTraits::default());
        assert_eq!(response.get("messageId"), None);
    }
}
