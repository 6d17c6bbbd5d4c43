//! sendMessageAddress: a text with a form for a delivery address (India and Singapore).

use super::interactive::{FOOTER, Interactive, MESSAGE};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::{Members, Object, Words};

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
        .length(2, 2)
        .words(&Words::known(&["IN", "SG"])),
        Field::object(
            "values",
            "Values",
            "What the form is filled with, such as name, phone_number, in_pin_code, address, city.",
        )
        .passed_on(),
        Field::array(
            "savedAddresses",
            "Saved addresses",
            "Addresses to choose from: objects with id and value.",
        )
        .items(0, 100, &Field::object_item(&SAVED_ADDRESS))
        .passed_on(),
        Field::object(
            "validationErrors",
            "Validation errors",
            "What was wrong with the address before, by the name of the field.",
        )
        .passed_on(),
        FOOTER,
        REPLY_TO,
        INDIVIDUAL,
        CALLBACK_DATA,
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

const SAVED_ADDRESS: Object = Object::of(&[
    Field::string("id", "", "What the address is known by.")
        .required()
        .length(1, 256),
    Field::object("value", "", "The address, as in values.").required(),
]);

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    let parameters = ObjectText::new()
        .text("country", members.text("country"))
        .maybe_raw("values", members.json("values"))
        .maybe_raw("saved_addresses", members.json("savedAddresses"))
        .maybe_raw("validation_errors", members.json("validationErrors"));
    Interactive::new("address_message")
        .body(members)
        .footer(members)
        .named_action("address_message", Some(parameters))
}
