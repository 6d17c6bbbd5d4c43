//! deleteTemplate: a template in all its languages, or in one.

use super::call;
use super::request;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::members::Members;
use crate::properties::Properties;

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
        .length(1, 256),
        Field::array(
            "templateIds",
            "Template ids",
            "1 to 100 ids of templates to delete at once, in place of templateName.",
        ),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &mut Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let name = members.optional_text("templateName", 1..=512)?;
    let id = request::optional_node_id(members, "templateId")?;
    let ids = ids(members)?;
    match (&name, &id, &ids) {
        (Some(_), _, None) | (None, None, Some(_)) => {}
        _ => {
            return Err(Error::invalid_request(
                "give the request member \"templateName\" (and templateId, where others of the name stay), \
                 or \"templateIds\" alone",
            ));
        }
    }
    let path = call::of_account(properties, "message_templates")?;
    Ok(Call::delete(path, Evidence::Success)
        .maybe_query("hsm_id", id)
        .maybe_query("name", name.map(Into::into))
        .maybe_query("hsm_ids", ids))
}

/// Meta's list of ids, as JSON.
fn ids(members: &mut Members<'_>) -> Result<Option<String>, Error> {
    let Some(elements) = members.optional_list("templateIds", 1..=100)? else {
        return Ok(None);
    };
    let mut ids = Vec::new();
    for element in elements {
        let id = element.text_within(256)?;
        request::check_node_id(&element.place(), &id)?;
        ids.push(id.into_owned());
    }
    Ok(Some(serde_json::Value::from(ids).to_string()))
}
