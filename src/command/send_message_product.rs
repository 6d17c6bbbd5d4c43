//! sendMessageProduct: one product of a catalogue.

use super::interactive::{CATALOG_ID, FOOTER, Interactive, PRODUCT_ID, product};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageProduct",
    display: "Send a Product Message",
    description: "Sends one product of a catalogue to the specified phone number.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        CATALOG_ID,
        PRODUCT_ID,
        Field::string("message", "Message", "The text of the message.")
            .length(1, 1024)
            .most_may_change(),
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

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    Interactive::new("product")
        .body(members)
        .footer(members)
        .action(product(members))
}
