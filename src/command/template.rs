//! What a template message is filled with: Meta's components, made from the request's plain members or
//! taken as they are.

mod button;
mod meta;
mod preflight;

use super::interactive::header_media_of;
use super::media_file::Files;
use crate::error::Error;
use crate::json::{ObjectText, array};
use crate::members::{Element, Members};

pub(super) use preflight::differences;

/// The members that `components` stands in place of.
const PLAIN: [&str; 5] = [
    "parameters",
    "header",
    "buttons",
    "offerExpiresAtMs",
    "oneTimePassword",
];

/// Meta's `components` as JSON; nothing for a template that takes nothing.
pub(super) fn components(
    members: &mut Members<'_>,
    files: &mut Files,
) -> Result<Option<String>, Error> {
    let given = members.json("components")?.map(str::to_owned);
    let plain = PLAIN.iter().find(|name| members.has(name));
    if let (Some(_), Some(plain)) = (&given, plain) {
        return Err(exclude(members, "components", plain));
    }
    for component in members
        .optional_list("components", 0..=50)?
        .unwrap_or_default()
    {
        meta::check(component.object()?, true)?;
    }
    let made = made(members, files)?;
    Ok(given.or((!made.is_empty()).then(|| array(made.into_iter().map(ObjectText::end)))))
}

/// The components that the plain members make.
fn made(members: &mut Members<'_>, files: &mut Files) -> Result<Vec<ObjectText>, Error> {
    let mut components = Vec::new();
    if let Some(header) = members.optional_object("header")? {
        components.push(component("header", [header_parameter(header, files)?]));
    }
    if let Some(parameters) = members.optional_list("parameters", 0..=1024)? {
        components.push(component("body", body_parameters(&parameters)?));
    }
    if let Some(end) = members.optional_integer("offerExpiresAtMs", 0..=u64::MAX >> 1)? {
        let offer = ObjectText::new().raw("expiration_time_ms", &end.to_string());
        let parameter = ObjectText::new()
            .text("type", "limited_time_offer")
            .object("limited_time_offer", offer);
        components.push(component("limited_time_offer", [parameter]));
    }
    let buttons = members
        .optional_list("buttons", 0..=10)?
        .unwrap_or_default();
    components.extend(button::all(&buttons)?);
    if let Some(code) = members.optional_text_within("oneTimePassword", 15)? {
        if !components.is_empty() {
            return Err(Error::invalid_request(format!(
                "{} fills the whole template; give no parameters, header or buttons beside it",
                members.place("oneTimePassword")
            )));
        }
        components.push(component("body", [text_parameter(None, &code)]));
        components.push(button::component("url", 0, text_parameter(None, &code)));
    }
    Ok(components)
}

/// Meta's components of a template itself, as they are.
pub(super) fn own_components<'a>(members: &mut Members<'a>) -> Result<Option<&'a str>, Error> {
    let json = members.json("components")?;
    let components = members
        .optional_list("components", 1..=50)?
        .unwrap_or_default();
    for component in components {
        let mut component = component.object()?;
        let kind = component.required_text("type", 1..=64)?;
        let format = component
            .optional_text("format", 1..=64)?
            .unwrap_or_default();
        let is_media = ["IMAGE", "VIDEO", "DOCUMENT"]
            .iter()
            .any(|media| format.eq_ignore_ascii_case(media));
        if kind.eq_ignore_ascii_case("header") && is_media {
            let example = component.optional_object("example")?;
            let handle = example.is_some_and(|example| example.has("header_handle"));
            component.limit(handle, || {
                format!(
                    "{} is missing; Meta reviews a header of media by a sample: its handle is what the \
                     Resumable Upload API answers",
                    component.place("example.header_handle")
                )
            })?;
        }
    }
    Ok(json)
}

fn exclude(members: &Members<'_>, one: &str, other: &str) -> Error {
    Error::invalid_request(format!(
        "{} and \"{other}\" exclude each other; give one",
        members.place(one)
    ))
}

fn component(kind: &str, parameters: impl IntoIterator<Item = ObjectText>) -> ObjectText {
    ObjectText::new()
        .text("type", kind)
        .objects("parameters", parameters)
}

fn text_parameter(name: Option<&str>, text: &str) -> ObjectText {
    ObjectText::new()
        .text("type", "text")
        .maybe_text("parameter_name", name)
        .text("text", text)
}

fn body_parameters(elements: &[Element<'_>]) -> Result<Vec<ObjectText>, Error> {
    let mut parameters = Vec::new();
    let mut first_is_named = None;
    for element in elements {
        let (parameter, named) = body_parameter(element)?;
        // Meta fills a template by position or by name, never by both (template's parameter_format).
        if *first_is_named.get_or_insert(named) != named {
            return Err(Error::invalid_request(format!(
                "{}: parameters with and without a name are mixed; a template takes one or the other",
                element.place()
            )));
        }
        parameters.push(parameter);
    }
    Ok(parameters)
}

/// One parameter, and whether it has a name.
fn body_parameter(element: &Element<'_>) -> Result<(ObjectText, bool), Error> {
    if element.is_text() {
        return Ok((text_parameter(None, &element.text_within(32_768)?), false));
    }
    let mut members = element.object()?;
    if members.has("type") {
        let named = members.has("parameter_name");
        meta::check_parameter(members, "body")?;
        return Ok((ObjectText::of_json(element.json()?), named));
    }
    let name = members.optional_text("name", 1..=512)?;
    let text = members.required_text_within("text", 32_768)?;
    members.finish()?;
    let named = name.is_some();
    Ok((text_parameter(name.as_deref(), &text), named))
}

fn header_parameter(mut header: Members<'_>, files: &mut Files) -> Result<ObjectText, Error> {
    let kind = header.required_text("type", 1..=64)?;
    match kind.as_ref() {
        "text" => {
            let name = header.optional_text("name", 1..=512)?;
            let text = header.required_text_within("text", 60)?;
            header.finish()?;
            Ok(text_parameter(name.as_deref(), &text))
        }
        "location" => {
            let location = super::send_message_location::location(&mut header)?;
            header.finish()?;
            Ok(ObjectText::new()
                .text("type", "location")
                .object("location", location))
        }
        _ => header_media_of(&kind, header, files, true),
    }
}
