//! sendMessage: a message of any type, for what Meta adds next.

use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::members::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessage",
    display: "Send a Message",
    description: "Sends a message of any type that Meta knows, such as pin.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::string(
            "type",
            "Type",
            "Meta's type, which is also the name of the member that holds the content.",
        )
        .required()
        .length(1, 64),
        Field::object("content", "Content", "The value of that member.").required(),
        Field::object(
            "members",
            "More members",
            "Members of the message beside it, such as recipient_identity_key_hash.",
        ),
        REPLY_TO,
        RECIPIENT_TYPE,
        CALLBACK_DATA,
    ],
    response: EXTENSION_RESPONSE,
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, read)
}

/// What the adapter itself writes.
const OWN: [&str; 7] = [
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
];

fn read(members: &mut Members<'_>, _: &mut Files) -> Result<Content, Error> {
    let kind = members.required_text("type", 1..=64)?.into_owned();
    check_name(&members.place("type"), &kind)?;
    let json = members.json("content")?.unwrap_or_default();
    members.required_object("content")?;
    let mut content = Content::of_json(kind.clone().into(), json.to_owned())?;
    if let Some(mut more) = members.optional_object("members")? {
        for (name, element) in more.take_rest() {
            check_name(&element.place(), &name)?;
            if name == kind {
                return Err(Error::invalid_request(format!(
                    "{} is the content already",
                    element.place()
                )));
            }
            content = content.with(name, element.json()?)?;
        }
    }
    Ok(content)
}

fn check_name(place: &str, name: &str) -> Result<(), Error> {
    if OWN.contains(&name) {
        return Err(Error::invalid_request(format!(
            "{place} names a member that the adapter writes itself"
        )));
    }
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if (1..=64).contains(&name.len()) && name.bytes().all(is_name) {
        return Ok(());
    }
    Err(Error::invalid_request(format!(
        "{place} must be 1 to 64 small letters, digits and underscores"
    )))
}
