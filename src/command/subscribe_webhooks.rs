//! subscribeWebhooks: from now on the account's notifications go to the app whose token is used.

use super::call;
use super::request::WEB_ADDRESS;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::{Members, Rule};

pub(super) const COMMAND: Command = Command {
    name: "subscribeWebhooks",
    display: "Subscribe to Webhooks",
    description: "Subscribes the app to the account's notifications; without it none comes.",
    traits: &[CommandTrait::Idempotent],
    request: &[
        Field::string(
            "callbackUrl",
            "Callback address",
            "Where this account's notifications go, in place of the app's own address.",
        )
        .length(1, 2000)
        .pattern(&WEB_ADDRESS),
        Field::string(
            "verifyToken",
            "Verify token",
            "What Meta's handshake with that address carries.",
        )
        .length(1, 1024)
        .secret(),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    rules: &[Rule::Together(&["callbackUrl", "verifyToken"])],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = ObjectText::new()
        .maybe_text("override_callback_uri", members.maybe_text("callbackUrl"))
        .maybe_text("verify_token", members.maybe_text("verifyToken"));
    let path = call::of_account(properties, "subscribed_apps")?;
    Ok(Call::post(path, body, Evidence::Success).idempotent())
}
