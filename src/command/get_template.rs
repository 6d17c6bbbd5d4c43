//! getTemplate: one template by its id.

use serde_json::Value;

use super::call;
use super::request::NODE_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "getTemplate",
    display: "Get a Template",
    description: "Gets one template.",
    traits: &[CommandTrait::Idempotent],
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
        Field::object(
            "template",
            "",
            "Meta's object with id, name, language, status, category, parameter_format and components.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let id = members.text("templateId").to_owned();
    Ok(Call::get(id, Evidence::Id("id")))
}

fn take(answer: &Value) -> call::Taken {
    vec![("template", answer.to_string())]
}
