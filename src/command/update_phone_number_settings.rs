//! updatePhoneNumberSettings: one of the number's settings (D/business-phone-numbers/settings,
//! OpenAPI v23.0). Settings that the description lacks are passed on.

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "updatePhoneNumberSettings",
    display: "Update Phone Number Settings",
    description: "Changes a setting of the phone number: calls, encryption, storage or identity checks.",
    traits: &[CommandTrait::Idempotent],
    request: &[Field::object("settings", "Settings", "Meta's object with one of calling, payload_encryption, storage_configuration and user_identity_change.").required().passed_on()],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/settings", properties.phone_number_id);
    let settings = members.json("settings").unwrap_or_default();
    let body = ObjectText::of_json(settings.trim());
    Ok(Call::post(path, body, Evidence::Success).idempotent())
}
