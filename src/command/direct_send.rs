//! Direct Send: a message of a category that needs no template, because Meta makes one of it
//! (D/direct-send, read 2026-07-31: text, reply buttons and a link; in beta).

use crate::cloud_api::Content;
use crate::descriptor::Field;
use crate::json::ObjectText;
use crate::rows::{Members, Rule, Words};

/// What makes a message one of Direct Send.
pub(super) const CATEGORY: Field = Field::string(
    "category",
    "Category",
    "utility or authentication: the message is sent with Direct Send, at any time and without a template.",
)
.length(1, 64)
.words(&Words::known(&["utility", "authentication"]));
/// The template that Meta makes of it.
pub(super) const TEMPLATE_NAME: Field = Field::string(
    "templateName",
    "Template Name",
    "With category: the name of the template that Meta makes of the message; a generated one if absent.",
)
.length(1, 512);
/// How long it is tried.
pub(super) const TIME_TO_LIVE: Field = Field::integer(
    "timeToLiveSeconds",
    "Time to live",
    "With category: seconds after which a message that could not be delivered is dropped, at most 43200 for \
     utility and 900 for authentication.",
)
.value(30, 43_200);

/// The name belongs to a category.
pub(super) const NAME_NEEDS_CATEGORY: Rule = Rule::Needs("templateName", "category");
/// The time belongs to a category.
pub(super) const TIME_NEEDS_CATEGORY: Rule = Rule::Needs("timeToLiveSeconds", "category");

/// The message, with what the request says of Direct Send.
pub(super) fn with(members: &Members<'_>, mut content: Content) -> Content {
    let Some(category) = members.json("category") else {
        return content;
    };
    content = content.with("category", category);
    if let Some(seconds) = members.integer("timeToLiveSeconds") {
        content = content.with("ttl_seconds", &seconds.to_string());
    }
    match members.maybe_text("templateName") {
        Some(name) => {
            let config = ObjectText::new().text("template_name", name).end();
            content.with("direct_send_config", &config)
        }
        None => content,
    }
}
