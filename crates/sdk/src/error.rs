//! The one error: whose fault it is, what was wrong, and what is known beyond that.

use std::fmt;
use std::time::Duration;

use workflow_adapter_contract::{
    WFA_ERR_BUSY, WFA_ERR_CANCELLED, WFA_ERR_COMMAND_FAILED, WFA_ERR_EVENT_NOT_ACCEPTED,
    WFA_ERR_INTERNAL, WFA_ERR_INVALID_ARGUMENT, WFA_ERR_INVALID_REQUEST, WFA_ERR_NO_MEMORY,
    WFA_ERR_NOT_FOUND, WFA_ERR_OUTCOME_UNKNOWN, WFA_ERR_STATE, WFA_ERR_TIMEOUT,
    WFA_ERR_UNAUTHENTIC, WFA_ERR_UNAVAILABLE, WFA_ERR_UNSUPPORTED, wfa_result,
};

/// Why a call did not succeed. Each kind is one result code of the C contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The host's mistake: not UTF-8, not JSON, an unknown handle.
    InvalidArgument,
    /// No such command, event or registration.
    NotFound,
    /// The JSON breaks the descriptor. Nothing was sent.
    InvalidRequest,
    /// The remote service said no.
    CommandFailed,
    /// Proved not sent, or throttled.
    Unavailable,
    /// The request left and no trustworthy answer came.
    OutcomeUnknown,
    /// A callback refused an event.
    EventNotAccepted,
    /// Too much is queued already.
    Busy,
    /// Cancelled before anything was sent.
    Cancelled,
    /// Out of time before anything was sent.
    Timeout,
    /// The adapter is closing or gone, or the call is not allowed here.
    State,
    /// Not offered.
    Unsupported,
    /// A webhook's signature is missing or wrong.
    Unauthentic,
    /// A defect in this library.
    Internal,
    /// There is no memory for what was handed over; nothing was done.
    NoMemory,
}

impl Kind {
    /// The kind's result code.
    pub const fn result(self) -> wfa_result {
        match self {
            Self::InvalidArgument => WFA_ERR_INVALID_ARGUMENT,
            Self::NotFound => WFA_ERR_NOT_FOUND,
            Self::InvalidRequest => WFA_ERR_INVALID_REQUEST,
            Self::CommandFailed => WFA_ERR_COMMAND_FAILED,
            Self::Unavailable => WFA_ERR_UNAVAILABLE,
            Self::OutcomeUnknown => WFA_ERR_OUTCOME_UNKNOWN,
            Self::EventNotAccepted => WFA_ERR_EVENT_NOT_ACCEPTED,
            Self::Busy => WFA_ERR_BUSY,
            Self::Cancelled => WFA_ERR_CANCELLED,
            Self::Timeout => WFA_ERR_TIMEOUT,
            Self::State => WFA_ERR_STATE,
            Self::Unsupported => WFA_ERR_UNSUPPORTED,
            Self::Unauthentic => WFA_ERR_UNAUTHENTIC,
            Self::Internal => WFA_ERR_INTERNAL,
            Self::NoMemory => WFA_ERR_NO_MEMORY,
        }
    }

    /// Whether a command that ends so has a response, as the contract has it.
    pub(crate) const fn has_response(self) -> bool {
        !matches!(
            self,
            Self::InvalidArgument
                | Self::NotFound
                | Self::State
                | Self::Busy
                | Self::Unsupported
                | Self::Internal
                | Self::NoMemory
        )
    }

    /// The result's name without `WFA_ERR_`, as responses carry it in `code`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::NotFound => "NOT_FOUND",
            Self::InvalidRequest => "INVALID_REQUEST",
            Self::CommandFailed => "COMMAND_FAILED",
            Self::Unavailable => "UNAVAILABLE",
            Self::OutcomeUnknown => "OUTCOME_UNKNOWN",
            Self::EventNotAccepted => "EVENT_NOT_ACCEPTED",
            Self::Busy => "BUSY",
            Self::Cancelled => "CANCELLED",
            Self::Timeout => "TIMEOUT",
            Self::State => "STATE",
            Self::Unsupported => "UNSUPPORTED",
            Self::Unauthentic => "UNAUTHENTIC",
            Self::Internal => "INTERNAL",
            Self::NoMemory => "NO_MEMORY",
        }
    }
}

/// An error of any layer. Its message never holds a secret, nor a customer's text or full address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    message: String,
    retryable: bool,
    retry_after_ms: Option<u64>,
    http_status: Option<u16>,
    remote_code: Option<i64>,
}

impl Error {
    /// An error of `kind`; `message` says what was wrong and what to do.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retryable: false,
            retry_after_ms: None,
            http_status: None,
            remote_code: None,
        }
    }

    /// Proved not sent: running the command again does no harm.
    pub fn not_sent(message: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, message).with_retry(true, None)
    }

    /// The call's time ran out before anything was sent: running the command again does no harm.
    pub fn timed_out(message: impl Into<String>) -> Self {
        Self::new(Kind::Timeout, message).with_retry(true, None)
    }

    /// The request left and no trustworthy answer came: nobody may run the command again by itself.
    pub fn maybe_sent(message: impl Into<String>) -> Self {
        Self::new(Kind::OutcomeUnknown, message)
    }

    /// The remote service said no.
    pub fn rejected(message: impl Into<String>) -> Self {
        Self::new(Kind::CommandFailed, message)
    }

    /// A webhook's signature is missing or wrong.
    pub fn unauthentic(message: impl Into<String>) -> Self {
        Self::new(Kind::Unauthentic, message)
    }

    /// The same call may succeed, at the earliest after this time.
    pub fn retry_after(self, time: Duration) -> Self {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.with_retry(true, Some(ms))
    }

    /// The request, or a property, breaks the descriptor.
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(Kind::InvalidRequest, message)
    }

    /// Says whether the same call may succeed later, and after how many milliseconds if that is known.
    /// What may have been sent is never retryable: a host that repeats it may send it twice.
    pub fn with_retry(mut self, retryable: bool, retry_after_ms: Option<u64>) -> Self {
        let may_repeat = !self.is_maybe_sent();
        self.retryable = retryable && may_repeat;
        self.retry_after_ms = retry_after_ms.filter(|_| may_repeat);
        self
    }

    /// Adds what the remote service answered: its HTTP status and its error code.
    pub fn with_answer(mut self, http_status: Option<u16>, code: Option<i64>) -> Self {
        self.http_status = http_status;
        self.remote_code = code;
        self
    }

    /// Replaces the message.
    pub fn map_message(mut self, change: impl FnOnce(&str) -> String) -> Self {
        self.message = change(&self.message);
        self
    }

    /// Why the call did not succeed.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// One sentence: what was wrong, whose fault it is, what to do.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the same call may succeed later.
    pub const fn is_retryable(&self) -> bool {
        self.retryable
    }

    /// Whether the message may have reached its recipient.
    pub fn is_maybe_sent(&self) -> bool {
        self.kind == Kind::OutcomeUnknown
    }

    /// Milliseconds to wait before another try, if known.
    pub const fn retry_after_ms(&self) -> Option<u64> {
        self.retry_after_ms
    }

    /// The remote service's HTTP status, if there was an answer.
    pub const fn http_status(&self) -> Option<u16> {
        self.http_status
    }

    /// The remote service's error code, if it gave one.
    pub const fn remote_code(&self) -> Option<i64> {
        self.remote_code
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_sent_is_never_retryable() {
        let error = Error::maybe_sent("").retry_after(Duration::from_secs(1));
        assert!(error.is_maybe_sent() && !error.is_retryable());
        assert_eq!(error.retry_after_ms(), None);
    }
}
