//! unpauseTemplate: a template that Meta paused for its quality is sent again
//! (D/templates/template-pausing).

use serde_json::Value;

use super::call;
use super::request::NODE_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "unpauseTemplate",
    display: "Unpause a Template",
    description: "Ends the pause of a template, which Meta paused for its quality.",
    request: &[
        Field::string("templateId", "Template id", "The id of the template.")
            .required()
            .length(1, 256)
            .pattern(&NODE_ID),
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string("reason", "", "What Meta says of it, if anything."),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/unpause", members.text("templateId"));
    Ok(Call::post(path, ObjectText::new(), Evidence::Success))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("reason", "/reason")])
}
