//! What a command's end means for the run that it is a step of.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use workflow_adapter_loader::{
    CommandOutput, Failure, WFA_ERR_BUSY, WFA_ERR_EVENT_NOT_ACCEPTED, WFA_ERR_INTERNAL,
    WFA_ERR_OUTCOME_UNKNOWN, WFA_ERR_STATE, WFA_OK, result_name, wfa_result,
};

use crate::declared::CommandTraits;
use crate::workflow::CommandCall;

/// The first pause before another try; each further one is twice as long.
const FIRST_PAUSE_MS: u64 = 500;
const LONGEST_PAUSE_MS: u64 = 60_000;
/// How often a command that may be repeated is tried: about a week.
const REPETITIONS: u32 = 10_000;
/// How often a command is tried whose adapter is being replaced just now.
const WHILE_REPLACED: u32 = 20;

/// What a command's end means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    Success(Value),
    /// The step's error output.
    Error(Value),
    /// Nobody knows whether it happened: never again, whatever the step says.
    Unknown,
    /// It is proved that nothing happened, or a command that may be repeated has no end: again after so
    /// many milliseconds.
    Later(u64),
}

/// What the end of the `attempt`th try means.
pub(crate) fn classify(
    call: &CommandCall,
    attempt: u32,
    ended: &Result<CommandOutput, Failure>,
) -> Answer {
    let (result, failure) = match ended {
        Ok(output) if output.result == WFA_OK => {
            let response = crate::json::parse(&output.response).unwrap_or_default();
            return Answer::Success(response);
        }
        Ok(output) => (output.result, output.error.as_ref()),
        Err(failure) => (failure.result, Some(failure)),
    };
    let maybe_sent =
        failure.is_some_and(Failure::is_maybe_sent) || result == WFA_ERR_OUTCOME_UNKNOWN;
    let internal = result == WFA_ERR_INTERNAL;
    if maybe_sent || (internal && !call.repeat) {
        return Answer::Unknown;
    }
    let retryable = failure.is_some_and(Failure::is_retryable);
    let tries = if call.repeat {
        let may = internal || retryable || result == WFA_ERR_EVENT_NOT_ACCEPTED;
        if may { REPETITIONS } else { 1 }
    } else if retryable {
        call.attempts
    } else {
        1
    };
    let tries = match result {
        WFA_ERR_STATE | WFA_ERR_BUSY => tries.max(WHILE_REPLACED),
        _ => tries,
    };
    if attempt < tries {
        let pause = FIRST_PAUSE_MS.saturating_mul(1 << (attempt - 1).min(16));
        let wanted = failure.map_or(0, |failure| failure.retry_after_ms);
        return Answer::Later(pause.min(LONGEST_PAUSE_MS).max(wanted));
    }
    Answer::Error(match ended {
        Ok(output) => refused(output),
        Err(failure) => without_response(result, &failure.message),
    })
}

/// The correlation id that the event will bring which tells how this call ended: the one that the request
/// names itself, and `own` if it names none.
pub(crate) fn correlation_of(traits: &CommandTraits, request: &Value, own: String) -> String {
    named_by(traits, request).map_or(own, str::to_owned)
}

/// The correlation id that the request names itself.
pub(crate) fn named_by<'a>(traits: &CommandTraits, request: &'a Value) -> Option<&'a str> {
    let member = traits.correlation_member.as_deref()?;
    let named = request.get(member).and_then(Value::as_str);
    named.filter(|id| !id.is_empty())
}

/// The correlation id that the adapter says it has sent.
pub(crate) fn correlation_sent(ended: &Result<CommandOutput, Failure>) -> Option<String> {
    let output: Value = crate::json::parse(&ended.as_ref().ok()?.response)?;
    let sent = output.pointer("/details/correlationId")?.as_str()?;
    (!sent.is_empty()).then(|| sent.to_owned())
}

/// What the adapter says of a command that has ended and whose outcome is unknown, as a response.
pub(crate) fn said(ended: &Result<CommandOutput, Failure>) -> Value {
    let failure = match ended {
        Ok(output) => output.error.as_ref(),
        Err(failure) => Some(failure),
    };
    let message = failure.map_or("", |failure| failure.message.as_str());
    without_response(WFA_ERR_OUTCOME_UNKNOWN, message)
}

/// The response of a command that failed. Where it does not say why, the failure's own words do.
fn refused(output: &CommandOutput) -> Value {
    let failure = output.error.as_ref();
    let message = failure.map_or("", |failure| failure.message.as_str());
    let why = without_response(output.result, message);
    let Some(Value::Object(mut response)) = crate::json::parse(&output.response) else {
        return why;
    };
    for name in ["code", "error"] {
        let said = response.get(name);
        let says_nothing = said.is_none_or(|said| said.is_null() || said == "");
        if let (true, Some(why)) = (says_nothing, why.get(name)) {
            response.insert(name.to_owned(), why.clone());
        }
    }
    Value::Object(response)
}

/// The members that every command's outcome has, so that a workflow can always name them.
pub(crate) fn without_response(result: wfa_result, error: &str) -> Value {
    let code = result_name(result);
    let code = code.strip_prefix("WFA_ERR_").unwrap_or(code);
    json!({"status": "FAILED", "code": code, "error": error})
}

#[cfg(test)]
mod tests {
    use workflow_adapter_loader::{
        WFA_ERR_COMMAND_FAILED, WFA_ERR_NOT_FOUND, WFA_ERR_UNAVAILABLE, WFA_ERROR_MAYBE_SENT,
        WFA_ERROR_RETRYABLE,
    };

    use super::*;

    fn call(repeat: bool, attempts: u32) -> CommandCall {
        CommandCall {
            step: "s".to_owned(),
            instance: None,
            command: "c".to_owned(),
            request: json!({}),
            repeat,
            attempts,
            timeout_ms: None,
        }
    }

    fn failure(result: wfa_result, flags: u32) -> Failure {
        Failure {
            result,
            flags,
            http_status: 0,
            remote_code: 0,
            retry_after_ms: 0,
            message: "why".to_owned(),
        }
    }

    #[allow(clippy::unnecessary_wraps, reason = "as a call ends")]
    fn ended(result: wfa_result, flags: u32) -> Result<CommandOutput, Failure> {
        Ok(CommandOutput {
            result,
            response: r#"{"code":"x"}"#.to_owned(),
            error: (result != WFA_OK).then(|| failure(result, flags)),
        })
    }

    #[test]
    fn a_send_is_repeated_only_if_it_is_proved_that_nothing_happened() {
        let send = call(false, 3);
        let error = Answer::Error(json!({"code": "x", "error": "why"}));
        for (result, flags, attempt, answer) in [
            (WFA_OK, 0, 1, Answer::Success(json!({"code": "x"}))),
            (
                WFA_ERR_OUTCOME_UNKNOWN,
                WFA_ERROR_RETRYABLE,
                1,
                Answer::Unknown,
            ),
            (
                WFA_ERR_COMMAND_FAILED,
                WFA_ERROR_MAYBE_SENT,
                1,
                Answer::Unknown,
            ),
            (WFA_ERR_INTERNAL, 0, 1, Answer::Unknown),
            (WFA_ERR_COMMAND_FAILED, 0, 1, error),
            (
                WFA_ERR_UNAVAILABLE,
                WFA_ERROR_RETRYABLE,
                1,
                Answer::Later(500),
            ),
            (
                WFA_ERR_UNAVAILABLE,
                WFA_ERROR_RETRYABLE,
                2,
                Answer::Later(1000),
            ),
            (
                WFA_ERR_UNAVAILABLE,
                WFA_ERROR_RETRYABLE,
                3,
                Answer::Error(json!({"code": "x", "error": "why"})),
            ),
        ] {
            assert_eq!(
                classify(&send, attempt, &ended(result, flags)),
                answer,
                "{result}"
            );
        }
    }

    /// X6: the run said nothing but "step go failed:".
    #[test]
    fn x06_a_command_that_failed_without_code_or_error_in_its_response_says_why() {
        let answer = |response: &str| {
            let output = CommandOutput {
                result: WFA_ERR_COMMAND_FAILED,
                response: response.to_owned(),
                error: Some(failure(WFA_ERR_COMMAND_FAILED, 0)),
            };
            classify(&call(false, 1), 1, &Ok(output))
        };
        let why = json!({"code": "COMMAND_FAILED", "error": "why"});
        for response in [
            "{}",
            r#"{"code":"","error":""}"#,
            r#"{"code":null,"error":null}"#,
        ] {
            assert_eq!(answer(response), Answer::Error(why.clone()), "{response}");
        }
        let whole = json!({"status": "FAILED", "code": "COMMAND_FAILED", "error": "why"});
        for response in ["", "null", "[]", "\"why\"", "no JSON"] {
            assert_eq!(answer(response), Answer::Error(whole.clone()), "{response}");
        }
        // What the response says itself stays as it is.
        assert_eq!(
            answer(r#"{"code":404}"#),
            Answer::Error(json!({"code": 404, "error": "why"}))
        );
        assert_eq!(
            answer(r#"{"code":"x","error":"gone"}"#),
            Answer::Error(json!({"code": "x", "error": "gone"}))
        );
    }

    #[test]
    fn what_may_be_repeated_is_repeated_until_it_is_accepted() {
        let process = call(true, 1);
        for result in [WFA_ERR_EVENT_NOT_ACCEPTED, WFA_ERR_INTERNAL] {
            let answer = classify(&process, 50, &ended(result, 0));
            assert_eq!(answer, Answer::Later(LONGEST_PAUSE_MS), "{result}");
        }
        let bad = classify(&process, 1, &ended(WFA_ERR_COMMAND_FAILED, 0));
        assert!(matches!(bad, Answer::Error(_)));
    }

    #[test]
    fn an_unknown_outcome_is_never_repeated_whatever_the_step_says() {
        for (result, flags) in [
            (WFA_ERR_OUTCOME_UNKNOWN, 0),
            (WFA_ERR_OUTCOME_UNKNOWN, WFA_ERROR_RETRYABLE),
            (
                WFA_ERR_UNAVAILABLE,
                WFA_ERROR_MAYBE_SENT | WFA_ERROR_RETRYABLE,
            ),
        ] {
            let answer = classify(&call(true, 3), 1, &ended(result, flags));
            assert_eq!(answer, Answer::Unknown, "{result}");
        }
    }

    #[test]
    fn a_correlation_id_is_the_requests_own_and_what_the_adapter_says_it_has_sent() {
        let traits = CommandTraits {
            correlation_member: Some("callbackData".to_owned()),
            ..CommandTraits::default()
        };
        let of = |request: Value| correlation_of(&traits, &request, "own".to_owned());
        let undeclared = json!({"callbackData": "order-7"});
        let own = correlation_of(&CommandTraits::default(), &undeclared, "own".to_owned());
        assert_eq!(own, "own");
        assert_eq!(of(json!({"callbackData": "order-7"})), "order-7");
        assert_eq!(of(json!({"callbackData": ""})), "own");
        assert_eq!(of(json!({"callbackData": 7})), "own");
        assert_eq!(of(json!({})), "own");
        let sent = |response: &str| {
            correlation_sent(&Ok(CommandOutput {
                result: WFA_ERR_OUTCOME_UNKNOWN,
                response: response.to_owned(),
                error: None,
            }))
        };
        let told = r#"{"details":{"correlationId":"order-7"}}"#;
        assert_eq!(sent(told).as_deref(), Some("order-7"));
        assert_eq!(sent(r#"{"details":{"correlationId":""}}"#), None);
        assert_eq!(sent("{}"), None);
        assert_eq!(correlation_sent(&Err(failure(WFA_ERR_NOT_FOUND, 0))), None);
    }

    #[test]
    fn a_call_without_a_response_still_has_the_members_of_one() {
        let ended = Err(failure(WFA_ERR_NOT_FOUND, 0));
        let expected = json!({"status": "FAILED", "code": "NOT_FOUND", "error": "why"});
        assert_eq!(
            classify(&call(false, 1), 1, &ended),
            Answer::Error(expected)
        );
    }

    #[test]
    fn the_remote_service_may_ask_for_a_longer_pause() {
        let mut slow = failure(WFA_ERR_UNAVAILABLE, WFA_ERROR_RETRYABLE);
        slow.retry_after_ms = 90_000;
        assert_eq!(
            classify(&call(false, 2), 1, &Err(slow)),
            Answer::Later(90_000)
        );
    }
}
