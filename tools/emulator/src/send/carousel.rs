//! The cards of a carousel, in templates and in interactive messages.

use super::{interactive_action, interactive_parts, products};
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// Cards of a template: each has components of its own, which `check_component` checks; its second
/// argument says whether the component may be a carousel.
pub(super) fn template_cards(
    cards: &Node<'_>,
    check_component: fn(&Node<'_>, bool) -> Check,
) -> Check {
    for (position, card) in cards.items(1, 10)?.iter().enumerate() {
        card.only(&["card_index", "components"])?;
        in_order(card, position)?;
        for component in card.required("components")?.items(0, 10)? {
            check_component(&component, false)?;
        }
    }
    Ok(())
}

/// Cards of an interactive message: each a small message with a header and one action, all of one
/// kind and with as many buttons.
pub(super) fn interactive_cards(action: &Node<'_>) -> Check {
    action.only(&["cards"])?;
    let mut kinds = Vec::new();
    for (position, card) in action.required("cards")?.items(2, 10)?.iter().enumerate() {
        card.only(&["card_index", "type", "header", "body", "action"])?;
        card.has_all(&["type"])?;
        in_order(card, position)?;
        kinds.push(interactive_card(card)?);
    }
    for pair in kinds.windows(2) {
        match pair {
            [(one, ..), (other, ..)] if one != other => {
                return Err(GraphError::value("All cards must be of the same type"));
            }
            [(_, one), (_, other)] if one != other => {
                return Err(GraphError::value(
                    "All cards must have the same number of buttons",
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Checks a card; returns what its buttons are, and how many. A card with quick replies has the
/// type of one with a link, too (Meta: interactive media carousel messages).
fn interactive_card(card: &Node<'_>) -> Check<(&'static str, usize)> {
    let kind = card.required("type")?.word(&["cta_url", "product"])?;
    let action = card.required("action")?;
    let header = if kind == "product" {
        card.get("header")
    } else {
        Some(card.required("header")?)
    };
    if let Some(header) = header {
        interactive_parts::header(&header, &["image", "video"])?;
    }
    interactive_parts::text(card, "body", (160, false))?;
    match (kind, action.get("buttons")) {
        ("product", _) => products::one(&action).map(|()| ("product", 1)),
        (_, None) => interactive_action::call_to_action(&action).map(|()| ("cta_url", 1)),
        (_, Some(buttons)) => {
            interactive_action::reply_buttons(&action, "quick_reply")?;
            Ok(("quick_reply", buttons.items(0, usize::MAX)?.len()))
        }
    }
}

fn in_order(card: &Node<'_>, position: usize) -> Check {
    let index = card.required("card_index")?.index()?;
    if usize::try_from(index) == Ok(position) {
        return Ok(());
    }
    Err(GraphError::value(format!(
        "Param {}['card_index'] must be {position}",
        card.path()
    )))
}
