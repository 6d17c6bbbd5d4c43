//! deleteUsername: the number has no username any more. Libraries that follow Meta's
//! changelog, read 2026-11.

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "deleteUsername",
    display: "Delete the Username",
    description: "Takes the username away from the phone number.",
    request: &[],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(_members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/username", properties.phone_number_id);
    Ok(Call::delete(path, Evidence::Success))
}
