//! Direct Send: a text or a message with buttons in a category of templates (Meta: Direct Send, 2026-07).

use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// What such a message has beside its content.
pub(super) const MEMBERS: [&str; 3] = ["category", "ttl_seconds", "direct_send_config"];

/// The category of the message, as its template has it; none of one that is sent as ever.
pub(super) fn check(root: &Node<'_>, kind: &str) -> Check<Option<String>> {
    let Some(category) = root.filled("category") else {
        let mut others = MEMBERS.iter().filter(|name| root.get(name).is_some());
        return match others.next() {
            Some(name) => Err(GraphError::parameter(&format!(
                "Unexpected key \"{name}\"."
            ))),
            None => Ok(None),
        };
    };
    let category = category.word_of_any_case(&["utility", "authentication"])?;
    let interactive = root.get("interactive").and_then(|it| it.get("type"));
    let type_of = interactive.as_ref().map_or(Ok(""), Node::string)?;
    if !matches!(
        (kind, type_of),
        ("text", _) | ("interactive", "button" | "cta_url")
    ) {
        return Err(GraphError::parameter(
            "Direct Send takes texts, reply buttons and links",
        ));
    }
    let most = if category == "utility" { 43_200 } else { 900 };
    if let Some(seconds) = root.get("ttl_seconds") {
        let seconds = seconds.index()?;
        if seconds < 30 {
            return Err(GraphError::parameter(
                "The time-to-live value must be higher than or equal to 30",
            ));
        }
        if seconds > most {
            return Err(GraphError::parameter(&format!(
                "The time-to-live value must be lower than or equal to {most}"
            )));
        }
    }
    if let Some(config) = root.get("direct_send_config") {
        config.only(&["template_name"])?;
        config.required("template_name")?.text(1, 512)?;
    }
    Ok(Some(category.to_ascii_uppercase()))
}
