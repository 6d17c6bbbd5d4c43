//! createFlow: a new Flow, empty, with its JSON or as a copy (D/flows/reference/flowsapi).

use serde_json::Value;

use super::call;
use super::flow::{self, CATEGORIES, ENDPOINT_URL, FLOW_JSON, FLOW_NAME, VALIDATION_ERRORS};
use super::request::NODE_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::{Members, Rule};

pub(super) const COMMAND: Command = Command {
    name: "createFlow",
    display: "Create a Flow",
    description: "Creates a Flow; it is a draft until it is published.",
    request: &[
        FLOW_NAME.required(),
        CATEGORIES.required(),
        Field::string(
            "cloneFlowId",
            "Copy of",
            "The id of the Flow that it is a copy of.",
        )
        .length(1, 256)
        .pattern(&NODE_ID),
        ENDPOINT_URL,
        FLOW_JSON,
        Field::boolean(
            "publish",
            "Publish",
            "Whether it is published at once; it then needs flowJson.",
        ),
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string("flowId", "", "The id of the new Flow."),
        VALIDATION_ERRORS,
        DETAILS,
    ],
    rules: &[
        Rule::NotBoth(&["cloneFlowId", "flowJson"]),
        Rule::Needs("publish", "flowJson"),
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = flow::described(members)
        .maybe_text("clone_flow_id", members.maybe_text("cloneFlowId"))
        .maybe_text("flow_json", members.json("flowJson"))
        .maybe_flag("publish", members.flag("publish"));
    let path = call::of_account(properties, "flows")?;
    Ok(Call::post(path, body, Evidence::Id("id")))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(
        answer,
        &[
            ("flowId", "/id"),
            ("validationErrors", "/validation_errors"),
        ],
    )
}
