//! One recipient of a broadcast: the intent is stored, the message is sent, the outcome is stored.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Map, Value};
use workflow_adapter::{
    CommandOutput, Failure, WFA_ERR_BUSY, WFA_ERR_CANCELLED, WFA_ERR_STATE, WFA_ERR_TIMEOUT,
    WFA_ERR_UNAVAILABLE,
};

use super::Pace;
use super::list::Row;
use crate::engine::{Answer, classify, resolved};
use crate::instance::{Call, Instance};
use crate::store::{Recipient, Store, StoreError, delivery_of};
use crate::workflow::{CommandCall, Outcome};

pub(super) const COMMAND: &str = "sendMessageTextTemplate";
/// How often a message is tried that is proved not sent.
const ATTEMPTS: u32 = 5;

/// Sends to one recipient after the other.
pub(super) struct Sender<'a> {
    pub(super) instance: Instance,
    pub(super) store: &'a Store,
    pub(super) broadcast: i64,
    pub(super) template: &'a str,
    pub(super) language: &'a str,
    pub(super) pace: Pace,
    /// To how many it has sent, or tried to.
    pub(super) tried: AtomicUsize,
}

impl Sender<'_> {
    /// Sends, unless it has been sent or nobody knows whether it has.
    pub(super) fn send(&self, row: &Row) -> Result<Recipient, StoreError> {
        let (id, key) = (self.broadcast, row.recipient);
        let mut recipient = Recipient {
            state: "intent".to_owned(),
            correlation: format!("{}-b{id}-{key}", self.store.id()),
            message: String::new(),
            code: String::new(),
            error: String::new(),
        };
        let (number, claimed) = (row.number.clone(), recipient.clone());
        // One transaction: the same broadcast may have been started twice.
        let claim = move |c: &Connection| {
            if claimed.claim(c, id, key, &number)? {
                return Ok(None);
            }
            Recipient::find(c, id, key)
        };
        if let Some(known) = self.store.writer().ask(claim).wait()? {
            return match known.state.as_str() {
                "intent" | "unknown" => self.look_up(row, known),
                _ => Ok(known),
            };
        }
        self.tried.fetch_add(1, Ordering::Relaxed);
        let (answer, result) = self.execute(row, &recipient.correlation);
        let not_sent = [
            WFA_ERR_UNAVAILABLE,
            WFA_ERR_TIMEOUT,
            WFA_ERR_CANCELLED,
            WFA_ERR_BUSY,
            WFA_ERR_STATE,
        ];
        let (state, response) = match answer {
            Answer::Success(response) => ("accepted", response),
            Answer::Unknown => return self.look_up(row, recipient),
            Answer::Error(response) if not_sent.contains(&result) => ("not_sent", response),
            Answer::Error(response) => ("rejected", response),
            Answer::Later(_) => ("not_sent", Value::Null),
        };
        recipient.note(state, &response);
        self.end(row, &recipient)?;
        Ok(recipient)
    }

    /// Nobody knows whether it was sent: a host that serves may have stored the status that tells.
    fn look_up(&self, row: &Row, mut recipient: Recipient) -> Result<Recipient, StoreError> {
        let correlation = recipient.correlation.clone();
        let find = move |c: &Connection| delivery_of(c, &correlation);
        match self.store.writer().ask(find).wait()? {
            Some(event) => {
                let event = serde_json::from_str(&event).unwrap_or_default();
                let (outcome, response) = resolved(&event);
                let accepted = outcome == Outcome::Success;
                recipient.note(if accepted { "accepted" } else { "rejected" }, &response);
            }
            None => recipient.note("unknown", &Value::Null),
        }
        self.end(row, &recipient)?;
        Ok(recipient)
    }

    /// Sends, again if it is proved that nothing happened.
    fn execute(&self, row: &Row, correlation: &str) -> (Answer, i32) {
        let mut request = Map::from_iter([
            ("templateName".to_owned(), Value::from(self.template)),
            ("languageCode".to_owned(), Value::from(self.language)),
        ]);
        request.extend(row.members.clone());
        request.insert("phoneNumber".to_owned(), Value::from(row.number.clone()));
        let call = CommandCall {
            step: String::new(),
            instance: None,
            command: COMMAND.to_owned(),
            request: Value::Object(request),
            repeat: false,
            attempts: ATTEMPTS,
            timeout_ms: None,
        };
        let json = call.request.to_string();
        let mut attempt = 1;
        loop {
            self.pace.wait();
            let ended: Result<CommandOutput, Failure> = self.instance.execute(&Call {
                command: call.command.clone(),
                request: json.clone(),
                correlation_id: Some(correlation.to_owned()),
                timeout: None,
            });
            let result = ended
                .as_ref()
                .map_or_else(|failure| failure.result, |out| out.result);
            match classify(&call, attempt, &ended) {
                Answer::Later(pause) => std::thread::sleep(Duration::from_millis(pause)),
                answer => return (answer, result),
            }
            attempt += 1;
        }
    }

    fn end(&self, row: &Row, recipient: &Recipient) -> Result<(), StoreError> {
        let (id, key, recipient) = (self.broadcast, row.recipient, recipient.clone());
        let end = move |c: &Connection| recipient.end(c, id, key);
        self.store.writer().ask(end).wait()
    }
}

impl Recipient {
    fn note(&mut self, state: &str, response: &Value) {
        let text = |name: &str| {
            response
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        state.clone_into(&mut self.state);
        text("messageId").clone_into(&mut self.message);
        text("code").clone_into(&mut self.code);
        text("error").clone_into(&mut self.error);
    }
}
