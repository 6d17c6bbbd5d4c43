//! createTemplate: a new template, which Meta reviews (D/templates/template-management).

use serde_json::Value;

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::template;
use super::{Context, Execution};
use crate::cloud_api::Call;
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;
use crate::properties::Properties;

pub(super) const COMMAND: Command = Command {
    name: "createTemplate",
    display: "Create a Template",
    description: "Creates a template; Meta reviews it before it can be sent.",
    request: &[
        Field::string(
            "templateName",
            "Template Name",
            "Its name: small letters, digits and underscores.",
        )
        .required()
        .length(1, 512),
        Field::string(
            "languageCode",
            "Language Code",
            "Its language, such as en_US.",
        )
        .required()
        .length(2, 16),
        Field::string(
            "category",
            "Category",
            "MARKETING, UTILITY or AUTHENTICATION.",
        )
        .required()
        .length(1, 64),
        Field::array(
            "components",
            "Components",
            "Meta's components: type, format, text, buttons, example and so on.",
        )
        .required(),
        Field::string(
            "parameterFormat",
            "Parameter format",
            "POSITIONAL or NAMED.",
        )
        .length(1, 64)
        .default("POSITIONAL"),
        Field::boolean(
            "allowCategoryChange",
            "Category may change",
            "Whether Meta may put it into another category instead of refusing it.",
        ),
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string("templateId", "", "The id of the new template."),
        Field::string("templateStatus", "", "PENDING, APPROVED or REJECTED."),
        Field::string("category", "", "The category that Meta put it into."),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &mut Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let name = members.required_text("templateName", 1..=512)?;
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    members.limit(name.chars().all(is_name), || {
        format!(
            "{} must be small letters, digits and underscores",
            members.place("templateName")
        )
    })?;
    let language = members.required_text("languageCode", 2..=16)?;
    let category = members.required_text("category", 1..=64)?;
    let components = template::own_components(members, true)?.unwrap_or_default();
    let format = members.optional_word("parameterFormat", &["POSITIONAL", "NAMED"])?;
    let body = ObjectText::new()
        .text("name", &name)
        .text("language", &language)
        .text("category", &category)
        .maybe_text("parameter_format", format)
        .maybe_flag(
            "allow_category_change",
            members.optional_flag("allowCategoryChange")?,
        )
        .raw("components", components);
    Ok(Call::post(
        call::of_account(properties, "message_templates")?,
        body,
    ))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(
        answer,
        &[
            ("templateId", "/id"),
            ("templateStatus", "/status"),
            ("category", "/category"),
        ],
    )
}
