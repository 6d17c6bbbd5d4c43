//! What every command that sends a message shares: its rows, the members beside the content, and the
//! send itself.

use std::rc::Rc;

use super::media_file::Files;
use super::parking::Parked;
use super::request::{self, CALLBACK_DATA, RECIPIENT_TYPE, REPLY_TO};
use super::response::{self, CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Advanced, Client, Content, Recipient, Reply, Sending};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::members::{Leniency, Members};

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
    ..Command::EXTENSION
};

/// The response rows of the other commands that send a message.
pub(super) const EXTENSION_RESPONSE: &[Field] = &[STATUS, MESSAGE_ID, CODE, ERROR, DETAILS];

/// What Meta delivers to groups (D/groups, read 2026-08).
const GROUP_KINDS: [&str; 8] = [
    "text", "image", "video", "audio", "document", "sticker", "template", "pin",
];

/// Takes a command's own members and makes the message of them.
pub(super) type Read = fn(&mut Members<'_>, &mut Files) -> Result<Content, Error>;

/// Looks once more at a message that is ready, before its files are uploaded.
pub(super) type Look = fn(&mut Members<'_>, &Content, &Context<'_, '_>) -> Result<(), Held>;

/// Why a message that is ready is not sent.
pub(super) enum Held {
    /// It would be refused.
    Refused(Error),
    /// What had to be asked first failed.
    Failed(Box<Reply>),
}

/// Runs a command that sends a message: everything is checked before anything is sent.
pub(super) fn run(json: &str, context: &Context<'_, '_>, read: Read) -> Result<Execution, Error> {
    run_with(json, context, read, None)
}

/// As [`run`], after one more look.
pub(super) fn run_after(
    json: &str,
    context: &Context<'_, '_>,
    read: Read,
    look: Look,
) -> Result<Execution, Error> {
    run_with(json, context, read, Some(look))
}

fn run_with(
    json: &str,
    context: &Context<'_, '_>,
    read: Read,
    look: Option<Look>,
) -> Result<Execution, Error> {
    let leniency = Rc::new(Leniency::new(context.properties.strict_limits));
    let mut files = Files::default();
    let mut outgoing = match parse(json, &leniency, &mut files, read) {
        Ok(outgoing) => outgoing,
        Err(error) => return response::of_refused_send(error),
    };
    let looked = match look {
        Some(look) => look(&mut request::members(json)?, &outgoing.content, context),
        None => Ok(()),
    };
    let held = looked.and_then(|()| files.upload(context, &leniency));
    match held {
        Ok(None) => {}
        Ok(Some(mut uploaded)) => match parse(json, &leniency, &mut uploaded, read) {
            Ok(with_ids) => outgoing = with_ids,
            Err(error) => return response::of_refused_send(error),
        },
        Err(Held::Refused(error)) => return response::of_refused_send(error),
        Err(Held::Failed(reply)) => return Ok(response::of_held_send(&reply)),
    }
    Ok(send(outgoing, leniency.warnings(), context))
}

struct Outgoing<'a> {
    recipient: Recipient<'a>,
    content: Content,
    callback_data: Option<String>,
}

fn parse<'a>(
    json: &'a str,
    leniency: &Rc<Leniency>,
    files: &mut Files,
    read: Read,
) -> Result<Outgoing<'a>, Error> {
    let mut members = request::lenient_members(json, leniency)?;
    let recipient = request::recipient(&mut members)?;
    let content = read(&mut members, files)?;
    let reply_to = members.optional_text("replyTo", 1..=512)?;
    let callback_data = members.optional_text("callbackData", 1..=512)?;
    if matches!(recipient, Recipient::Group(_)) {
        members.limit(GROUP_KINDS.contains(&content.kind()), || {
            format!(
                "request member \"recipientType\": a message of type {} cannot be sent to a group",
                content.kind()
            )
        })?;
    }
    members.finish()?;
    Ok(Outgoing {
        recipient,
        content: content.in_reply_to(reply_to.map(Into::into)),
        callback_data: callback_data.map(Into::into),
    })
}

fn send(outgoing: Outgoing<'_>, warnings: Vec<String>, context: &Context<'_, '_>) -> Execution {
    let correlation_id = outgoing.callback_data.as_deref().or(context.correlation_id);
    let recipient = outgoing.recipient.into_owned();
    let sending = Client::prepare(recipient, outgoing.content, correlation_id);
    advance(sending, warnings, context)
}

/// Goes on with a message that was parked.
pub(super) fn resume(parked: Parked, context: &Context<'_, '_>) -> Execution {
    advance(parked.sending, parked.warnings, context)
}

fn advance(mut sending: Sending, warnings: Vec<String>, context: &Context<'_, '_>) -> Execution {
    let scope = context.scope();
    loop {
        match context.client.advance(&mut sending, &scope) {
            Advanced::Ended(mut answer) => {
                answer.warnings.splice(0..0, warnings);
                return response::of_answer(&answer);
            }
            Advanced::Waits(until) if context.parking.may_park() => {
                context.parking.park(Parked {
                    until,
                    sending,
                    warnings,
                });
                return Execution::waiting();
            }
            Advanced::Waits(until) => {
                let _ = scope.limits.cancel.wait(until);
            }
        }
    }
}
