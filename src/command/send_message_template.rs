//! sendMessageTemplate: an approved template with all that it takes (D/templates, OpenAPI v23.0).

use serde_json::Value;

use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE, Held};
use super::template;
use super::{Context, Execution, call, paging};
use crate::cloud_api::{Call, Content, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;

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
        .length(1, 64),
        Field::array(
            "parameters",
            "Parameters",
            "What the body's variables are filled with: texts in their order, or objects with name and \
             text, or Meta's parameter objects (type text, currency, date_time).",
        ),
        Field::object(
            "header",
            "Header",
            "What the header is filled with: type text with text (and name); image, video or document \
             with one of mediaId, link and file (and filename); location with latitude, longitude, name \
             and address.",
        ),
        Field::array(
            "buttons",
            "Buttons",
            "What the buttons are filled with: objects with index (from 0), type and its member: \
             quickReply with payload, url with text, copyCode with code, flow with flowToken and data, \
             catalog with thumbnailProductId.",
        ),
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
        .length(1, 15),
        Field::array(
            "components",
            "Components",
            "Meta's components as they are, carousels among them, in place of parameters, header, \
             buttons, offerExpiresAtMs and oneTimePassword.",
        ),
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
        .length(1, 64),
        Field::boolean(
            "messageActivitySharing",
            "Activity sharing",
            "With marketing: whether Meta may use the message's activity to improve delivery.",
        ),
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
    response: EXTENSION_RESPONSE,
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run_after(json, context, read, preflight)
}

/// Compares what the message fills in with the approved template, if that is asked for.
fn preflight(
    members: &mut Members<'_>,
    content: &Content,
    context: &Context<'_, '_>,
) -> Result<(), Held> {
    if members.optional_flag("preflight").map_err(Held::Refused)? != Some(true) {
        return Ok(());
    }
    let path = call::of_account(context.properties, "message_templates").map_err(Held::Refused)?;
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
    Err(Held::Refused(Error::invalid_request(format!(
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
) -> Result<Option<Value>, Held> {
    let mut after = None;
    loop {
        let call = Call::get(path.to_owned(), Evidence::List("data")).query("name", name);
        let call = call.query("limit", "100").maybe_query("after", after);
        let reply = context.client.call(&call, &context.scope());
        if reply.failure().is_some() {
            return Err(Held::Failed(Box::new(reply)));
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

fn read(members: &mut Members<'_>, files: &mut Files) -> Result<Content, Error> {
    members.optional_flag("preflight")?;
    let name = members.required_text("templateName", 1..=512)?;
    let code = members.required_text("languageCode", 2..=16)?;
    let policy = members.optional_word("languagePolicy", &["deterministic"])?;
    let language = ObjectText::new()
        .text("code", &code)
        .maybe_text("policy", policy);
    let object = ObjectText::new()
        .text("name", &name)
        .object("language", language)
        .maybe_raw(
            "components",
            template::components(members, files)?.as_deref(),
        );
    marketing(members, Content::new("template", object)?)
}

/// The way through the marketing messages API, and the members that only it takes.
fn marketing(members: &mut Members<'_>, content: Content) -> Result<Content, Error> {
    let marketing = members.optional_flag("marketing")?.unwrap_or(false);
    let policy = members.optional_word("productPolicy", &["CLOUD_API_FALLBACK", "STRICT"])?;
    let policy = policy.map(|policy| format!("\"{policy}\""));
    let sharing = members.optional_flag("messageActivitySharing")?;
    if !marketing && (policy.is_some() || sharing.is_some()) {
        let name = if policy.is_some() {
            "productPolicy"
        } else {
            "messageActivitySharing"
        };
        return Err(Error::invalid_request(format!(
            "{} is for the marketing messages API; give \"marketing\": true as well",
            members.place(name)
        )));
    }
    let mut content = if marketing {
        content.through_marketing_api()
    } else {
        content
    };
    if let Some(policy) = policy {
        content = content.with("product_policy", &policy)?;
    }
    if let Some(sharing) = sharing {
        content = content.with("message_activity_sharing", &sharing.to_string())?;
    }
    Ok(content)
}
