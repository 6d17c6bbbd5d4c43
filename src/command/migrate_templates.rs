//! migrateTemplates: templates of another account of the same business (D/templates/template-migration).

use serde_json::Value;

use super::call;
use super::request::NODE_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::template::moved;
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "migrateTemplates",
    display: "Migrate Templates",
    description: "Copies approved templates of another account of the business into the account.",
    request: &[
        Field::string(
            "sourceAccountId",
            "Source",
            "The id of the WhatsApp Business Account that has the templates.",
        )
        .required()
        .length(1, 256)
        .pattern(&NODE_ID),
        Field::integer(
            "page",
            "Page",
            "Which 500 of its templates, from 0; the first ones if absent.",
        )
        .value(0, 10_000),
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array("migratedTemplates", "", "The ids of the new templates."),
        moved::FAILED,
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let page = members.integer("page").map(|page| page.to_string());
    let path = call::of_account(properties, "migrate_message_templates")?;
    let done = Evidence::Any(&[
        Evidence::List("migrated_templates"),
        Evidence::List("failed_templates"),
        Evidence::Object("failed_templates"),
    ]);
    Ok(Call::post(path, ObjectText::new(), done)
        .query("source_waba_id", members.text("sourceAccountId"))
        .maybe_query("page_number", page))
}

fn take(answer: &Value) -> call::Taken {
    let mut members = call::pick(answer, &[("migratedTemplates", "/migrated_templates")]);
    members.extend(moved::failed(answer));
    members
}
