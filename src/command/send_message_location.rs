//! sendMessageLocation: a place on the map.

use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageLocation",
    display: "Send a Location Message",
    description: "Sends a place on the map to the specified phone number.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::number("latitude", "Latitude", "Degrees north, from -90 to 90.")
            .required()
            .value(-90, 90),
        Field::number("longitude", "Longitude", "Degrees east, from -180 to 180.")
            .required()
            .value(-180, 180),
        Field::string("name", "Name", "What the place is called.").length(1, 1000),
        Field::string(
            "address",
            "Address",
            "The place's address, shown below its name.",
        )
        .length(1, 1000),
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

fn read(members: &mut Members<'_>, _: &mut Files) -> Result<Content, Error> {
    Content::new("location", location(members)?)
}

/// Meta's object for a place.
pub(super) fn location(members: &mut Members<'_>) -> Result<ObjectText, Error> {
    let latitude = members.required_decimal("latitude", 90.0)?;
    let longitude = members.required_decimal("longitude", 180.0)?;
    Ok(ObjectText::new()
        .raw("latitude", latitude)
        .raw("longitude", longitude)
        .maybe_text("name", members.optional_text_within("name", 1000)?)
        .maybe_text("address", members.optional_text_within("address", 1000)?))
}
