//! The buttons of a template.

use crate::error::Error;
use crate::json::ObjectText;
use crate::members::{Element, Members, Unique};

/// The request's word for each kind of button, and Meta's.
const KINDS: [(&str, &str); 5] = [
    ("quickReply", "quick_reply"),
    ("url", "url"),
    ("copyCode", "copy_code"),
    ("flow", "flow"),
    ("catalog", "catalog"),
];

/// The components for all buttons of the request.
pub(super) fn all(elements: &[Element<'_>]) -> Result<Vec<ObjectText>, Error> {
    let mut places = Unique::default();
    let mut components = Vec::new();
    for element in elements {
        let mut button = element.object()?;
        let index = button.required_integer("index", 0..=9)?;
        places.add(&button.place("index"), &index.to_string())?;
        let word = button.required_text("type", 1..=64)?;
        let Some((_, kind)) = KINDS.iter().find(|(ours, _)| *ours == word) else {
            let words: Vec<&str> = KINDS.iter().map(|(ours, _)| *ours).collect();
            return Err(Error::invalid_request(format!(
                "{} must be one of: {}",
                button.place("type"),
                words.join(", ")
            )));
        };
        components.push(component(kind, index, parameter(&mut button, kind)?));
        button.finish()?;
    }
    Ok(components)
}

/// A button's component with its one parameter.
pub(super) fn component(kind: &str, index: u64, parameter: ObjectText) -> ObjectText {
    ObjectText::new()
        .text("type", "button")
        .text("sub_type", kind)
        .text("index", &index.to_string())
        .objects("parameters", [parameter])
}

fn parameter(button: &mut Members<'_>, kind: &str) -> Result<ObjectText, Error> {
    let text = |kind: &str, member: &str, value: &str| {
        ObjectText::new().text("type", kind).text(member, value)
    };
    let action = |action: ObjectText| {
        ObjectText::new()
            .text("type", "action")
            .object("action", action)
    };
    Ok(match kind {
        "quick_reply" => text(
            "payload",
            "payload",
            &button.required_text_within("payload", 256)?,
        ),
        "url" => text("text", "text", &button.required_text_within("text", 2000)?),
        "copy_code" => text(
            "coupon_code",
            "coupon_code",
            &button.required_text_within("code", 20)?,
        ),
        "flow" => {
            let token = button.optional_text_within("flowToken", 1024)?;
            let data = button.optional_json_object("data")?;
            action(
                ObjectText::new()
                    .maybe_text("flow_token", token)
                    .maybe_raw("flow_action_data", data),
            )
        }
        _ => {
            let thumbnail = button.optional_text("thumbnailProductId", 1..=256)?;
            action(ObjectText::new().maybe_text("thumbnail_product_retailer_id", thumbnail))
        }
    })
}
