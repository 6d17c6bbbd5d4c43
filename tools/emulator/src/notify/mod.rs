//! Notifications: what they say, how they are signed, who posts them, and what goes wrong.

mod batch;
pub(crate) mod envelope;
mod escape;
pub(crate) mod handshake;
mod inbound_default;
pub(crate) mod inbound_message;
mod post;
pub(crate) mod sender;
pub(crate) mod signature;
pub(crate) mod status;
pub(crate) mod webhook_fault;

use envelope::Content;
pub(crate) use post::Posting;
use tokio::sync::oneshot;

/// A notification that is due.
#[derive(Debug)]
pub(crate) struct Notice {
    pub(crate) body: NoticeBody,
    /// Posted only after this has been sent to or dropped: Graph's answer goes out first.
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
