//! What a request is about: it decides what a lost answer means, and what to do about it.

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// A message. Sent at most once.
    Message,
    /// A change that cannot be made twice without harm.
    Change,
    /// Reading, or a change that is the same when it is made twice.
    Repeatable,
}

impl Subject {
    /// How the sentence about a lost answer ends.
    pub(super) const fn perhaps(self) -> &'static str {
        match self {
            Self::Message => "the message may have been sent",
            Self::Change => "it may have been done",
            Self::Repeatable => "it may be asked again without harm",
        }
    }

    /// How the sentence about an answer that decides nothing begins.
    pub(super) const fn undecided(self) -> &'static str {
        match self {
            Self::Message => "Meta does not say whether the message went out",
            Self::Change => "Meta does not say whether it was done",
            Self::Repeatable => "Meta could not answer",
        }
    }

    /// What to do about a lost answer.
    pub(super) const fn reconcile(self) -> Option<&'static str> {
        match self {
            Self::Message => Some(RECONCILE),
            Self::Change => Some(LOOK),
            Self::Repeatable => None,
        }
    }
}

const RECONCILE: &str = "do not send it again: wait for the status_changed event with this correlationId, \
                         or ask the customer";
const LOOK: &str = "look how things stand before you do it again";
