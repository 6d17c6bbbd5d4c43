//! updateTemplate: other contents or another category for a template (D/templates/template-management).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use super::{request, template};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;
use crate::properties::Properties;

pub(super) const COMMAND: Command = Command {
    name: "updateTemplate",
    display: "Update a Template",
    description: "Changes a template; an approved one is reviewed again.",
    traits: &[CommandTrait::Idempotent],
    request: &[
        Field::string("templateId", "Template id", "The id of the template.")
            .required()
            .length(1, 256),
        Field::string(
            "category",
            "Category",
            "The new category: MARKETING, UTILITY or AUTHENTICATION.",
        )
        .length(1, 64),
        Field::array(
            "components",
            "Components",
            "All of Meta's components, in place of those it has.",
        ),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &mut Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let id = request::node_id(members, "templateId")?;
    let category = members.optional_text("category", 1..=64)?;
    let components = template::own_components(members)?;
    if category.is_none() && components.is_none() {
        return Err(Error::invalid_request(
            "request members \"category\" and \"components\" are both absent; give what is to change",
        ));
    }
    let body = ObjectText::new()
        .maybe_text("category", category)
        .maybe_raw("components", components);
    Ok(Call::post(id, body, Evidence::Success).repeatable())
}
