//! The `action` of an interactive message, by kind.

use std::collections::HashSet;

use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// Checks the action of an interactive message of this kind.
pub(crate) fn check(action: &Node<'_>, kind: &str) -> Check {
    match kind {
        "button" => buttons(action),
        "list" => list(action),
        "cta_url" => call_to_action(action),
        "flow" => flow(action),
        "product" => {
            action.only(&["catalog_id", "product_retailer_id"])?;
            action.required("catalog_id")?.text(1, 256)?;
            action
                .required("product_retailer_id")?
                .text(1, 256)
                .map(drop)
        }
        "product_list" => products(action),
        "catalog_message" => named(action, "catalog_message", false),
        "location_request_message" => named(action, "send_location", false),
        "address_message" => named(action, "address_message", true),
        "call_permission_request" => named(action, "call_permission_request", false),
        "voice_call" => named(action, "voice_call", false),
        "request_contact_info" => named(action, "request_contact_info", false),
        "order_details" => named(action, "review_and_pay", true),
        _ => named(action, "review_order", true),
    }
}

/// An action that is its name and perhaps an object of parameters.
fn named(action: &Node<'_>, name: &'static str, parameters_needed: bool) -> Check {
    action.only(&["name", "parameters"])?;
    action.required("name")?.word(&[name])?;
    match action.get("parameters") {
        Some(parameters) => parameters.object().map(drop),
        None if parameters_needed => action.required("parameters").map(drop),
        None => Ok(()),
    }
}

fn buttons(action: &Node<'_>) -> Check {
    action.only(&["buttons"])?;
    let (mut ids, mut titles) = (HashSet::new(), HashSet::new());
    for button in action.required("buttons")?.items(1, 3)? {
        button.only(&["type", "reply"])?;
        button.required("type")?.word(&["reply"])?;
        let reply = button.required("reply")?;
        reply.only(&["id", "title"])?;
        let id = reply.required("id")?.text(1, 256)?;
        let title = reply.required("title")?.text(1, 20)?;
        if !ids.insert(id) || !titles.insert(title) {
            return Err(GraphError::value("Buttons must have unique ids and titles"));
        }
    }
    Ok(())
}

fn list(action: &Node<'_>) -> Check {
    action.only(&["button", "sections"])?;
    action.required("button")?.text(1, 20)?;
    let sections = action.required("sections")?.items(1, 10)?;
    let (mut ids, mut rows) = (HashSet::new(), 0);
    for section in &sections {
        section.only(&["title", "rows"])?;
        title(section, sections.len())?;
        for row in section.required("rows")?.items(1, 10)? {
            rows += 1;
            row.only(&["id", "title", "description"])?;
            row.required("title")?.text(1, 24)?;
            row.optional_text("description", 0, 72)?;
            if !ids.insert(row.required("id")?.text(1, 200)?) {
                return Err(GraphError::value("Rows must have unique ids"));
            }
        }
    }
    if rows > 10 {
        return Err(GraphError::value(format!(
            "A list has at most 10 rows, this one has {rows}"
        )));
    }
    Ok(())
}

/// Sections need titles as soon as there are two.
fn title(section: &Node<'_>, sections: usize) -> Check {
    if sections > 1 {
        section.required("title")?;
    }
    section.optional_text("title", 1, 24)
}

fn call_to_action(action: &Node<'_>) -> Check {
    action.only(&["name", "parameters"])?;
    action.required("name")?.word(&["cta_url"])?;
    let parameters = action.required("parameters")?;
    parameters.only(&["display_text", "url"])?;
    parameters.required("display_text")?.text(1, 20)?;
    parameters.required("url")?.web_address().map(drop)
}

fn flow(action: &Node<'_>) -> Check {
    named(action, "flow", true)?;
    let parameters = action.required("parameters")?;
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
    if let Some(kind) = parameters.get("flow_action") {
        kind.word(&["navigate", "data_exchange"])?;
    }
    match (parameters.get("flow_id"), parameters.get("flow_name")) {
        (Some(id), None) => id.scalar().map(drop),
        (None, Some(name)) => name.text(1, 256).map(drop),
        (Some(_), Some(_)) => Err(GraphError::value("A flow has either an id or a name")),
        (None, None) => Err(GraphError::missing(&format!(
            "{}.flow_id",
            parameters.path()
        ))),
    }
}

fn products(action: &Node<'_>) -> Check {
    action.only(&["catalog_id", "sections"])?;
    action.required("catalog_id")?.text(1, 256)?;
    let sections = action.required("sections")?.items(1, 10)?;
    let mut products = 0;
    for section in &sections {
        section.only(&["title", "product_items"])?;
        title(section, sections.len())?;
        for item in section.required("product_items")?.items(1, 30)? {
            products += 1;
            item.only(&["product_retailer_id"])?;
            item.required("product_retailer_id")?.text(1, 256)?;
        }
    }
    if products > 30 {
        return Err(GraphError::value(format!(
            "At most 30 products, here are {products}"
        )));
    }
    Ok(())
}
