//! A notification that waits to be posted, and what it says.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::Value;
use tokio::sync::oneshot;

/// A JSON object whose members keep the order in which Meta writes them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members(pub(crate) Vec<(String, Value)>);

impl Members {
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// What one notification is about.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Content {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) contacts: Vec<Members>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) messages: Vec<Members>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) statuses: Vec<Members>,
    /// Other members of the change's value.
    #[serde(flatten)]
    pub(crate) more: Members,
}

/// A notification that is due.
#[derive(Debug)]
pub(crate) struct Notice {
    pub(crate) body: NoticeBody,
    /// The notification is posted only after this was signalled or dropped, so that Graph's response
    /// goes out first.
    gate: Option<oneshot::Receiver<()>>,
}

/// What a notification says.
#[derive(Debug)]
pub(crate) enum NoticeBody {
    /// Something that can be put into an envelope, alone or with others.
    Content(Content),
    /// Bytes that are posted as they are.
    Raw(Vec<u8>),
}

impl Notice {
    pub(crate) fn raw(body: Vec<u8>) -> Self {
        Self {
            body: NoticeBody::Raw(body),
            gate: None,
        }
    }

    pub(crate) fn now(content: Content) -> Self {
        Self {
            body: NoticeBody::Content(content),
            gate: None,
        }
    }

    pub(crate) fn after(gate: oneshot::Receiver<()>, content: Content) -> Self {
        Self {
            body: NoticeBody::Content(content),
            gate: Some(gate),
        }
    }

    /// Waits until it may be posted.
    pub(crate) async fn due(&mut self) {
        if let Some(gate) = self.gate.take() {
            // Dropped or sent to, both mean that the answer is out.
            let _ = gate.await;
        }
    }
}
