//! deregisterPhoneNumber: the number can no longer be used with the Cloud API
//! (D/business-phone-numbers/registration).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Command;
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "deregisterPhoneNumber",
    display: "Deregister the Phone Number",
    description: "Takes the phone number out of the Cloud API, until it is registered again.",
    request: &[],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(_members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/deregister", properties.phone_number_id);
    Ok(Call::post(path, ObjectText::new(), Evidence::Success))
}
