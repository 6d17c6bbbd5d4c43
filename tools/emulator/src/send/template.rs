//! `template` messages: which template, in which language, with which components.

use super::{carousel, template_parameter};
use crate::config::Template;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// The components that a template message may fill in.
const COMPONENTS: [&str; 5] = ["header", "body", "button", "limited_time_offer", "carousel"];

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

/// Checks the object and that such a template exists.
pub(crate) fn check(template: &Node<'_>, known: &[Template]) -> Check {
    template.only(&["name", "language", "components", "namespace"])?;
    let name = template.required("name")?.text(1, 512)?;
    let language = template.required("language")?;
    language.only(&["code", "policy"])?;
    let code = language.required("code")?.text(2, 16)?;
    if let Some(policy) = language.get("policy") {
        policy.word(&["deterministic"])?;
    }
    let mut given = 0;
    if let Some(components) = template.get("components") {
        for each in components.items(0, 50)? {
            given += component(&each, true)?;
        }
    }
    let template = known
        .iter()
        .find(|known| known.name == name && known.language == code);
    let Some(template) = template else {
        return Err(GraphError::of_code(132_001)
            .details(format!("template name ({name}) does not exist in {code}")));
    };
    if template.body_parameters == given {
        return Ok(());
    }
    Err(GraphError::of_code(132_000).details(format!(
        "body: number of localizable_params ({given}) does not match the expected number of \
         params ({})",
        template.body_parameters
    )))
}

/// Checks one component; returns how many body parameters it brings.
pub(crate) fn component(component: &Node<'_>, outermost: bool) -> Check<usize> {
    let kind = word_of_any_case(&component.required("type")?, &COMPONENTS)?;
    match kind {
        "carousel" if outermost => {
            component.only(&["type", "cards"])?;
            carousel::template_cards(&component.required("cards")?)?;
            return Ok(0);
        }
        "carousel" => return Err(GraphError::value("A card cannot hold a carousel")),
        "button" => {
            component.only(&["type", "sub_type", "index", "parameters"])?;
            word_of_any_case(&component.required("sub_type")?, &BUTTONS)?;
            component.required("index")?.index()?;
        }
        _ => drop(component.only(&["type", "parameters"])?),
    }
    let Some(parameters) = component.get("parameters") else {
        return Ok(0);
    };
    let parameters = parameters.items(0, 100)?;
    parameters
        .iter()
        .try_for_each(|each| template_parameter::check(each, kind))?;
    Ok(if kind == "body" { parameters.len() } else { 0 })
}

/// Graph takes these words in upper and in lower case.
pub(super) fn word_of_any_case(node: &Node<'_>, words: &[&'static str]) -> Check<&'static str> {
    let text = node.string()?;
    let word = words
        .iter()
        .find(|word| word.eq_ignore_ascii_case(text))
        .copied();
    word.ok_or_else(|| {
        GraphError::invalid(format!(
            "Param {} must be one of {{{}}} - got \"{text}\"",
            node.path(),
            words.join(", ")
        ))
    })
}
