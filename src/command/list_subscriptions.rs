//! listSubscriptions: which apps get the account's notifications.

use serde_json::Value;

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "listSubscriptions",
    display: "List Subscriptions",
    description: "Lists the apps that get the account's notifications.",
    traits: &[CommandTrait::Idempotent],
    request: &[],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array(
            "apps",
            "",
            "Meta's objects with whatsapp_business_api_data (id, name, link) and override_callback_uri.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(_members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = call::of_account(properties, "subscribed_apps")?;
    Ok(Call::get(path, Evidence::List("data")))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("apps", "/data")])
}
