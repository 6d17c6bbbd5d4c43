//! One parameter of a template's component.

use super::{location, media};
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// The kinds of parameter, and in which components each may stand.
const KINDS: [&str; 13] = [
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
        _ => &["limited_time_offer"],
    };
    if !allowed.contains(&kind) {
        return Err(GraphError::of_code(132_012)
            .details(format!("A {component} takes no parameter of type {kind}")));
    }
    parameter.only(&["type", "parameter_name", kind])?;
    parameter.optional_text("parameter_name", 1, 512)?;
    let value = parameter.required(kind)?;
    match kind {
        "text" => text(&value, component),
        "currency" => currency(&value),
        "date_time" => value.required("fallback_value")?.text(1, 1024).map(drop),
        "image" | "video" | "document" | "gif" => media::check_header(&value, kind),
        "location" => location::check(&value),
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
        _ => value.object().map(drop),
    }
}

/// A button's text may be any scalar (Meta's own sample sends Booleans).
fn text(value: &Node<'_>, component: &str) -> Check {
    match component {
        "button" => value.scalar().map(drop),
        "header" => value.text(1, 60).map(drop),
        _ => value.text(1, 32_768).map(drop),
    }
}

fn currency(value: &Node<'_>) -> Check {
    value.only(&["fallback_value", "code", "amount_1000"])?;
    value.required("fallback_value")?.text(1, 1024)?;
    value.required("code")?.text(3, 3)?;
    value.required("amount_1000")?.number().map(drop)
}
