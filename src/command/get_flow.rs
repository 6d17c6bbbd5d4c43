//! getFlow: a Flow's settings, its state and the address of a preview (D/flows/reference/flowsapi).

use serde_json::Value;

use super::call;
use super::flow::FLOW_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "getFlow",
    display: "Get a Flow",
    description: "Gets a Flow with its errors, its health and the address of a preview.",
    traits: &[CommandTrait::Idempotent],
    request: &[FLOW_ID],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::object(
            "flow",
            "",
            "Meta's object with id, name, status, categories, validation_errors, json_version, data_api_version, endpoint_uri, preview, health_status and application.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

/// Without this list Meta shows less.
const FIELDS: &str = "name,status,categories,validation_errors,json_version,data_api_version,endpoint_uri,\
                      preview,health_status,application";

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let id = members.text("flowId").to_owned();
    Ok(Call::get(id, Evidence::Id("id")).query("fields", FIELDS))
}

fn take(answer: &Value) -> call::Taken {
    vec![("flow", answer.to_string())]
}
