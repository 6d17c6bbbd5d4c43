//! getPhoneNumberSettings: calling, encryption and storage (D/business-phone-numbers/settings,
//! OpenAPI v23.0, which says that two of them are always there).

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
    name: "getPhoneNumberSettings",
    display: "Get Phone Number Settings",
    description: "Gets the settings of the phone number for calls, encryption and storage.",
    traits: &[CommandTrait::Idempotent],
    request: &[],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::object(
            "settings",
            "",
            "Meta's object: calling, payload_encryption, storage_configuration and more.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(_members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/settings", properties.phone_number_id);
    Ok(Call::get(path, Evidence::Any(SETTINGS)))
}

fn take(answer: &Value) -> call::Taken {
    vec![("settings", answer.to_string())]
}

const SETTINGS: &[Evidence] = &[
    Evidence::Object("storage_configuration"),
    Evidence::Object("calling"),
    Evidence::Object("payload_encryption"),
    Evidence::Object("user_identity_change"),
];
