//! sendMessageLocation: a place on the map.

use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageLocation",
    display: "Send a Location Message",
    description: "Sends a place on the map to the specified phone number.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        LATITUDE,
        LONGITUDE,
        NAME,
        ADDRESS,
        REPLY_TO,
        INDIVIDUAL,
        CALLBACK_DATA,
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

/// How far north the place is.
pub(super) const LATITUDE: Field =
    Field::number("latitude", "Latitude", "Degrees north, from -90 to 90.")
        .required()
        .value(-90, 90);
/// How far east it is.
pub(super) const LONGITUDE: Field =
    Field::number("longitude", "Longitude", "Degrees east, from -180 to 180.")
        .required()
        .value(-180, 180);
/// What it is called.
pub(super) const NAME: Field = Field::string("name", "Name", "What the place is called.")
    .length(1, 1000)
    .most_may_change();
/// Where it is, for people.
pub(super) const ADDRESS: Field = Field::string(
    "address",
    "Address",
    "The place's address, shown below its name.",
)
.length(1, 1000)
.most_may_change();

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    Content::new("location", location(members))
}

/// Meta's object for a place.
pub(super) fn location(members: &Members<'_>) -> ObjectText {
    ObjectText::new()
        .maybe_raw("latitude", members.json("latitude"))
        .maybe_raw("longitude", members.json("longitude"))
        .maybe_text("name", members.maybe_text("name"))
        .maybe_text("address", members.maybe_text("address"))
}
