//! updateFlow: another name, category or endpoint (D/flows/reference/flowsapi).

use super::call;
use super::flow::{self, CATEGORIES, ENDPOINT_URL, FLOW_ID, FLOW_NAME};
use super::request::NODE_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::{Members, Rule};

pub(super) const COMMAND: Command = Command {
    name: "updateFlow",
    display: "Update a Flow",
    description: "Changes the name, the categories, the endpoint or the app of a Flow; a member that is absent stays as it is.",
    traits: &[CommandTrait::Idempotent],
    request: &[
        FLOW_ID,
        FLOW_NAME,
        CATEGORIES,
        ENDPOINT_URL,
        Field::string(
            "applicationId",
            "App id",
            "The id of the app that the endpoint belongs to.",
        )
        .length(1, 256)
        .pattern(&NODE_ID),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    rules: &[Rule::Any(&[
        "flowName",
        "categories",
        "endpointUrl",
        "applicationId",
    ])],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let body =
        flow::described(members).maybe_text("application_id", members.maybe_text("applicationId"));
    let id = members.text("flowId").to_owned();
    Ok(Call::post(id, body, Evidence::Success).idempotent())
}
