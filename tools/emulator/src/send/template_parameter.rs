//! One parameter of a template's component.

use super::{location, media};
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// The kinds of parameter, and in which components each may stand.
const KINDS: [&str; 14] = [
    "text",
    "currency",
    "date_time",
    "image",
    "video",
    "document",
    "location",
    "product",
    "payload",
    "coupon_code",
    "action",
    "limited_time_offer",
    "gif",
    "tap_target_configuration",
];

/// Checks a parameter of a component of this kind.
pub(crate) fn check(parameter: &Node<'_>, component: &str) -> Check {
    let kind = parameter.required("type")?.word_of_any_case(&KINDS)?;
    let allowed: &[&str] = match component {
        "header" => &[
            "text", "image", "video", "document", "location", "product", "gif",
        ],
        "body" => &["text", "currency", "date_time"],
        "button" => &["text", "payload", "coupon_code", "action"],
        "tap_target_configuration" => &["tap_target_configuration"],
        _ => &["limited_time_offer"],
    };
    if !allowed.contains(&kind) {
        return Err(GraphError::of_code(132_012)
            .details(format!("A {component} takes no parameter of type {kind}")));
    }
    parameter.only(&["type", "parameter_name", kind])?;
    parameter.optional_text("parameter_name", 1, 512)?;
    let value = object_of(parameter, component, kind)?;
    match kind {
        "text" => text(&value, component),
        "currency" => currency(&value),
        "date_time" => date_time(&value),
        "image" | "video" | "document" | "gif" => media(&value, kind),
        "location" => {
            value.has_all(&["longitude", "latitude"])?;
            location::check(&value)
        }
        "product" => {
            value.only(&["product_retailer_id", "catalog_id"])?;
            value
                .required("product_retailer_id")?
                .text(1, 256)
                .map(drop)
        }
        "payload" => value.text(1, 256).map(drop),
        "coupon_code" => value.text(1, 20).map(drop),
        "limited_time_offer" => {
            value.only(&["expiration_time_ms"])?;
            value.required("expiration_time_ms")?.index().map(drop)
        }
        "tap_target_configuration" => tap_target(&value),
        _ => value.object().map(drop),
    }
}

/// What the parameter is about. Meta tells one that is absent from a text that is there and empty,
/// except in a button.
fn object_of<'a>(parameter: &Node<'a>, component: &str, kind: &str) -> Check<Node<'a>> {
    let mandatory =
        format!("Parameter '{kind}' is mandatory for component parameter type '{kind}'");
    if component == "button" {
        let refusal = || GraphError::invalid(format!("button: {mandatory} and cannot be empty"));
        return parameter.filled(kind).ok_or_else(refusal);
    }
    let value = parameter
        .get(kind)
        .ok_or_else(|| GraphError::invalid(mandatory))?;
    if kind == "text" && value.value().as_str() == Some("") {
        return Err(GraphError::missing(
            "Parameter of type text is missing text value",
        ));
    }
    Ok(value)
}

fn media(value: &Node<'_>, kind: &str) -> Check {
    value.object()?;
    if value.filled("id").is_none() && value.filled("link").is_none() {
        return Err(GraphError::of_code(132_018).details(media::NO_SOURCE));
    }
    media::check_header(value, kind)
}

/// One address under a title of its own, where a tap on the picture leads.
fn tap_target(value: &Node<'_>) -> Check {
    for target in value.items(1, 1)? {
        target.only(&["url", "title"])?;
        target.required("title")?.text(1, 60)?;
        target.required("url")?.web_address()?;
    }
    Ok(())
}

/// A button's text may be any scalar (Meta's own sample sends Booleans).
fn text(value: &Node<'_>, component: &str) -> Check {
    match component {
        "button" => value.scalar().map(drop),
        "header" => value.text(1, 60).map(drop),
        _ => value.text(1, 32_768).map(drop),
    }
}

fn date_time(value: &Node<'_>) -> Check {
    value.has_all(&["fallback_value"])?;
    value.required("fallback_value")?.text(1, 1024).map(drop)
}

fn currency(value: &Node<'_>) -> Check {
    value.only(&["fallback_value", "code", "amount_1000"])?;
    value.has_all(&["fallback_value", "code", "amount_1000"])?;
    value.required("fallback_value")?.text(1, 1024)?;
    value.required("code")?.text(3, 3)?;
    value.required("amount_1000")?.number().map(drop)
}
