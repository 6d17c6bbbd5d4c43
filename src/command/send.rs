//! What every command that sends a message shares: its rows, the members beside the content, and the
//! send itself.

use super::context::waiting;
use super::media_file::Files;
use super::parking::Parked;
use super::request::{self, CALLBACK_DATA, RECIPIENT, RECIPIENT_TYPE, REPLY_TO};
use super::response::{self, CODE, DETAILS, ERROR, STATUS};
use super::unsent::Unsent;
use super::{Context, Execution};
use crate::cloud_api::{Advanced, Client, Content, PendingSend};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::rows::{Leniency, Members};

const MESSAGE_ID: Field = Field::string(
    "messageId",
    "",
    "The id of the sent message, use it to track your message status.",
);

/// What the rows of the specification's commands that send a message have in common: the response, and
/// what is beyond the specification.
pub(super) const SPECIFIED: Command = Command {
    response: &[STATUS, MESSAGE_ID, CODE, ERROR],
    extension_request: &[REPLY_TO, RECIPIENT_TYPE, CALLBACK_DATA],
    extension_response: &[DETAILS],
    rules: &[RECIPIENT],
    ..Command::EXTENSION
};

/// The same of the other commands that send a message.
pub(super) const BEYOND: Command = Command {
    response: &[STATUS, MESSAGE_ID, CODE, ERROR, DETAILS],
    rules: &[RECIPIENT],
    ..Command::EXTENSION
};

/// Plans the message of a command's request: its content, complete except for the media ids of its files.
pub(super) type Read = fn(&Members<'_>, &mut Files) -> Content;

/// Checks a planned message before its files are uploaded.
pub(super) type Look = fn(&Members<'_>, &Content, &Context<'_, '_>) -> Result<(), Unsent>;

/// Runs a command that sends a message: everything is checked before anything is sent.
pub(super) fn run(
    json: &str,
    context: &Context<'_, '_>,
    command: &Command,
    read: Read,
) -> Result<Execution, Error> {
    run_after(json, context, command, read, |_, _, _| Ok(()))
}

/// Like [`run`], with a check of the planned message.
pub(super) fn run_after(
    json: &str,
    context: &Context<'_, '_>,
    command: &Command,
    read: Read,
    look: Look,
) -> Result<Execution, Error> {
    let mut leniency = Leniency::new(context.properties.strict_limits);
    let mut files = Files::default();
    let request = match request::read(json, command, &mut leniency) {
        Ok(request) => request,
        Err(error) => return response::of_refused_send(error),
    };
    let mut content = read(&request, &mut files);
    let looked = look(&request, &content, context);
    match looked.and_then(|()| files.upload(context, &mut leniency)) {
        Ok(ids) => content.fill(&ids),
        Err(Unsent::Refused(error)) => return response::of_refused_send(error),
        Err(Unsent::Failed(reply)) => return Ok(response::of_unsent(&reply)),
    }
    let content = content.in_reply_to(request.maybe_text("replyTo").map(Into::into));
    let correlation_id = request
        .maybe_text("callbackData")
        .or(context.correlation_id);
    let sending = Client::prepare(request::recipient(&request), content, correlation_id);
    Ok(advance(sending, leniency.into_warnings(), context))
}

/// Continues a parked message.
pub(super) fn resume(parked: Parked, context: &Context<'_, '_>) -> Execution {
    advance(parked.sending, parked.warnings, context)
}

fn advance(
    mut sending: PendingSend,
    warnings: Vec<String>,
    context: &Context<'_, '_>,
) -> Execution {
    let scope = context.call_context();
    loop {
        match context.client.advance(&mut sending, &scope) {
            Advanced::Ended(mut report) => {
                report.call.warnings.splice(0..0, warnings);
                return response::of_send(&report);
            }
            Advanced::Waits(until) if context.parking.may_park() => {
                context.parking.park(Parked {
                    until,
                    sending,
                    warnings,
                });
                return waiting();
            }
            Advanced::Waits(until) => {
                let _ = scope.limits.cancel.wait(until);
            }
        }
    }
}
