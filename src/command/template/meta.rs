//! Meta's own components, looked through before they are sent as they are.

use crate::error::Error;
use crate::members::Members;

const COMPONENTS: [&str; 5] = ["header", "body", "button", "limited_time_offer", "carousel"];
const MOST_CARDS: usize = 10;

/// Checks one component; a card's component holds no cards of its own.
pub(super) fn check(mut component: Members<'_>, outermost: bool) -> Result<(), Error> {
    let kind = component
        .required_text("type", 1..=64)?
        .to_ascii_lowercase();
    let known = COMPONENTS.contains(&kind.as_str()) && (outermost || kind != "carousel");
    component.limit(known, || {
        format!(
            "{} must be one of: {}",
            component.place("type"),
            COMPONENTS.join(", ")
        )
    })?;
    if kind == "button" {
        component.required_text("sub_type", 1..=64)?;
        component.required_integer("index", 0..=9)?;
    }
    for parameter in component
        .optional_list("parameters", 0..=1024)?
        .unwrap_or_default()
    {
        check_parameter(parameter.object()?, &kind)?;
    }
    if kind == "carousel" {
        for card in component.required_list("cards", 1..=MOST_CARDS)? {
            let mut card = card.object()?;
            card.required_integer("card_index", 0..=9)?;
            for inner in card
                .optional_list("components", 0..=10)?
                .unwrap_or_default()
            {
                check(inner.object()?, false)?;
            }
        }
    }
    Ok(())
}

/// Checks one parameter of a component of this kind.
pub(super) fn check_parameter(mut parameter: Members<'_>, component: &str) -> Result<(), Error> {
    let kind = parameter
        .required_text("type", 1..=64)?
        .to_ascii_lowercase();
    parameter.optional_text("parameter_name", 1..=512)?;
    match (kind.as_str(), component) {
        // Meta's own examples have booleans as a button's text.
        ("text", "button") => {}
        ("text", "header") => drop(parameter.required_text_within("text", 60)?),
        ("text", _) => drop(parameter.required_text_within("text", 32_768)?),
        ("payload", _) => drop(parameter.required_text_within("payload", 256)?),
        ("coupon_code", _) => drop(parameter.required_text_within("coupon_code", 20)?),
        ("currency", _) => {
            let mut currency = parameter.required_object("currency")?;
            currency.required_text("fallback_value", 1..=1024)?;
            currency.required_text("code", 3..=3)?;
            currency.required_decimal("amount_1000", 1e15)?;
        }
        ("date_time", _) => {
            let mut moment = parameter.required_object("date_time")?;
            moment.required_text("fallback_value", 1..=1024)?;
        }
        _ => {}
    }
    Ok(())
}
