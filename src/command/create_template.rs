//! createTemplate: a new template, which Meta reviews (D/templates/template-management).

use serde_json::Value;

use super::call;
use super::handle;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::template::{self, sample};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::pattern;
use crate::properties::Properties;
use crate::rows::{Members, Pattern, Rule, Words};

pub(super) const COMMAND: Command = Command {
    name: "createTemplate",
    display: "Create a Template",
    description: "Creates a template; Meta reviews it before it can be sent.",
    traits: &[CommandTrait::LongRunning],
    request: &[
        Field::string(
            "templateName",
            "Template Name",
            "Its name: small letters, digits and underscores.",
        )
        .required()
        .length(1, 512)
        .pattern(&NAME),
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
             video or a document has an example with header_handle, the handle of a sample (uploadFile), or \
             with file, the path of one that is uploaded first.",
        )
        .items(1, 50, &Field::object_item(&template::OWN_COMPONENT))
        .passed_on(),
        Field::string(
            "parameterFormat",
            "Parameter format",
            "POSITIONAL or NAMED.",
        )
        .length(1, 64)
        .words(&Words::known(&["POSITIONAL", "NAMED"]))
        .default("POSITIONAL"),
        template::TIME_TO_LIVE,
        Field::object(
            "optimizationSpec",
            "Highest price",
            "Of a template for marketing, with bid_amount and bid_strategy: Meta's object.",
        )
        .passed_on(),
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
        )
        .count(0, 10)
        .passed_on(),
        Field::object(
            "libraryTemplateBodyInputs",
            "Library body",
            "What the library template's body is filled with: Meta's object.",
        )
        .passed_on(),
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
    rules: &[Rule::One(&["components", "libraryTemplateName"])],
    ..Command::EXTENSION
};

const NAME: Pattern = pattern!(
    "^[a-z0-9_]*$",
    "must be lower-case letters, digits and underscores"
)
.that_may_change();

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    handle::run(json, context, &COMMAND, sample::files, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties, handles: &[String]) -> Result<Call, Error> {
    let time_to_live = members
        .integer("timeToLiveSeconds")
        .map(|seconds| seconds.to_string());
    let body = ObjectText::new()
        .text("name", members.text("templateName"))
        .text("language", members.text("languageCode"))
        .text("category", members.text("category"))
        .maybe_text("parameter_format", members.maybe_text("parameterFormat"))
        .maybe_raw("message_send_ttl_seconds", time_to_live.as_deref())
        .maybe_raw("optimization_spec", members.json("optimizationSpec"))
        .maybe_text(
            "library_template_name",
            members.maybe_text("libraryTemplateName"),
        )
        .maybe_raw(
            "library_template_button_inputs",
            members.json("libraryTemplateButtonInputs"),
        )
        .maybe_raw(
            "library_template_body_inputs",
            members.json("libraryTemplateBodyInputs"),
        )
        .maybe_raw(
            "components",
            sample::components(members, handles).as_deref(),
        );
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
