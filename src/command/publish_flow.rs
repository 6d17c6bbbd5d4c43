//! publishFlow: makes a draft a Flow that customers get (D/flows/reference/flowsapi).

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
    name: "publishFlow",
    display: "Publish a Flow",
    description: "Publishes a Flow; its JSON cannot be changed any more.",
    request: &[FLOW_ID],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    Ok(flow::change(members, "publish"))
}
