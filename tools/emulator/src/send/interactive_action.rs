//! The `action` of an interactive message, by kind.

use crate::graph_error::GraphError;
use crate::node::{Check, Node, distinct};

/// An action that is its name and perhaps an object of parameters, which is returned.
pub(super) fn named<'a>(action: &Node<'a>, name: &'static str) -> Check<Option<Node<'a>>> {
    action.only(&["name", "parameters"])?;
    action.required("name")?.word(&[name])?;
    let parameters = action.get("parameters");
    if let Some(parameters) = &parameters {
        parameters.object()?;
    }
    Ok(parameters)
}

/// The same with parameters that must be there.
pub(super) fn with_parameters<'a>(action: &Node<'a>, name: &'static str) -> Check<Node<'a>> {
    named(action, name)?;
    action.required("parameters")
}

pub(super) fn buttons(action: &Node<'_>) -> Check {
    reply_buttons(action, "reply")
}

/// Buttons whose answer comes back; `kind` is their type and the member that describes them.
pub(super) fn reply_buttons(action: &Node<'_>, kind: &'static str) -> Check {
    action.only(&["buttons"])?;
    let buttons = action.required("buttons")?.items(0, usize::MAX)?;
    if !(1..=3).contains(&buttons.len()) {
        return Err(GraphError::value(
            "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3",
        ));
    }
    let (mut ids, mut titles) = (Vec::new(), Vec::new());
    for button in buttons {
        button.only(&["type", kind])?;
        button.required("type")?.word(&[kind])?;
        let reply = button.required(kind)?;
        reply.only(&["id", "title"])?;
        ids.push(reply.required("id")?.labelled_text("Button id", 1, 256)?);
        let title = reply.required("title")?;
        titles.push(title.labelled_text("Button title", 1, 20)?);
    }
    distinct("id", "buttons", &ids)?;
    distinct("title", "buttons", &titles)
}

pub(super) fn list(action: &Node<'_>) -> Check {
    action.only(&["button", "sections"])?;
    let button = action.required("button")?;
    button.labelled_text("Button text", 1, 20)?;
    let sections = action.required("sections")?.items(1, 10)?;
    let mut ids = Vec::new();
    for section in &sections {
        section.only(&["title", "rows"])?;
        section_title(section, sections.len())?;
        for row in section.required("rows")?.items(1, usize::MAX)? {
            row.only(&["id", "title", "description"])?;
            row.required("title")?.short_text("Row title", 24)?;
            if let Some(description) = row.filled("description") {
                description.short_text("Row description", 72)?;
            }
            ids.push(row.required("id")?.short_text("Row id", 200)?);
        }
    }
    if ids.len() > 10 {
        return Err(GraphError::value(
            "Total row count exceed max allowed count: 10",
        ));
    }
    distinct("id", "rows", &ids)
}

/// Sections need titles as soon as there are two.
pub(super) fn section_title(section: &Node<'_>, sections: usize) -> Check {
    let title = section.filled("title");
    if sections > 1 && title.is_none() {
        return Err(GraphError::missing(format!(
            "Section title is required with more than one section: {}['title']",
            section.path()
        )));
    }
    title.map_or(Ok(()), |it| it.short_text("Section title", 24).map(drop))
}

pub(super) fn call_to_action(action: &Node<'_>) -> Check {
    let parameters = with_parameters(action, "cta_url")?;
    parameters.only(&["display_text", "url"])?;
    let text = parameters.required("display_text")?;
    text.labelled_text("Display text", 1, 20)?;
    parameters.required("url")?.web_address().map(drop)
}

pub(super) fn flow(action: &Node<'_>) -> Check {
    let parameters = with_parameters(action, "flow")?;
    parameters.only(&[
        "flow_message_version",
        "flow_id",
        "flow_name",
        "flow_cta",
        "flow_token",
        "mode",
        "flow_action",
        "flow_action_payload",
    ])?;
    parameters.required("flow_message_version")?.scalar()?;
    parameters.required("flow_cta")?.text(1, 30)?;
    parameters.optional_text("flow_token", 1, 1024)?;
    if let Some(mode) = parameters.get("mode") {
        mode.word(&["draft", "published"])?;
    }
    let kind = match parameters.get("flow_action") {
        Some(kind) => kind.word(&["navigate", "data_exchange"])?,
        None => "navigate",
    };
    if let Some(payload) = parameters.get("flow_action_payload") {
        payload.only(&["screen", "data"])?;
        if kind == "data_exchange" {
            return Err(GraphError::value(format!(
                "Param {} is for flow_action navigate only",
                payload.path()
            )));
        }
        payload.required("screen")?.text(1, 256)?;
        if let Some(data) = payload.get("data") {
            data.object()?;
        }
    }
    match (parameters.filled("flow_id"), parameters.filled("flow_name")) {
        (Some(id), None) => id.scalar().map(drop),
        (None, Some(name)) => name.text(1, 256).map(drop),
        (Some(_), Some(_)) => Err(GraphError::value("A flow has either an id or a name")),
        (None, None) => parameters.required("flow_id").map(drop),
    }
}

pub(super) fn location(action: &Node<'_>) -> Check {
    named(action, "send_location").map(drop)
}

pub(super) fn permission(action: &Node<'_>) -> Check {
    named(action, "call_permission_request").map(drop)
}

pub(super) fn contact_info(action: &Node<'_>) -> Check {
    named(action, "request_contact_info").map(drop)
}

pub(super) fn address(action: &Node<'_>) -> Check {
    let parameters = with_parameters(action, "address_message")?;
    parameters.only(&["country", "values", "saved_addresses", "validation_errors"])?;
    // The two countries that have address messages.
    parameters.required("country")?.word(&["IN", "SG"])?;
    for name in ["values", "validation_errors"] {
        if let Some(object) = parameters.get(name) {
            object.object()?;
        }
    }
    let Some(saved) = parameters.get("saved_addresses") else {
        return Ok(());
    };
    let mut ids = Vec::new();
    for address in saved.items(1, 100)? {
        address.only(&["id", "value"])?;
        ids.push(address.required("id")?.text(1, 256)?);
        address.required("value")?.object()?;
    }
    distinct("id", "saved_addresses", &ids)
}

pub(super) fn voice_call(action: &Node<'_>) -> Check {
    let Some(parameters) = named(action, "voice_call")? else {
        return Ok(());
    };
    parameters.only(&["display_text", "ttl_minutes", "payload"])?;
    if let Some(text) = parameters.filled("display_text") {
        text.labelled_text("Display text", 1, 20)?;
    }
    parameters.optional_text("payload", 1, 512)?;
    let Some(minutes) = parameters.get("ttl_minutes") else {
        return Ok(());
    };
    // Thirty days.
    if (1..=43_200).contains(&minutes.index()?) {
        return Ok(());
    }
    Err(GraphError::value(format!(
        "Param {} must be 1 to 43200",
        minutes.path()
    )))
}
