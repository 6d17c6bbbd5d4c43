//! deleteTemplate: a template in all its languages, or in one.

use super::call;
use super::request::NODE_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::{Item, Members, Rule};

pub(super) const COMMAND: Command = Command {
    name: "deleteTemplate",
    display: "Delete a Template",
    description: "Deletes a template; its name is free again after 30 days.",
    request: &[
        Field::string(
            "templateName",
            "Template Name",
            "The name of the template; templateIds stands in its place.",
        )
        .length(1, 512),
        Field::string(
            "templateId",
            "Template id",
            "The id of the one to delete, where the others of the name stay.",
        )
        .length(1, 256)
        .pattern(&NODE_ID),
        Field::array(
            "templateIds",
            "Template ids",
            "1 to 100 ids of templates to delete at once, in place of templateName.",
        )
        .items(
            1,
            100,
            &Field::text_item()
                .length(1, 256)
                .most_may_change()
                .pattern(&NODE_ID),
        ),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    rules: &[
        Rule::One(&["templateName", "templateIds"]),
        Rule::Needs("templateId", "templateName"),
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let text = |name| members.maybe_text(name).map(str::to_owned);
    let ids = members.list("templateIds").iter().filter_map(Item::text);
    // Meta's list of ids is JSON in the query.
    let ids = members
        .has("templateIds")
        .then(|| ids.collect::<serde_json::Value>().to_string());
    let path = call::of_account(properties, "message_templates")?;
    Ok(Call::delete(path, Evidence::Success)
        .maybe_query("hsm_id", text("templateId"))
        .maybe_query("name", text("templateName"))
        .maybe_query("hsm_ids", ids))
}
