//! getBusinessProfile: what customers see about the business (D/business-profiles).

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
    name: "getBusinessProfile",
    display: "Get the Business Profile",
    description: "Gets what customers see about the business.",
    traits: &[CommandTrait::Idempotent],
    request: &[],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::object(
            "profile",
            "",
            "Meta's object: about, address, description, email, profile_picture_url, websites, vertical.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(_members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/whatsapp_business_profile", properties.phone_number_id);
    Ok(Call::get(path, Evidence::List("data")).query("fields", FIELDS))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("profile", "/data/0")])
}

/// All that the profile has.
const FIELDS: &str = "about,address,description,email,profile_picture_url,websites,vertical";
