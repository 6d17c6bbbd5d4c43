//! createTemplate: a new template, which Meta reviews (D/templates/template-management).

use serde_json::Value;

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::template;
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
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
            "Meta's components: type, format, text, buttons, example and so on. A header with an image, a \
             video or a document has an example with header_handle, the handle of a sample that was \
             uploaded with Meta's Resumable Upload API.",
        ),
        Field::string(
            "parameterFormat",
            "Parameter format",
            "POSITIONAL or NAMED.",
        )
        .length(1, 64)
        .default("POSITIONAL"),
        Field::integer(
            "timeToLiveSeconds",
            "Time to live",
            "Seconds after which a message that could not be delivered is dropped: 30 to 900 for \
             AUTHENTICATION, 30 to 43200 for UTILITY, 43200 to 2592000 for MARKETING.",
        )
        .value(30, 2_592_000),
        Field::string(
            "libraryTemplateName",
            "Library template",
            "The name of a template of Meta's library, in place of components.",
        )
        .length(1, 512),
        Field::array(
            "libraryTemplateButtonInputs",
            "Library buttons",
            "What the library template's buttons are filled with: Meta's objects.",
        ),
        Field::object(
            "libraryTemplateBodyInputs",
            "Library body",
            "What the library template's body is filled with: Meta's object.",
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
    let library = members.optional_text("libraryTemplateName", 1..=512)?;
    let components = template::own_components(members)?;
    if library.is_some() == components.is_some() {
        return Err(Error::invalid_request(format!(
            "give one of {} and \"libraryTemplateName\"",
            members.place("components")
        )));
    }
    let format = members.optional_word("parameterFormat", &["POSITIONAL", "NAMED"])?;
    let time_to_live = members.optional_integer("timeToLiveSeconds", 30..=2_592_000)?;
    let body = ObjectText::new()
        .text("name", &name)
        .text("language", &language)
        .text("category", &category)
        .maybe_text("parameter_format", format)
        .maybe_raw(
            "message_send_ttl_seconds",
            time_to_live.map(|seconds| seconds.to_string()).as_deref(),
        )
        .maybe_text("library_template_name", library)
        .maybe_raw(
            "library_template_button_inputs",
            members.json("libraryTemplateButtonInputs")?,
        )
        .maybe_raw(
            "library_template_body_inputs",
            members.optional_json_object("libraryTemplateBodyInputs")?,
        )
        .maybe_raw("components", components);
    members.optional_list("libraryTemplateButtonInputs", 0..=10)?;
    let path = call::of_account(properties, "message_templates")?;
    Ok(Call::post(path, body, Evidence::Id("id")))
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
