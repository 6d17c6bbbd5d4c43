//! The successful response of an endpoint.

use serde::Serialize;
use serde_json::{Value, json};

use crate::http::Response;
use crate::send::{Failure, Message};

/// A successful answer, and what the ledger says about the request.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) response: Response,
    /// The message's type, or what else was asked for.
    pub(crate) kind: Option<&'static str>,
    pub(crate) sent: Option<SentMessage>,
    /// Whether the request had an effect.
    pub(crate) took_effect: bool,
    /// What the webhook is told then: the field, and its value.
    pub(crate) changes: Vec<(&'static str, Value)>,
    /// The Graph code, if the answer is an error all the same.
    pub(crate) error_code: Option<u32>,
}

/// An accepted message, and its delivery failure if there is one.
#[derive(Debug)]
pub(crate) struct SentMessage {
    pub(crate) message: Message,
    pub(crate) id: String,
    /// Why it will be reported as `failed`.
    pub(crate) failure: Option<Failure>,
}

impl Reply {
    pub(crate) fn new(response: Response) -> Self {
        Self {
            took_effect: response.status < 400,
            response,
            kind: None,
            sent: None,
            changes: Vec::new(),
            error_code: None,
        }
    }

    /// This body as JSON.
    pub(crate) fn json(body: &impl Serialize) -> Self {
        Self::new(Response::json(200, body))
    }

    /// `{"success":true}`.
    pub(crate) fn success() -> Self {
        Self::json(&json!({"success": true}))
    }

    /// The same with a notification about a webhook field.
    pub(crate) fn telling(mut self, field: &'static str, value: Value) -> Self {
        self.changes.push((field, value));
        self
    }

    /// The same with a word for the ledger.
    pub(crate) fn of(mut self, kind: &'static str) -> Self {
        self.kind = Some(kind);
        self
    }
}
