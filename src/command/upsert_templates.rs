//! upsertTemplates: an authentication template in several languages, created or changed
//! (D/templates/authentication-templates).

use serde_json::Value;

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::template;
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::{Members, Words};

pub(super) const COMMAND: Command = Command {
    name: "upsertTemplates",
    display: "Create or Update Templates",
    description: "Creates an authentication template in several languages, or changes those that exist.",
    traits: &[CommandTrait::Idempotent],
    request: &[Field::string("templateName", "Template Name", "Its name in every language.").required().length(1, 512),
 Field::array("languageCodes", "Language Codes", "Its languages, such as en_US.").required().items(1, 100, &Field::text_item().length(2, 16).most_may_change()).passed_on(),
 Field::string("category", "Category", "AUTHENTICATION.").length(1, 64).words(&Words::known(&["AUTHENTICATION"])).default("AUTHENTICATION"),
 Field::array("components", "Components", "Meta's components without texts, which Meta writes: BODY, FOOTER and BUTTONS with one OTP button.").required().items(1, 50, &Field::object_item(&template::OWN_COMPONENT)).passed_on(),
 template::TIME_TO_LIVE],
    response: &[STATUS, CODE, ERROR, Field::array("templates", "", "Meta's objects with id, language and status, one for each language."), DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let time_to_live = members.integer("timeToLiveSeconds");
    let time_to_live = time_to_live.map(|seconds| seconds.to_string());
    let body = ObjectText::new()
        .text("name", members.text("templateName"))
        .maybe_raw("languages", members.json("languageCodes"))
        .text("category", members.text("category"))
        .maybe_raw("message_send_ttl_seconds", time_to_live.as_deref())
        .maybe_raw("components", members.json("components"));
    let path = call::of_account(properties, "upsert_message_templates")?;
    Ok(Call::post(path, body, Evidence::List("data")).idempotent())
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("templates", "/data")])
}
