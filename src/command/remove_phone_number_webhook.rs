//! removePhoneNumberWebhook: the number's notifications go to the account's address again
//! (D/embedded-signup/webhooks/override: an empty address removes it).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "removePhoneNumberWebhook",
    display: "Remove the Number's Webhook",
    description: "Ends the address of the phone number's own; its notifications go where the account's go.",
    traits: &[CommandTrait::Idempotent],
    request: &[],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(_members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let webhook = ObjectText::new().text("override_callback_uri", "");
    let body = ObjectText::new().object("webhook_configuration", webhook);
    let id = properties.phone_number_id.to_string();
    Ok(Call::post(id, body, Evidence::Success).idempotent())
}
