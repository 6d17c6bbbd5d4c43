//! subscribeWebhooks: from now on the account's notifications go to the app whose token is used.

use super::call;
use super::media::check_link;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;
use crate::properties::Properties;

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
        .length(1, 2000),
        Field::string(
            "verifyToken",
            "Verify token",
            "What Meta's handshake with that address carries.",
        )
        .length(1, 1024)
        .secret(),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &mut Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let url = members.optional_text("callbackUrl", 1..=2000)?;
    let token = members.optional_text("verifyToken", 1..=1024)?;
    if url.is_some() != token.is_some() {
        return Err(Error::invalid_request(
            "request members \"callbackUrl\" and \"verifyToken\" belong together; give both or none",
        ));
    }
    if let Some(url) = &url {
        check_link(&members.place("callbackUrl"), url)?;
    }
    let body = ObjectText::new()
        .maybe_text("override_callback_uri", url)
        .maybe_text("verify_token", token);
    let path = call::of_account(properties, "subscribed_apps")?;
    Ok(Call::post(path, body, Evidence::Success).repeatable())
}
