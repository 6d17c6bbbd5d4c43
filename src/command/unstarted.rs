//! The response of a command that was cancelled or out of time before it began.

use super::call;
use super::process_webhook;
use super::response;
use super::{COMMANDS, EXTENSION_COMMANDS, Execution, request};
use crate::cloud_api::{CallReport, SendReport};
use crate::error::{Error, Kind};
use crate::random;
use crate::rows::Leniency;

/// The response of the command `name`, which was over before it began, as `error` says.
///
/// # Errors
/// `error` for a name that is no command.
pub(crate) fn respond(
    name: &str,
    request: &str,
    correlation_id: Option<&str>,
    error: Error,
) -> Result<Execution, Error> {
    let mut all = COMMANDS.iter().chain(EXTENSION_COMMANDS);
    let Some(command) = all.find(|command| command.name == name) else {
        return Err(error);
    };
    let is_cancelled = error.kind() == Kind::Cancelled;
    if name == process_webhook::COMMAND.name {
        return Ok(process_webhook::unstarted(is_cancelled));
    }
    let report = CallReport::unstarted(is_cancelled);
    if !command.response.iter().any(|row| row.name == "messageId") {
        return Ok(call::of_reply(command, &report, call::nothing));
    }
    // Its own id, which the request may give, and not the call's.
    let read = request::read(request, command, &mut Leniency::new(false)).ok();
    let given = read.as_ref().and_then(|it| it.maybe_text("callbackData"));
    let correlation_id = given.or(correlation_id).map(str::to_owned);
    Ok(response::of_send(&SendReport {
        call: report,
        correlation_id: correlation_id.unwrap_or_else(random::id),
    }))
}
