//! `reaction` and `pin`: messages about another message.

use super::emoji;

use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// The message reacted to, and one emoji; an empty one takes the reaction back.
pub(crate) fn check(reaction: &Node<'_>) -> Check {
    reaction.only(&["message_id", "emoji"])?;
    reaction.required("message_id")?.text(1, 512)?;
    let emoji = reaction.present("emoji")?;
    if emoji.string()?.is_empty() || emoji::is_one_emoji(emoji.string()?) {
        return Ok(());
    }
    Err(GraphError::value(format!(
        "Param {} must be one emoji or empty",
        emoji.path()
    )))
}

/// Pinning exists in groups only.
pub(crate) fn check_pin(pin: &Node<'_>, group: bool) -> Check {
    if !group {
        return Err(GraphError::value(
            "A pin message can only be sent to a group",
        ));
    }
    pin.only(&["type", "message_id", "expiration_days"])?;
    pin.required("type")?.word(&["pin", "unpin"])?;
    pin.required("message_id")?.text(1, 512)?;
    pin.get("expiration_days")
        .map_or(Ok(()), |days| days.index().map(drop))
}
