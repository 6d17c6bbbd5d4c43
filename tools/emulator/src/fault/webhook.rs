//! What can go wrong with a notification on its way to the webhook.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// One way in which the next notification is not just posted once, whole and in order.
///
/// In JSON the variant is the member `fault`, in `snake_case`, beside its other members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
#[non_exhaustive]
pub enum WebhookFault {
    /// Post it a second time at once.
    DuplicateNow,
    /// Post it a second time after so many others.
    DuplicateLater {
        /// How many.
        after: usize,
    },
    /// Post so many copies at the same time, each on its own connection.
    DuplicateConcurrent {
        /// How many.
        copies: usize,
    },
    /// Post it only after so many others.
    Late {
        /// How many.
        after: usize,
    },
    /// Never post it.
    Lost,
    /// Wait for more and post all of them in one body.
    Batch {
        /// How many, this one included; fewer if no more come within the idle time.
        size: usize,
        /// How the body holds them.
        #[serde(default)]
        shape: BatchShape,
    },
    /// Add text messages to it until its body has exactly this length (or, if it is too short for
    /// one more message, as it is).
    Large {
        /// The length of the body.
        bytes: usize,
    },
    /// Sign it wrongly: one digit of the signature is another.
    WrongSignature,
    /// Do not sign it.
    NoSignature,
    /// Sign it with another secret, an old one for example.
    SignedWith {
        /// The secret, as plain text.
        secret: String,
    },
    /// Post it in chunks, without a length.
    Chunked,
}

impl WebhookFault {
    /// The name in JSON.
    pub fn name(&self) -> String {
        let json = serde_json::to_value(self).unwrap_or_default();
        json.get("fault")
            .and_then(|name| name.as_str())
            .unwrap_or_default()
            .to_owned()
    }
}

/// How one body holds several notifications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchShape {
    /// An entry for each.
    Entries,
    /// One entry, a change for each.
    #[default]
    Changes,
    /// One entry and one change, whose arrays hold all messages and all statuses.
    Values,
}

/// The faults that wait for a notification, first in, first out.
#[derive(Debug, Default)]
pub(crate) struct WebhookFaultQueue(Mutex<VecDeque<WebhookFault>>);

impl WebhookFaultQueue {
    pub(crate) fn push(&self, fault: WebhookFault) {
        self.waiting().push_back(fault);
    }

    pub(crate) fn take(&self) -> Option<WebhookFault> {
        self.waiting().pop_front()
    }

    pub(crate) fn copy(&self) -> Vec<WebhookFault> {
        self.waiting().iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.waiting().clear();
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<WebhookFault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
