//! sendMessageTemplate: an approved template with all that it takes (D/templates, OpenAPI v23.0).

use serde_json::Value;

use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, BEYOND};
use super::template;
use super::unsent::Unsent;
use super::{Context, Execution, call, paging};
use crate::cloud_api::{Call, Content, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::{Members, Rule, Words};

pub(super) const COMMAND: Command = Command {
    name: "sendMessageTemplate",
    display: "Send a Template Message",
    description: "Sends an approved template with its parameters to the specified phone number.",
    traits: &[CommandTrait::Sends, CommandTrait::LongRunning],
    request: &[
        PHONE_NUMBER,
        Field::string("templateName", "Template Name", "The template's name.")
            .required()
            .length(1, 512),
        Field::string(
            "languageCode",
            "Language Code",
            "The template's language, such as en_US.",
        )
        .required()
        .length(2, 16),
        Field::string(
            "languagePolicy",
            "Language policy",
            "deterministic, the only one that Meta has.",
        )
        .length(1, 64)
        .words(&Words::known(&["deterministic"])),
        template::PARAMETERS,
        template::HEADER,
        template::BUTTONS,
        Field::integer(
            "offerExpiresAtMs",
            "Offer ends",
            "When a limited-time offer ends, in milliseconds since 1970.",
        )
        .value(0, i64::MAX),
        Field::string(
            "oneTimePassword",
            "One-time password",
            "The code of an authentication template: it fills the body and the first button.",
        )
        .length(1, 15)
        .most_may_change(),
        template::COMPONENTS,
        Field::boolean(
            "marketing",
            "Marketing API",
            "Whether it goes through Meta's marketing messages API.",
        ),
        Field::string(
            "productPolicy",
            "Product policy",
            "With marketing: CLOUD_API_FALLBACK or STRICT.",
        )
        .length(1, 64)
        .words(&Words::known(&["CLOUD_API_FALLBACK", "STRICT"])),
        Field::boolean(
            "messageActivitySharing",
            "Activity sharing",
            "With marketing: whether Meta may use the message's activity to improve delivery.",
        ),
        Field::object(
            "bidSpec",
            "Bid",
            "With marketing: per_message_bid_multiplier, a factor of the template's highest price.",
        )
        .passed_on(),
        Field::boolean(
            "preflight",
            "Pre-flight",
            "Whether the parameters are compared with the approved template first; needs the property \
             businessAccountId.",
        ),
        REPLY_TO,
        RECIPIENT_TYPE,
        CALLBACK_DATA,
    ],
    rules: &[
        RECIPIENT,
        template::PLAIN_OR_COMPONENTS,
        template::PASSWORD_ALONE,
        template::ONE_FORMAT,
        template::OWN_INDICES,
        Rule::NeedsTrue("productPolicy", "marketing"),
        Rule::NeedsTrue("messageActivitySharing", "marketing"),
        Rule::NeedsTrue("bidSpec", "marketing"),
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run_after(json, context, &COMMAND, read, preflight)
}

/// Compares what the message fills in with the approved template, if that is asked for.
fn preflight(
    members: &Members<'_>,
    content: &Content,
    context: &Context<'_, '_>,
) -> Result<(), Unsent> {
    if !members.is_set("preflight") {
        return Ok(());
    }
    let path =
        call::of_account(context.properties, "message_templates").map_err(Unsent::Refused)?;
    let message = content.to_value();
    let text = |pointer| {
        message
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let (name, language) = (text("/name"), text("/language/code"));
    let found = find(&path, name, language, context)?;
    let differences = match found {
        Some(template) => {
            let components = message.get("components").unwrap_or(&Value::Null);
            template::differences(components, &template)
        }
        None => vec![format!("there is no template {name:?} in {language:?}")],
    };
    if differences.is_empty() {
        return Ok(());
    }
    Err(Unsent::Refused(Error::invalid_request(format!(
        "the template {name:?} does not fit: {}",
        differences.join("; ")
    ))))
}

/// The template of this name in this language, from as many pages as there are: Meta finds every name
/// that contains this one.
fn find(
    path: &str,
    name: &str,
    language: &str,
    context: &Context<'_, '_>,
) -> Result<Option<Value>, Unsent> {
    let mut after = None;
    loop {
        let call = Call::get(path.to_owned(), Evidence::List("data")).query("name", name);
        let call = call.query("limit", "100").maybe_query("after", after);
        let reply = context.client.call(&call, &context.call_context());
        if reply.failure().is_some() {
            return Err(Unsent::Failed(Box::new(reply)));
        }
        let mut answer = reply.json.unwrap_or_default();
        let templates = answer.get_mut("data").and_then(Value::as_array_mut);
        let found = templates
            .into_iter()
            .flatten()
            .filter(|each| each["name"] == name && each["language"] == language)
            .map(Value::take)
            .next();
        after = paging::next(&answer).map(str::to_owned);
        if found.is_some() || after.is_none() {
            return Ok(found);
        }
    }
}

fn read(members: &Members<'_>, files: &mut Files) -> Content {
    let language = ObjectText::new()
        .text("code", members.text("languageCode"))
        .maybe_text("policy", members.maybe_text("languagePolicy"));
    let components = template::components(members, files);
    let object = ObjectText::new()
        .text("name", members.text("templateName"))
        .object("language", language)
        .maybe_raw("components", components.as_deref());
    let content = Content::new("template", object);
    if !members.is_set("marketing") {
        return content;
    }
    // Only the marketing messages API takes these members.
    let mut content = content.through_marketing_api();
    if let Some(policy) = members.maybe_text("productPolicy") {
        content = content.with("product_policy", &Value::from(policy).to_string());
    }
    if let Some(sharing) = members.flag("messageActivitySharing") {
        content = content.with("message_activity_sharing", &sharing.to_string());
    }
    if let Some(bid) = members.json("bidSpec") {
        content = content.with("bid_spec", bid);
    }
    content
}
