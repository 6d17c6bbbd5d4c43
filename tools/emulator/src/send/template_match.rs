//! Whether the components of a template message fit the template that they are for.

use serde_json::Value;

use super::template_button;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};
use crate::template::{component, list_of, text_of, variables};

/// Compares what is sent with what was approved; the message's parts have been read before.
pub(super) fn check(sent: &[Node<'_>], approved: &[Value], named: bool) -> Check {
    header(sent, component(approved, "HEADER"), named)?;
    body(sent, component(approved, "BODY"), named)?;
    offer(sent, component(approved, "LIMITED_TIME_OFFER"))?;
    template_button::check(sent, component(approved, "BUTTONS"))?;
    carousel(sent, component(approved, "CAROUSEL"), named)
}

/// The parameters of the component of this type, if it was sent.
fn parameters<'a>(sent: &[Node<'a>], kind: &str) -> Check<Vec<Node<'a>>> {
    for component in sent {
        let given = component.required("type")?;
        if given.string()?.eq_ignore_ascii_case(kind) {
            return match component.get("parameters") {
                Some(parameters) => parameters.items(0, 100),
                None => Ok(Vec::new()),
            };
        }
    }
    Ok(Vec::new())
}

fn header(sent: &[Node<'_>], approved: Option<&Value>, named: bool) -> Check {
    let given = parameters(sent, "header")?;
    let format = approved.map_or("TEXT", |header| text_of(header, "format"));
    if format.eq_ignore_ascii_case("TEXT") {
        let text = approved.map_or("", |header| text_of(header, "text"));
        return texts(&given, text, named, "header");
    }
    let kind = match given.first() {
        Some(parameter) => parameter.required("type")?.string()?.to_ascii_uppercase(),
        None => "UNKNOWN".to_owned(),
    };
    if given.len() <= 1 && kind == format.to_ascii_uppercase() {
        return Ok(());
    }
    Err(GraphError::of_code(132_012).details(format!(
        "header: Format mismatch, expected {format}, received {kind}"
    )))
}

fn body(sent: &[Node<'_>], approved: Option<&Value>, named: bool) -> Check {
    let text = match approved {
        // The body of an authentication template is Meta's own, with the code in it.
        Some(body) if body.get("text").is_none() => "{{1}}",
        Some(body) => text_of(body, "text"),
        None => "",
    };
    let given = parameters(sent, "body")?;
    texts(&given, text, named, "body")?;
    let mut length = text.chars().count();
    for parameter in &given {
        if let Some(value) = parameter.get("text") {
            length += value.string()?.chars().count();
        }
    }
    if length > 32_768 {
        return Err(GraphError::of_code(132_005).details(format!(
            "body: the text with its parameters has {length} characters, the limit is 32768"
        )));
    }
    Ok(())
}

/// Parameters of a text: as many as it has variables, named as they are, on one line each.
fn texts(given: &[Node<'_>], text: &str, named: bool, place: &str) -> Check {
    let expected = variables(text);
    if named {
        let mut names = Vec::new();
        for parameter in given {
            let name = name(parameter, &expected, place)?;
            if names.contains(&name) {
                return Err(GraphError::of_code(132_012)
                    .details(format!("{place}: the parameter {name} is given twice")));
            }
            names.push(name);
        }
    }
    if given.len() != expected.len() {
        return Err(GraphError::of_code(132_000).details(format!(
            "{place}: number of localizable_params ({}) does not match the expected number of \
             params ({})",
            given.len(),
            expected.len()
        )));
    }
    given.iter().try_for_each(one_line)
}

fn name<'a>(parameter: &Node<'a>, expected: &[&str], place: &str) -> Check<&'a str> {
    let Some(name) = parameter.filled("parameter_name") else {
        return Err(GraphError::invalid("Parameter name is missing or empty"));
    };
    let name = name.string()?;
    if expected.contains(&name) {
        return Ok(name);
    }
    Err(GraphError::of_code(132_012).details(format!(
        "{place}: the template has no parameter with the name {name}"
    )))
}

fn one_line(parameter: &Node<'_>) -> Check {
    let Some(text) = parameter.get("text") else {
        return Ok(());
    };
    let text = text.string()?;
    if text.contains(['\n', '\t']) || text.contains("     ") {
        return Err(GraphError::of_code(132_018).details(
            "Param text cannot have new-line/tab characters or more than 4 consecutive spaces",
        ));
    }
    Ok(())
}

fn offer(sent: &[Node<'_>], approved: Option<&Value>) -> Check {
    let given = parameters(sent, "limited_time_offer")?;
    let expires = approved.is_some_and(|offer| {
        offer.pointer("/limited_time_offer/has_expiration") == Some(&Value::Bool(true))
    });
    match (given.is_empty(), expires) {
        (true, true) => Err(GraphError::of_code(131_008)
            .details("limited_time_offer: expiration_time_ms is required for this template")),
        (false, false) => Err(GraphError::of_code(132_018)
            .details("limited_time_offer: the template has no offer that expires")),
        _ => Ok(()),
    }
}

fn carousel(sent: &[Node<'_>], approved: Option<&Value>, named: bool) -> Check {
    let expected = approved.map_or(&[][..], |carousel| list_of(carousel, "cards"));
    let mut given = Vec::new();
    for component in sent {
        if let Some(cards) = component.get("cards") {
            given = cards.items(1, 10)?;
        }
    }
    if given.len() != expected.len() {
        return Err(GraphError::of_code(132_012).details(format!(
            "carousel: number of cards ({}) does not match the expected number of cards ({})",
            given.len(),
            expected.len()
        )));
    }
    for (card, approved) in given.iter().zip(expected) {
        let components = card.required("components")?.items(0, 10)?;
        check(&components, list_of(approved, "components"), named)?;
    }
    Ok(())
}
