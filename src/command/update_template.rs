//! updateTemplate: other contents or another category for a template (D/templates/template-management).

use super::call;
use super::handle;
use super::request::NODE_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::template::{self, sample};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::{Members, Rule};

pub(super) const COMMAND: Command = Command {
    name: "updateTemplate",
    display: "Update a Template",
    description: "Changes a template; an approved one is reviewed again.",
    traits: &[CommandTrait::Idempotent, CommandTrait::LongRunning],
    request: &[
        Field::string("templateId", "Template id", "The id of the template.")
            .required()
            .length(1, 256)
            .pattern(&NODE_ID),
        Field::string(
            "category",
            "Category",
            "The new category: MARKETING, UTILITY or AUTHENTICATION.",
        )
        .length(1, 64),
        Field::array(
            "components",
            "Components",
            "All of Meta's components, in place of those it has, as createTemplate takes them.",
        )
        .items(1, 50, &Field::object_item(&template::OWN_COMPONENT))
        .passed_on(),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    rules: &[Rule::Any(&["category", "components"])],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    handle::run(json, context, &COMMAND, sample::files, plan, call::nothing)
}

fn plan(
    members: &Members<'_>,
    _properties: &Properties,
    handles: &[String],
) -> Result<Call, Error> {
    let body = ObjectText::new()
        .maybe_text("category", members.maybe_text("category"))
        .maybe_raw(
            "components",
            sample::components(members, handles).as_deref(),
        );
    let id = members.text("templateId").to_owned();
    Ok(Call::post(id, body, Evidence::Success).idempotent())
}
