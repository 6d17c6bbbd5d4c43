//! How a command ended whose end was unknown: the event with its correlation id tells.

use serde_json::{Value, json};
use workflow_adapter_loader::WFA_ERR_OUTCOME_UNKNOWN;

use super::answer::without_response;
use crate::workflow::Outcome;

/// The outcome and the response that `event`, the status of the message, stands for.
pub(crate) fn resolved(event: &Value) -> (Outcome, Value) {
    let text = |pointer: &str| match event.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let failed = text("/statuses/0/status") == "failed";
    let (outcome, status) = if failed {
        (Outcome::Error, "FAILED")
    } else {
        (Outcome::Success, "SUCCESS")
    };
    let response = json!({
        "status": status,
        "messageId": text("/statuses/0/id"),
        "code": text("/statuses/0/errors/0/code"),
        "error": text("/statuses/0/errors/0/title"),
        "details": {"outcome": if failed { "rejected" } else { "accepted" }},
    });
    (outcome, response)
}

/// The response if no such event has come in time.
pub(crate) fn unresolved() -> Value {
    without_response(
        WFA_ERR_OUTCOME_UNKNOWN,
        "it may have been sent, and no status has come that would tell; it is not sent again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_tells_how_the_send_ended() {
        let sent = json!({"statuses": [{"id": "wamid.1", "status": "delivered"}]});
        let (outcome, response) = resolved(&sent);
        assert_eq!(outcome, Outcome::Success);
        assert_eq!(
            (&response["status"], &response["messageId"]),
            (&json!("SUCCESS"), &json!("wamid.1"))
        );
        let failed = json!({"statuses": [{"id": "wamid.1", "status": "failed",
            "errors": [{"code": 131_026, "title": "undeliverable"}]}]});
        let (outcome, response) = resolved(&failed);
        assert_eq!(outcome, Outcome::Error);
        assert_eq!(response["code"], "131026");
        assert_eq!(unresolved()["code"], "OUTCOME_UNKNOWN");
    }
}
