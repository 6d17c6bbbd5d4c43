//! deleteFlow: takes a draft away (D/flows/reference/flowsapi).

use super::call;
use super::flow::FLOW_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "deleteFlow",
    display: "Delete a Flow",
    description: "Deletes a Flow that is a draft.",
    request: &[FLOW_ID],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let id = members.text("flowId").to_owned();
    Ok(Call::delete(id, Evidence::Success))
}
