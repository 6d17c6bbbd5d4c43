//! requestDisplayName: another name for the number, which Meta reviews
//! (D/business-phone-numbers/display-names, OpenAPI v23.0).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "requestDisplayName",
    display: "Request a Display Name",
    description: "Asks for another display name of the phone number; Meta reviews it.",
    request: &[Field::string(
        "displayName",
        "Display name",
        "The name that customers shall see.",
    )
    .required()
    .length(2, 75)
    .most_may_change()],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = ObjectText::new().text("new_display_name", members.text("displayName"));
    let id = properties.phone_number_id.to_string();
    Ok(Call::post(id, body, Evidence::Success))
}
