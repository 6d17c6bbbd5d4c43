//! The cards of a carousel, in templates and in interactive messages.

use super::{interactive, interactive_action, template};
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

/// Cards of an interactive message: each a small message with a header and one action.
pub(crate) fn interactive_cards(action: &Node<'_>) -> Check {
    action.only(&["cards"])?;
    for (position, card) in action.required("cards")?.items(2, 10)?.iter().enumerate() {
        card.only(&["card_index", "type", "header", "body", "action"])?;
        in_order(card, position)?;
        let kind = match card.get("type") {
            Some(kind) => kind.word(&["cta_url", "button", "product"])?,
            None => "cta_url",
        };
        if let Some(header) = card.get("header") {
            interactive::header(&header, &["image", "video"])?;
        }
        if let Some(body) = card.get("body") {
            body.only(&["text"])?;
            body.required("text")?.text(1, 160)?;
        }
        interactive_action::check(&card.required("action")?, kind)?;
    }
    Ok(())
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
