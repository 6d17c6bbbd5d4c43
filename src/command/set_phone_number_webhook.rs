//! setPhoneNumberWebhook: an address for the number's own notifications
//! (D/embedded-signup/webhooks/override, OpenAPI v23.0).

use super::call;
use super::request::WEB_ADDRESS;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "setPhoneNumberWebhook",
    display: "Set the Number's Webhook",
    description: "Sends the notifications of this phone number to an address of its own.",
    traits: &[CommandTrait::Idempotent],
    request: &[Field::string("callbackUrl", "Callback address", "Where this number's notifications go, in place of the account's and the app's address.").required().length(1, 2000).pattern(&WEB_ADDRESS),
   Field::string("verifyToken", "Verify token", "What Meta's handshake with that address carries.").required().length(1, 1024).secret()],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let webhook = ObjectText::new()
        .text("override_callback_uri", members.text("callbackUrl"))
        .text("verify_token", members.text("verifyToken"));
    let body = ObjectText::new().object("webhook_configuration", webhook);
    let id = properties.phone_number_id.to_string();
    Ok(Call::post(id, body, Evidence::Success).idempotent())
}
