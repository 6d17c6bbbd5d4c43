//! sendMessageAddress: a text with a form for a delivery address (India and Singapore).

use super::interactive::{FOOTER, Interactive, MESSAGE};
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
    name: "sendMessageAddress",
    display: "Send an Address Request",
    description: "Sends a text with a form for a delivery address; the address arrives as a customer_message.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        Field::string(
            "country",
            "Country",
            "IN or SG, where Meta offers the form.",
        )
        .required()
        .length(2, 2),
        Field::object(
            "values",
            "Values",
            "What the form is filled with, such as name, phone_number, in_pin_code, address, city.",
        ),
        Field::array(
            "savedAddresses",
            "Saved addresses",
            "Addresses to choose from: objects with id and value.",
        ),
        Field::object(
            "validationErrors",
            "Validation errors",
            "What was wrong with the address before, by the name of the field.",
        ),
        FOOTER,
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
    let interactive = Interactive::new("address_message")
        .body(members, 1024)?
        .footer(members)?;
    let country = members.required_text("country", 2..=2)?;
    members.limit(["IN", "SG"].contains(&country.as_ref()), || {
        format!("{} must be one of: IN, SG", members.place("country"))
    })?;
    let parameters = ObjectText::new()
        .text("country", &country)
        .maybe_raw("values", members.optional_json_object("values")?)
        .maybe_raw("saved_addresses", saved_addresses(members)?)
        .maybe_raw(
            "validation_errors",
            members.optional_json_object("validationErrors")?,
        );
    interactive.named_action("address_message", Some(parameters))
}

fn saved_addresses<'a>(members: &mut Members<'a>) -> Result<Option<&'a str>, Error> {
    let json = members.json("savedAddresses")?;
    for address in members
        .optional_list("savedAddresses", 0..=100)?
        .unwrap_or_default()
    {
        let mut address = address.object()?;
        address.required_text("id", 1..=256)?;
        address.required_object("value")?;
        address.finish()?;
    }
    Ok(json)
}
