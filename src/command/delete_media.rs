//! deleteMedia: takes media away from Meta (D/business-phone-numbers/media).

use super::call;
use super::request::NODE_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "deleteMedia",
    display: "Delete Media",
    description: "Deletes media that was uploaded.",
    request: &[Field::string("mediaId", "Media id", "The id of the media.")
        .required()
        .length(1, 256)
        .pattern(&NODE_ID)],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let id = members.text("mediaId").to_owned();
    let number = properties.phone_number_id.to_string();
    Ok(Call::delete(id, Evidence::Success).query("phone_number_id", &number))
}
