//! One recipient of a broadcast: it is claimed when the send begins, the message is sent, and the
//! outcome is stored. Who waits for that moment is claimed by nobody, so a broadcast that ends then
//! leaves nobody out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Map, Value};
use workflow_adapter_loader::{
    CommandOutput, Failure, WFA_ERR_BUSY, WFA_ERR_CANCELLED, WFA_ERR_STATE, WFA_ERR_TIMEOUT,
    WFA_ERR_UNAVAILABLE,
};

use super::control::{Control, Stop};
use super::list::Row;
use super::refusal::{Refusal, refusal};
use crate::engine::{Answer, classify};
use crate::instance::{Call, Instance, sound};
use crate::store::{Key, Recipient, Store, StoreError, settled};
use crate::workflow::CommandCall;

/// How often a message is tried that is proved not sent.
const ATTEMPTS: u32 = 5;
/// After so many recipients in a row to whom nothing could be sent, the next ones are not tried.
const UNREACHABLE: usize = 8;
/// What says that nothing was sent.
const NOT_SENT: [i32; 5] = [
    WFA_ERR_UNAVAILABLE,
    WFA_ERR_TIMEOUT,
    WFA_ERR_CANCELLED,
    WFA_ERR_BUSY,
    WFA_ERR_STATE,
];

/// Sends to one recipient after the other.
pub(super) struct Sender<'a> {
    pub(super) instance: Instance,
    /// The instance's name: its own events tell how a send ended.
    pub(super) name: &'a str,
    pub(super) store: &'a Store,
    pub(super) broadcast: i64,
    pub(super) command: &'static str,
    pub(super) template: &'a str,
    pub(super) language: &'a str,
    pub(super) control: Arc<Control>,
    /// To how many it has sent, or tried to.
    pub(super) tried: AtomicUsize,
    /// To how many nothing could be sent since something could.
    pub(super) not_sent: AtomicUsize,
}

/// What was found when a recipient was to be claimed.
enum Claim {
    Own,
    Of(Recipient),
}

impl Sender<'_> {
    /// Sends, unless it has been sent or nobody knows whether it has; none if it was not begun.
    pub(super) fn send(&self, row: &Row) -> Result<Option<Recipient>, StoreError> {
        let (key, before) = self.find(row)?;
        if let Some(known) = &before
            && !known.may_be_sent()
        {
            return self.settled(key, known.clone()).map(Some);
        }
        let correlation = format!("{}-b{}-{key}", self.store.id(), self.broadcast);
        let mut recipient = before
            .clone()
            .unwrap_or_else(|| Recipient::new(&correlation));
        let call = self.call(row);
        for attempt in 1.. {
            if !self.control.permit() {
                break;
            }
            if let Claim::Of(other) = self.claim(row, key, &correlation)? {
                return self.settled(key, other).map(Some);
            }
            if attempt == 1 {
                self.tried.fetch_add(1, Ordering::Relaxed);
            }
            let ended = self.execute(&call, &correlation);
            let answer = classify(&call, attempt, &ended);
            let pause = match &answer {
                Answer::Later(pause) => Some(*pause),
                _ => None,
            };
            let (state, response) = told(answer, &ended);
            let Some(state) = state else {
                recipient.note("intent", &Value::Null);
                return self.look_up(key, recipient).map(Some);
            };
            recipient.note(state, &response);
            if pause.is_none() {
                self.look_at(row, &mut recipient);
            }
            self.end(key, &recipient)?;
            // Not claimed while it pauses: nothing was sent.
            match pause {
                Some(pause) if self.control.pause(Duration::from_millis(pause)) => {}
                _ => return Ok(Some(recipient)),
            }
        }
        Ok(before.map(|_| recipient))
    }

    /// The stored state of the recipient, and the key under which it is stored.
    fn find(&self, row: &Row) -> Result<(Key, Option<Recipient>), StoreError> {
        let (id, own, former) = (self.broadcast, row.recipient, row.former.clone());
        let find = move |c: &Connection| {
            for key in std::iter::once(own).chain(former) {
                if let Some(known) = Recipient::find(c, id, key)? {
                    return Ok((key, Some(known)));
                }
            }
            Ok((own, None))
        };
        self.store.writer().ask(find).wait()
    }

    /// One transaction: the same broadcast may have been started twice.
    fn claim(&self, row: &Row, key: Key, correlation: &str) -> Result<Claim, StoreError> {
        let (id, number) = (self.broadcast, row.number.clone());
        let new = Recipient::new(correlation);
        let claim = move |c: &Connection| {
            if new.claim(c, id, key, &number)? {
                return Ok(Claim::Own);
            }
            Ok(Claim::Of(Recipient::find(c, id, key)?.unwrap_or(new)))
        };
        self.store.writer().ask(claim).wait()
    }

    /// Somebody else has sent to it, now or before.
    fn settled(&self, key: Key, known: Recipient) -> Result<Recipient, StoreError> {
        match known.state.as_str() {
            "intent" | "unknown" => self.look_up(key, known),
            _ => Ok(known),
        }
    }

    /// Nobody knows whether it was sent: a host that serves may have stored the status that tells.
    fn look_up(&self, key: Key, mut recipient: Recipient) -> Result<Recipient, StoreError> {
        let correlation = recipient.correlation.clone();
        let name = self.name.to_owned();
        let find = move |c: &Connection| settled(c, &correlation, &name);
        match self.store.writer().ask(find).wait()? {
            Some(settles) => {
                let state = if settles.is_accepted {
                    "accepted"
                } else {
                    "rejected"
                };
                state.clone_into(&mut recipient.state);
                recipient.message = settles.id;
                recipient.code = settles.code;
                recipient.error = settles.error;
            }
            None => recipient.note("unknown", &Value::Null),
        }
        self.end(key, &recipient)?;
        Ok(recipient)
    }

    /// Stops the broadcast if nobody after this one would get anything either. Who was refused for a
    /// reason that is not the recipient's is sent to when the broadcast is run again.
    fn look_at(&self, row: &Row, recipient: &mut Recipient) {
        let (code, error) = (&recipient.code, &recipient.error);
        if recipient.state == "rejected" {
            let whose = refusal(code, &row.members);
            if whose == Refusal::Everybody {
                let why = format!("everybody would be refused: {code} {error}");
                self.control.stop(Stop::Refused(why));
            }
            if whose != Refusal::Recipient {
                "not_sent".clone_into(&mut recipient.state);
            }
        }
        if recipient.state != "not_sent" {
            self.not_sent.store(0, Ordering::Relaxed);
        } else if self.not_sent.fetch_add(1, Ordering::Relaxed) + 1 >= UNREACHABLE {
            let why = format!("nothing can be sent now: {code} {error}");
            self.control.stop(Stop::Refused(why));
        }
    }

    fn call(&self, row: &Row) -> CommandCall {
        let mut request = Map::from_iter([
            ("templateName".to_owned(), Value::from(self.template)),
            ("languageCode".to_owned(), Value::from(self.language)),
        ]);
        request.extend(row.members.clone());
        request.insert("phoneNumber".to_owned(), Value::from(row.number.clone()));
        CommandCall {
            step: String::new(),
            instance: None,
            command: self.command.to_owned(),
            request: Value::Object(request),
            repeat: false,
            attempts: ATTEMPTS,
            timeout_ms: None,
        }
    }

    fn execute(&self, call: &CommandCall, correlation: &str) -> Result<CommandOutput, Failure> {
        let ended = self.instance.execute(&Call {
            command: call.command.clone(),
            request: call.request.to_string(),
            correlation_id: Some(correlation.to_owned()),
            timeout: None,
        });
        sound(ended, true)
    }

    fn end(&self, key: Key, recipient: &Recipient) -> Result<(), StoreError> {
        let (id, recipient) = (self.broadcast, recipient.clone());
        let end = move |c: &Connection| recipient.end(c, id, key);
        self.store.writer().ask(end).wait()
    }
}

/// The state that an answer stands for; none if nobody knows.
fn told(answer: Answer, ended: &Result<CommandOutput, Failure>) -> (Option<&'static str>, Value) {
    let result = match ended {
        Ok(output) => output.result,
        Err(failure) => failure.result,
    };
    match answer {
        Answer::Success(response) => (Some("accepted"), response),
        Answer::Unknown => (None, Value::Null),
        Answer::Error(response) if NOT_SENT.contains(&result) => (Some("not_sent"), response),
        Answer::Error(response) => (Some("rejected"), response),
        Answer::Later(_) => {
            let response = ended.as_ref().ok().map(|output| output.response.as_str());
            let response = response.and_then(crate::json::parse);
            (Some("not_sent"), response.unwrap_or_default())
        }
    }
}

impl Recipient {
    fn new(correlation: &str) -> Self {
        Self {
            state: "intent".to_owned(),
            correlation: correlation.to_owned(),
            message: String::new(),
            code: String::new(),
            error: String::new(),
        }
    }

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
