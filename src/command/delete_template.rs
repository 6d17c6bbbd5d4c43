//! deleteTemplate: a template in all its languages, or in one.

use super::call;
use super::request;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::Call;
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::members::Members;
use crate::properties::Properties;

pub(super) const COMMAND: Command = Command {
    name: "deleteTemplate",
    display: "Delete a Template",
    description: "Deletes a template; its name is free again after 30 days.",
    request: &[
        Field::string("templateName", "Template Name", "The name of the template.")
            .required()
            .length(1, 512),
        Field::string(
            "templateId",
            "Template id",
            "The id of the one to delete, where the others of the name stay.",
        )
        .length(1, 256),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &mut Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let name = members.required_text("templateName", 1..=512)?.into_owned();
    let id = request::optional_node_id(members, "templateId")?;
    let path = call::of_account(properties, "message_templates")?;
    Ok(Call::delete(path)
        .maybe_query("hsm_id", id)
        .query("name", &name))
}
