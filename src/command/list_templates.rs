//! listTemplates: the account's templates, page by page (D/templates/template-management).

use serde_json::Value;

use super::call;
use super::paging;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "listTemplates",
    display: "List Templates",
    description: "Lists the account's templates.",
    traits: &[CommandTrait::Idempotent],
    request: &[
        Field::string(
            "templateName",
            "Template Name",
            "Only templates of this name.",
        )
        .length(1, 512),
        Field::string(
            "templateStatus",
            "Status",
            "Only templates of this status, such as APPROVED.",
        )
        .length(1, 64),
        Field::string(
            "category",
            "Category",
            "Only templates of this category: MARKETING, UTILITY or AUTHENTICATION.",
        )
        .length(1, 64),
        Field::string(
            "languageCode",
            "Language Code",
            "Only templates in this language.",
        )
        .length(2, 16),
        paging::LIMIT,
        paging::AFTER,
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array(
            "templates",
            "",
            "Meta's objects with id, name, language, status, category, parameter_format and components.",
        ),
        paging::NEXT,
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = call::of_account(properties, "message_templates")?;
    let mut call = Call::get(path, Evidence::List("data"));
    for (member, parameter) in [
        ("templateName", "name"),
        ("templateStatus", "status"),
        ("category", "category"),
        ("languageCode", "language"),
    ] {
        call = call.maybe_query(parameter, members.maybe_text(member).map(str::to_owned));
    }
    Ok(paging::pages(members, call))
}

fn take(answer: &Value) -> call::Taken {
    paging::page("templates", answer)
}
