//! listLibraryTemplates: templates that Meta has written and reviewed, page by page
//! (D/templates/template-library).

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
    name: "listLibraryTemplates",
    display: "List Library Templates",
    description: "Lists templates of Meta's library, which createTemplate takes as libraryTemplateName.",
    traits: &[CommandTrait::Idempotent],
    request: &[
        Field::string(
            "search",
            "Search",
            "Only templates that have this in their name or text.",
        )
        .length(1, 512),
        Field::string(
            "topic",
            "Topic",
            "Only templates of this topic, such as ORDER_MANAGEMENT.",
        )
        .length(1, 64),
        Field::string(
            "useCase",
            "Use case",
            "Only templates of this use case, such as SHIPMENT_CONFIRMATION.",
        )
        .length(1, 64),
        Field::string(
            "industry",
            "Industry",
            "Only templates of this industry, such as E_COMMERCE.",
        )
        .length(1, 64),
        Field::string(
            "languageCode",
            "Language Code",
            "Only templates in this language.",
        )
        .length(2, 16),
        Field::string(
            "libraryTemplateName",
            "Library template",
            "Only the template of this name.",
        )
        .length(1, 512),
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
            "Meta's objects with name, language, category, topic, usecase, industry, header, body, body_params, body_param_types and buttons.",
        ),
        paging::NEXT,
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let path = "message_template_library".to_owned();
    let mut call = Call::get(path, Evidence::List("data"));
    for (member, parameter) in [
        ("search", "search"),
        ("topic", "topic"),
        ("useCase", "usecase"),
        ("industry", "industry"),
        ("languageCode", "language"),
        ("libraryTemplateName", "name"),
    ] {
        call = call.maybe_query(parameter, members.maybe_text(member).map(str::to_owned));
    }
    Ok(paging::pages(members, call))
}

fn take(answer: &Value) -> call::Taken {
    paging::page("templates", answer)
}
