//! registerPhoneNumber: makes the phone number usable with the Cloud API
//! (D/business-phone-numbers/registration).

use super::call;
use super::request::DIGITS;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "registerPhoneNumber",
    display: "Register the Phone Number",
    description: "Registers the phone number of the adapter with the Cloud API. Ten times in 72 hours at most.",
    request: &[
        Field::string(
            "pin",
            "PIN",
            "The six digits of its two-step verification; they are set if it has none yet.",
        )
        .required()
        .length(6, 6)
        .pattern(&DIGITS)
        .secret(),
        Field::string(
            "dataLocalizationRegion",
            "Region",
            "Where its data lies at rest, as a country code such as DE.",
        )
        .length(2, 2),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = ObjectText::new()
        .text("messaging_product", "whatsapp")
        .text("pin", members.text("pin"))
        .maybe_text(
            "data_localization_region",
            members.maybe_text("dataLocalizationRegion"),
        );
    Ok(Call::post(
        format!("{}/register", properties.phone_number_id),
        body,
        Evidence::Success,
    ))
}
