//! The responses: the specification's members first, always all of them, then `details`.

use serde::Serialize;

use super::Execution;
pub(super) use super::details::{DETAILS, Details};
use crate::cloud_api::{CallReport, Phase, Reason, SendReport};
use crate::descriptor::{Command, Field};
use crate::error::{Error, Kind};
use crate::json::ObjectText;
use crate::rows::Words;
use crate::webhook::Delivery;

/// The specification's row for a response's status.
pub(super) const STATUS: Field = Field::string("status", "", "Status of the adapter command.")
    .words(&Words::only(&["SUCCESS", "FAILED"]));
/// The specification's row for an error code.
pub(super) const CODE: Field = Field::string("code", "", "Error code if there is one.");
/// The specification's row for an error message.
pub(super) const ERROR: Field = Field::string("error", "", "The error message if there is one.");
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SendResponse<'a> {
    status: &'static str,
    message_id: &'a str,
    code: &'a str,
    error: &'a str,
    details: Details<'a>,
}

#[derive(Serialize)]
struct WebhookResponse<'a> {
    status: &'static str,
    details: Details<'a>,
}

pub(super) const fn status_of(failure: Option<&Error>) -> &'static str {
    if failure.is_none() {
        "SUCCESS"
    } else {
        "FAILED"
    }
}

/// The response of a send command that reached the Cloud API client.
pub(super) fn of_send(report: &SendReport) -> Execution {
    let call = &report.call;
    let failure = call.failure();
    let accepted = call.accepted.as_ref();
    let code = failure.as_ref().map(code_of).unwrap_or_default();
    let details = Details {
        outcome: Some(call.outcome.as_str()),
        correlation_id: Some(&report.correlation_id),
        resolve_within_ms: call.resolve_within_ms(),
        wa_id: accepted.and_then(|message| message.wa_id.as_deref()),
        message_status: accepted.and_then(|message| message.message_status.as_deref()),
        ..of_reply(call)
    };
    let response = SendResponse {
        status: status_of(failure.as_ref()),
        message_id: accepted.map_or("", |message| &message.message_id),
        code: &code,
        error: failure.as_ref().map(Error::message).unwrap_or_default(),
        details,
    };
    let rendered = render(&response);
    // The response has the hint in its details; a host that reads only the error needs it as well.
    let failure = failure.map(|error| match call.hint() {
        Some(hint) => error.map_message(|message| format!("{message}; {hint}")),
        None => error,
    });
    Execution {
        response: rendered,
        failure,
    }
}

/// The response of a send command whose request was refused before anything was sent. A request that
/// is no JSON has no response: that error goes back to the caller.
pub(super) fn of_refused_send(error: Error) -> Result<Execution, Error> {
    if error.kind() == Kind::InvalidArgument {
        return Err(error);
    }
    let response = SendResponse {
        status: status_of(Some(&error)),
        message_id: "",
        code: error.kind().name(),
        error: error.message(),
        details: Details {
            outcome: Some("not_sent"),
            retryable: Some(error.is_retryable()),
            attempts: Some(0),
            reason: Some(reason_of(&error).as_str()),
            ..Details::default()
        },
    };
    Ok(Execution {
        response: render(&response),
        failure: Some(error),
    })
}

/// The response of a send command whose message was not sent, because an upload or the template check
/// before it failed.
pub(super) fn of_unsent(reply: &CallReport) -> Execution {
    let no_id = || Error::new(Kind::CommandFailed, "Meta took the file and gave it no id");
    let error = reply.failure().unwrap_or_else(no_id);
    let error = error.map_message(|told| format!("before the message, which was not sent: {told}"));
    let response = SendResponse {
        status: status_of(Some(&error)),
        message_id: "",
        code: &code_of(&error),
        error: error.message(),
        details: Details {
            outcome: Some("not_sent"),
            ..of_reply(reply)
        },
    };
    Execution {
        response: render(&response),
        failure: Some(error),
    }
}

/// `details` of a call.
pub(super) fn of_reply(reply: &CallReport) -> Details<'_> {
    let failure = reply.failure();
    Details {
        retryable: Some(failure.as_ref().is_some_and(Error::is_retryable)),
        retry_after_ms: failure.as_ref().and_then(Error::retry_after_ms),
        attempts: Some(reply.attempts),
        http_status: reply.http_status,
        fbtrace_id: reply.fbtrace_id.as_deref(),
        phase: reply.phase().map(Phase::as_str),
        reason: reply.reason().map(Reason::as_str),
        hint: reply.hint(),
        warnings: &reply.warnings,
        ..Details::default()
    }
}

/// The response of a command that sends no message: its own members between the specification's and
/// `details`. Those it has nothing to say for are empty.
pub(super) fn of_command(
    command: &Command,
    members: &[(&str, String)],
    failure: Option<Error>,
    details: &Details<'_>,
) -> Execution {
    let mut response = ObjectText::new()
        .text("status", status_of(failure.as_ref()))
        .text("code", &failure.as_ref().map(code_of).unwrap_or_default())
        .text(
            "error",
            failure.as_ref().map(Error::message).unwrap_or_default(),
        );
    for field in command.response {
        if ["status", "code", "error", "details"].contains(&field.name) {
            continue;
        }
        let value = members.iter().find(|(name, _)| *name == field.name);
        let value = value.map_or(field.empty_json(), |(_, json)| json);
        response = response.raw(field.name, value);
    }
    Execution {
        response: response.raw("details", &render(details)).end(),
        failure,
    }
}

/// The response of such a command whose request was refused. A request that is no JSON has no response:
/// that error goes back to the caller.
pub(super) fn of_refused(command: &Command, error: Error) -> Result<Execution, Error> {
    if error.kind() == Kind::InvalidArgument {
        return Err(error);
    }
    let details = Details {
        reason: Some(reason_of(&error).as_str()),
        ..Details::default()
    };
    Ok(of_command(command, &[], Some(error), &details))
}

/// Why nothing was sent: the request is wrong, or no file descriptor was free to open its file.
const fn reason_of(error: &Error) -> Reason {
    match error.kind() {
        Kind::Unavailable => Reason::TooManyFiles,
        _ => Reason::InvalidRequest,
    }
}

/// The response of processWebhook.
pub(super) fn of_webhook(details: Details<'_>, failure: Option<Error>) -> Execution {
    let response = WebhookResponse {
        status: status_of(failure.as_ref()),
        details,
    };
    Execution {
        response: render(&response),
        failure,
    }
}

/// The response of processWebhook to a notification whose events were emitted. Written piece by piece,
/// because every notification needs one, and serde takes 120 ns longer: 6 % of a webhook.
pub(super) fn of_delivery(
    verified: &str,
    delivery: &Delivery,
    failure: Option<Error>,
) -> Execution {
    let mut response = String::with_capacity(192);
    for part in [
        r#"{"status":""#,
        status_of(failure.as_ref()),
        r#"","details":{"verified":""#,
        verified,
        "\"",
    ] {
        response.push_str(part);
    }
    let names = ["accepted", "refused", "dropped", "duplicates", "ignored"];
    for (name, count) in names.into_iter().zip(delivery.counts()) {
        for part in [",\"", name, "\":"] {
            response.push_str(part);
        }
        push_number(&mut response, count);
    }
    if !delivery.unknown.is_empty() {
        response.push_str(",\"unknownMembers\":");
        delivery.unknown.push_json(&mut response);
    }
    response.push_str("}}");
    Execution { response, failure }
}

/// Appends `number` in digits; nearly always there is one.
fn push_number(out: &mut String, number: u64) {
    match u8::try_from(number) {
        Ok(digit @ 0..=9) => out.push(char::from(b'0' + digit)),
        _ => out.push_str(&number.to_string()),
    }
}

/// Meta's code as digits; otherwise the result's name.
fn code_of(error: &Error) -> String {
    match error.remote_code() {
        Some(code) if error.kind() != Kind::OutcomeUnknown => code.to_string(),
        _ => error.kind().name().to_owned(),
    }
}

/// Most responses fit into it.
const USUAL_BYTES: usize = 512;

fn render(response: &impl Serialize) -> String {
    let mut json = Vec::with_capacity(USUAL_BYTES);
    // Strings, numbers and booleans in structs: nothing here can fail to serialise.
    let _ = serde_json::to_writer(&mut json, response);
    String::from_utf8(json).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_answered_with_its_counts() {
        let delivery = Delivery {
            accepted: 0,
            refused: 9,
            dropped: 10,
            duplicates: u64::MAX,
            ignored: 255,
            ..Delivery::default()
        };
        let failure = Error::new(Kind::EventNotAccepted, "why");
        assert_eq!(
            of_delivery("adapter", &delivery, Some(failure)).response,
            r#"{"status":"FAILED","details":{"verified":"adapter","accepted":0,"refused":9,"dropped":10,"duplicates":18446744073709551615,"ignored":255}}"#
        );
    }
}
