//! The workflow `reply`: a customer's message starts it, an answer to the customer ends it.

use serde::{Deserialize, Serialize};

/// The workflow's name.
pub(crate) const NAME: &str = "reply";
/// The event that starts it.
pub(crate) const TRIGGER: &str = "customer_message";

/// One run of the workflow.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    /// Who wrote, and gets the answer.
    pub(crate) from: String,
}

#[derive(Deserialize)]
struct CustomerMessage {
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    from: Option<String>,
    from_user_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SendMessageText<'a> {
    phone_number: &'a str,
    message: &'a str,
}

impl Reply {
    /// The run that this event starts, if it starts one.
    pub(crate) fn started_by(event: &str, json: &str) -> Option<Self> {
        if event != TRIGGER {
            return None;
        }
        let CustomerMessage { messages } = serde_json::from_str(json).ok()?;
        let message = messages.into_iter().next()?;
        // Whoever uses a username may hide the number: it is absent then, or empty.
        let mut names = [message.from, message.from_user_id].into_iter().flatten();
        let from = names.find(|name| !name.is_empty())?;
        Some(Self { from })
    }

    /// The request of its one step, `sendMessageText`.
    pub(crate) fn request(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&SendMessageText {
            phone_number: &self.from,
            message: "Thanks for your message!",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_message_with_a_sender_starts_a_reply() {
        let json = r#"{"contacts":[],"messages":[{"from":"16505551234","id":"wamid.1"}]}"#;
        let reply = Reply::started_by("customer_message", json).unwrap();
        let request = reply.request().unwrap();
        let expected = r#"{"phoneNumber":"16505551234","message":"Thanks for your message!"}"#;
        assert_eq!(request, expected);
        assert_eq!(Reply::started_by("status_changed", json), None);
        for nobody in [
            r#"{"contacts":[],"messages":[{"id":"wamid.1"}]}"#,
            r#"{"contacts":[],"messages":[{"from":"","from_user_id":"","id":"wamid.1"}]}"#,
        ] {
            assert_eq!(Reply::started_by("customer_message", nobody), None);
        }
    }

    #[test]
    fn w50_a_customer_without_a_number_is_answered_by_user_id() {
        let json = r#"{"messages":[{"from":"","from_user_id":"US.1","id":"wamid.1"}]}"#;
        let reply = Reply::started_by("customer_message", json).unwrap();
        assert_eq!(reply.from, "US.1");
    }
}
