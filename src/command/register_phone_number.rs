//! registerPhoneNumber: makes the phone number usable with the Cloud API
//! (D/business-phone-numbers/registration).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;
use crate::properties::Properties;

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

fn plan(members: &mut Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let pin = members.required_text("pin", 6..=6)?;
    digits(&members.place("pin"), &pin)?;
    let region = members.optional_text("dataLocalizationRegion", 2..=2)?;
    let body = ObjectText::new()
        .text("messaging_product", "whatsapp")
        .text("pin", &pin)
        .maybe_text("data_localization_region", region);
    Ok(Call::post(
        format!("{}/register", properties.phone_number_id),
        body,
        Evidence::Success,
    ))
}

/// # Errors
/// `InvalidRequest` if `text` is not digits; the message does not show it.
pub(super) fn digits(place: &str, text: &str) -> Result<(), Error> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(Error::invalid_request(format!(
        "{place} must be digits only"
    )))
}
