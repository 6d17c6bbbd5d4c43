//! unsubscribeWebhooks: no more of the account's notifications for the app whose token is used.

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "unsubscribeWebhooks",
    display: "Unsubscribe from Webhooks",
    description: "Ends the app's subscription to the account's notifications.",
    request: &[],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(_members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = call::of_account(properties, "subscribed_apps")?;
    Ok(Call::delete(path, Evidence::Success))
}
