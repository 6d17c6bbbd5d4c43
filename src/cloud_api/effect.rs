//! What repeating an operation does: it decides what a lost response means, and what to do about it.

/// What an operation does, and whether it may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Sends a message, at most once.
    Message,
    /// Makes a change that must not be made twice.
    Change,
    /// Reads, or makes a change that is the same when it is made twice.
    Idempotent,
}

impl Effect {
    /// The end of the sentence about a lost response.
    pub(super) const fn perhaps(self) -> &'static str {
        match self {
            Self::Message => "the message may have been sent",
            Self::Change => "it may have been done",
            Self::Idempotent => "it may be asked again without harm",
        }
    }

    /// The beginning of the sentence about a response that decides nothing.
    pub(super) const fn undecided(self) -> &'static str {
        match self {
            Self::Message => "Meta does not say whether the message went out",
            Self::Change => "Meta does not say whether it was done",
            Self::Idempotent => "Meta could not answer",
        }
    }

    /// What to do about a lost response.
    pub(super) const fn reconcile(self) -> Option<&'static str> {
        match self {
            Self::Message => Some(RECONCILE),
            Self::Change => Some(LOOK),
            Self::Idempotent => None,
        }
    }
}

const RECONCILE: &str = "do not send it again: wait for the status_changed event with this correlationId, \
                         or ask the customer";
const LOOK: &str = "look how things stand before you do it again";
