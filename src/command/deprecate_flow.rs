//! deprecateFlow: ends a published Flow (D/flows/reference/flowsapi).

use super::call;
use super::flow::{self, FLOW_ID};
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::Call;
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "deprecateFlow",
    display: "Deprecate a Flow",
    description: "Ends a published Flow; it cannot be sent any more.",
    request: &[FLOW_ID],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    Ok(flow::change(members, "deprecate"))
}
