//! Whether the button components of a template message fit the template's buttons.

use serde_json::Value;

use crate::graph_error::GraphError;
use crate::node::{Check, Node};
use crate::template::{list_of, text_of, variables};

/// A kind of button: in the template, in the message, and as Meta's errors call it.
struct Kind {
    approved: &'static str,
    sent: &'static [&'static str],
    title: &'static str,
}

const KINDS: [Kind; 11] = [
    kind("QUICK_REPLY", &["quick_reply"], "QuickReply"),
    kind("URL", &["url"], "Url"),
    // One-time passwords are buttons with an address inside.
    kind("OTP", &["url", "copy_code"], "Url"),
    kind("COPY_CODE", &["copy_code"], "CopyCode"),
    kind("FLOW", &["flow"], "Flow"),
    kind("CATALOG", &["catalog"], "Catalog"),
    kind("MPM", &["mpm"], "MultiProduct"),
    kind("ORDER_DETAILS", &["order_details"], "OrderDetails"),
    kind("VOICE_CALL", &["voice_call"], "VoiceCall"),
    kind("PHONE_NUMBER", &[], "PhoneNumber"),
    kind("REQUEST_CONTACT_INFO", &[], "RequestContactInfo"),
];

const fn kind(approved: &'static str, sent: &'static [&'static str], title: &'static str) -> Kind {
    Kind {
        approved,
        sent,
        title,
    }
}

pub(super) fn check(sent: &[Node<'_>], approved: Option<&Value>) -> Check {
    let approved = approved.map_or(&[][..], |buttons| list_of(buttons, "buttons"));
    let mut given: Vec<usize> = Vec::new();
    for component in sent {
        if !component
            .required("type")?
            .string()?
            .eq_ignore_ascii_case("button")
        {
            continue;
        }
        let index = component.required("index")?.index()?;
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let button = approved.get(index);
        fits(component, index, button)?;
        if given.contains(&index) {
            return Err(unfit(&format!("There are two buttons with index {index}")));
        }
        given.push(index);
    }
    for (index, button) in approved.iter().enumerate() {
        if !given.contains(&index) && needs_parameter(button) {
            let title = kind_of(button).map_or("", |kind| kind.title);
            return Err(missing(index, title));
        }
    }
    Ok(())
}

fn fits(component: &Node<'_>, index: usize, button: Option<&Value>) -> Check {
    let sub_type = component
        .required("sub_type")?
        .string()?
        .to_ascii_lowercase();
    let Some(kind) = button.and_then(kind_of) else {
        return Err(unfit(&format!(
            "The template has no button at index {index}"
        )));
    };
    if !kind.sent.contains(&sub_type.as_str()) {
        return Err(unfit(&format!(
            "Button at index {index} must be of type {}",
            kind.title
        )));
    }
    let parameters = component.get("parameters");
    let count = parameters.map_or(Ok(0), |list| list.items(0, 100).map(|it| it.len()))?;
    let needs = button.is_some_and(needs_parameter);
    if needs && count == 0 {
        return Err(missing(index, kind.title));
    }
    if count > 0 && kind.approved == "URL" && !needs {
        return Err(unfit(&format!(
            "Button at index {index} of type Url has a fixed address and takes no parameter"
        )));
    }
    Ok(())
}

fn kind_of(button: &Value) -> Option<&'static Kind> {
    let approved = text_of(button, "type");
    KINDS
        .iter()
        .find(|kind| kind.approved.eq_ignore_ascii_case(approved))
}

fn needs_parameter(button: &Value) -> bool {
    match kind_of(button).map(|kind| kind.approved) {
        Some("URL") => !variables(text_of(button, "url")).is_empty(),
        Some("OTP" | "COPY_CODE" | "MPM" | "ORDER_DETAILS") => true,
        _ => false,
    }
}

fn missing(index: usize, title: &str) -> GraphError {
    GraphError::of_code(131_008).details(format!(
        "buttons: Button at index {index} of type {title} requires a parameter"
    ))
}

fn unfit(details: &str) -> GraphError {
    GraphError::of_code(132_018).details(format!("buttons: {details}"))
}
