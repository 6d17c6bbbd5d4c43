//! The cards of a carousel, in templates and in interactive messages.

use super::{interactive, interactive_action, products, template};
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// Cards of a template: components of their own.
pub(crate) fn template_cards(cards: &Node<'_>) -> Check {
    for (position, card) in cards.items(1, 10)?.iter().enumerate() {
        card.only(&["card_index", "components"])?;
        in_order(card, position)?;
        for component in card.required("components")?.items(0, 10)? {
            template::component(&component, false)?;
        }
    }
    Ok(())
}

/// Cards of an interactive message: each a small message with a header and one action, all of one
/// kind.
pub(super) fn interactive_cards(action: &Node<'_>) -> Check {
    action.only(&["cards"])?;
    let mut kinds = Vec::new();
    for (position, card) in action.required("cards")?.items(2, 10)?.iter().enumerate() {
        card.only(&["card_index", "type", "header", "body", "action"])?;
        in_order(card, position)?;
        kinds.push(interactive_card(card)?);
    }
    if kinds
        .windows(2)
        .all(|pair| matches!(pair, [one, other] if one == other))
    {
        return Ok(());
    }
    Err(GraphError::value("All cards must be of the same type"))
}

fn interactive_card(card: &Node<'_>) -> Check<&'static str> {
    let action = card.required("action")?;
    let kind = match card.get("type") {
        Some(kind) => kind.word(&["cta_url", "quick_reply", "button", "product"])?,
        None if action.get("buttons").is_some() => "quick_reply",
        None => "cta_url",
    };
    if let Some(header) = card.get("header") {
        interactive::header(&header, &["image", "video"])?;
    } else if kind != "product" {
        return Err(GraphError::missing(&format!("{}.header", card.path())));
    }
    interactive::text(card, "body", (160, false))?;
    match kind {
        "product" => products::one(&action)?,
        "cta_url" => interactive_action::call_to_action(&action)?,
        "button" => interactive_action::buttons(&action)?,
        _ => interactive_action::reply_buttons(&action, "quick_reply")?,
    }
    Ok(kind)
}

fn in_order(card: &Node<'_>, position: usize) -> Check {
    let index = card.required("card_index")?.index()?;
    if usize::try_from(index) == Ok(position) {
        return Ok(());
    }
    Err(GraphError::value(format!(
        "Param {}.card_index must be {position}",
        card.path()
    )))
}
