//! uploadFlowJson: what a Flow is made of, in place of what it was (D/flows/reference/flowsapi).

use serde_json::Value;

use super::call;
use super::flow::{FLOW_ID, FLOW_JSON, VALIDATION_ERRORS};
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence, JsonFile};
use crate::descriptor::{Command, CommandTrait};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "uploadFlowJson",
    display: "Upload Flow JSON",
    description: "Replaces the JSON of a Flow that is a draft.",
    traits: &[CommandTrait::Idempotent],
    request: &[FLOW_ID, FLOW_JSON.required()],
    response: &[STATUS, CODE, ERROR, VALIDATION_ERRORS, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/assets", members.text("flowId"));
    let json = members.json("flowJson").unwrap_or_default().to_owned();
    let name = ("name", "flow.json");
    let file = JsonFile {
        fields: &[name, ("asset_type", "FLOW_JSON")],
        name: name.1,
        json,
    };
    Ok(Call::post_file(path, file, Evidence::Success).idempotent())
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("validationErrors", "/validation_errors")])
}
