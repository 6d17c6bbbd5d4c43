//! What a plugin's answer means to a durable step: the result codes, as far as an engine must know them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use workflow_adapter::{
    CommandOutput, Failure, WFA_ERR_BUSY, WFA_ERR_CANCELLED, WFA_ERR_INTERNAL,
    WFA_ERR_OUTCOME_UNKNOWN, WFA_ERR_STATE, WFA_ERR_TIMEOUT, WFA_OK, wfa_result,
};

/// How one call of the plugin ended. Journaled as the step's result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It succeeded.
    Done {
        /// The command's response.
        response: Value,
    },
    /// Proved not sent: it may be run again, with a new intent.
    Again {
        /// How long to wait; 0 if nothing is known.
        wait_ms: u64,
        /// Why.
        message: String,
    },
    /// Refused: the same again would be refused again.
    Rejected {
        /// The response's `code`.
        code: String,
        /// Why.
        message: String,
    },
    /// It may have been sent: never run again, its status event will tell.
    Unknown {
        /// Why nothing is known.
        message: String,
    },
}

impl Outcome {
    /// The outcome of `execute`.
    pub(crate) fn of(answer: Result<CommandOutput, Failure>) -> Self {
        match answer {
            Ok(output) if output.result == WFA_OK => Self::Done {
                response: serde_json::from_str(&output.response).unwrap_or_default(),
            },
            Ok(output) => {
                let response: Value = serde_json::from_str(&output.response).unwrap_or_default();
                let code = response
                    .get("code")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                Self::failed(output.result, code.to_owned(), output.error.as_ref())
            }
            Err(failure) => Self::failed(
                failure.result,
                format!("{}", failure.result),
                Some(&failure),
            ),
        }
    }

    fn failed(result: wfa_result, code: String, failure: Option<&Failure>) -> Self {
        let message = failure.map_or_else(String::new, |failure| failure.message.clone());
        let wait_ms = failure.map_or(0, |failure| failure.retry_after_ms);
        match result {
            // After a caught panic nobody knows how far the call had come.
            WFA_ERR_OUTCOME_UNKNOWN | WFA_ERR_INTERNAL => Self::Unknown { message },
            _ if failure.is_some_and(Failure::is_maybe_sent) => Self::Unknown { message },
            // An adapter that is closing refuses before it sends: the next worker takes the step.
            WFA_ERR_BUSY | WFA_ERR_CANCELLED | WFA_ERR_STATE | WFA_ERR_TIMEOUT => {
                Self::Again { wait_ms, message }
            }
            _ if failure.is_some_and(Failure::is_retryable) => Self::Again { wait_ms, message },
            _ => Self::Rejected { code, message },
        }
    }
}

#[cfg(test)]
mod tests {
    use workflow_adapter::{
        WFA_ERR_COMMAND_FAILED, WFA_ERR_INVALID_REQUEST, WFA_ERR_UNAVAILABLE, WFA_ERROR_MAYBE_SENT,
        WFA_ERROR_RETRYABLE,
    };

    use super::*;

    fn outcome(result: i32, flags: u32) -> Outcome {
        let failure = Failure {
            result,
            flags,
            http_status: 0,
            remote_code: 0,
            retry_after_ms: 7,
            message: String::new(),
        };
        Outcome::failed(result, "131030".to_owned(), Some(&failure))
    }

    #[test]
    fn only_what_was_proved_not_sent_runs_again() {
        let again = |outcome| matches!(outcome, Outcome::Again { wait_ms: 7, .. });
        assert!(again(outcome(WFA_ERR_UNAVAILABLE, WFA_ERROR_RETRYABLE)));
        assert!(again(outcome(WFA_ERR_COMMAND_FAILED, WFA_ERROR_RETRYABLE)));
        assert!(again(outcome(WFA_ERR_BUSY, 0)) && again(outcome(WFA_ERR_TIMEOUT, 0)));
        assert!(!again(outcome(WFA_ERR_UNAVAILABLE, 0)));
        assert!(!again(outcome(
            WFA_ERR_OUTCOME_UNKNOWN,
            WFA_ERROR_RETRYABLE
        )));
    }

    #[test]
    fn what_may_have_been_sent_is_unknown_whatever_else_is_said() {
        let unknown = |outcome| matches!(outcome, Outcome::Unknown { .. });
        assert!(unknown(outcome(WFA_ERR_OUTCOME_UNKNOWN, 0)));
        assert!(unknown(outcome(WFA_ERR_INTERNAL, 0)));
        let both = WFA_ERROR_RETRYABLE | WFA_ERROR_MAYBE_SENT;
        assert!(unknown(outcome(WFA_ERR_UNAVAILABLE, both)));
        assert!(unknown(outcome(WFA_ERR_STATE, WFA_ERROR_MAYBE_SENT)));
    }

    #[test]
    fn a_refusal_is_final() {
        let rejected = Outcome::Rejected {
            code: "131030".to_owned(),
            message: String::new(),
        };
        assert_eq!(outcome(WFA_ERR_COMMAND_FAILED, 0), rejected);
        assert_eq!(outcome(WFA_ERR_INVALID_REQUEST, 0), rejected);
    }
}
