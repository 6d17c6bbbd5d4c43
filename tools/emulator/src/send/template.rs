//! `template` messages: which template, in which language, with which components.

use super::{carousel, template_match, template_parameter};
use crate::graph_error::GraphError;
use crate::node::{Check, Node};
use crate::template::Template;

/// The components that a template message may fill in.
const COMPONENTS: [&str; 6] = [
    "header",
    "body",
    "button",
    "limited_time_offer",
    "carousel",
    "tap_target_configuration",
];

/// The kinds of button that take parameters.
const BUTTONS: [&str; 9] = [
    "quick_reply",
    "url",
    "copy_code",
    "flow",
    "catalog",
    "mpm",
    "order_details",
    "voice_call",
    "payment_request",
];

/// Checks the object, that such a template exists and can be sent, and that the two fit.
pub(crate) fn check<'a>(template: &Node<'_>, known: &'a [Template]) -> Check<&'a Template> {
    template.only(&["name", "language", "components", "namespace"])?;
    let name = template.required("name")?.text(1, 512)?;
    let language = template.required("language")?;
    language.only(&["code", "policy"])?;
    let code = language.required("code")?.text(2, 16)?;
    if let Some(policy) = language.get("policy") {
        policy.word(&["deterministic"])?;
    }
    let sent = match template.get("components") {
        Some(components) => components.items(0, 50)?,
        None => Vec::new(),
    };
    sent.iter().try_for_each(|each| component(each, true))?;
    let approved = sendable(name, code, known)?;
    template_match::check(&sent, &approved.components, approved.is_named())?;
    Ok(approved)
}

/// The template, if it exists and Meta sends it.
fn sendable<'a>(name: &str, code: &str, known: &'a [Template]) -> Check<&'a Template> {
    let mut known = known.iter();
    let found = known.find(|known| known.name == name && known.language == code);
    let status = found.map_or("", |template| template.status.as_str());
    match (found, status) {
        (Some(template), "APPROVED") => Ok(template),
        (_, "PAUSED") => {
            Err(GraphError::of_code(132_015)
                .details(format!("template {name} in {code} is paused")))
        }
        (_, "DISABLED") => {
            Err(GraphError::of_code(132_016)
                .details(format!("template {name} in {code} is disabled")))
        }
        _ => Err(GraphError::of_code(132_001)
            .details(format!("template name ({name}) does not exist in {code}"))),
    }
}

/// Checks one component by itself.
pub(crate) fn component(component: &Node<'_>, outermost: bool) -> Check {
    let kind = component.required("type")?.word_of_any_case(&COMPONENTS)?;
    match kind {
        "carousel" if outermost => {
            component.only(&["type", "cards"])?;
            return carousel::template_cards(&component.required("cards")?, self::component);
        }
        "carousel" => return Err(GraphError::value("A card cannot hold a carousel")),
        "button" => {
            component.only(&["type", "sub_type", "index", "parameters"])?;
            component.required("sub_type")?.word_of_any_case(&BUTTONS)?;
            component.required("index")?.index()?;
        }
        _ => drop(component.only(&["type", "parameters"])?),
    }
    let Some(parameters) = component.get("parameters") else {
        return Ok(());
    };
    let parameters = parameters.items(0, 100)?;
    parameters
        .iter()
        .try_for_each(|each| template_parameter::check(each, kind))
}
