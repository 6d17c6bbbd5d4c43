//! Pre-flight of buttons.

use serde_json::Value;

use super::component::{is, number, part, parts_of, variables_of};

/// Buttons that need a parameter, and parameters without their button.
pub(super) fn differences(components: &Value, template: &Value) -> Vec<String> {
    let wanted: &[Value] = part(template, "buttons")
        .and_then(|part| part["buttons"].as_array())
        .map_or(&[], Vec::as_slice);
    let given: Vec<(Option<usize>, &Value)> = parts_of(components)
        .filter(|part| is(part, "type", "button"))
        .map(|part| (number(&part["index"]), part))
        .collect();
    let mut found = Vec::new();
    for (index, button) in wanted.iter().enumerate() {
        let given = given.iter().find(|(given, _)| *given == Some(index));
        let kind = button["type"]
            .as_str()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let filled = given.is_some_and(|(_, part)| is_filled(&kind, part));
        if needs_parameter(&kind, button) && !filled {
            let what = if kind == "mpm" {
                "sections"
            } else {
                "parameter"
            };
            found.push(format!("the {kind} button {index} lacks its {what}"));
        }
    }
    for (index, part) in &given {
        let given = part["sub_type"].as_str().unwrap_or_default();
        let button = index.and_then(|index| wanted.get(index));
        match (index, button.and_then(|button| button["type"].as_str())) {
            (Some(_), Some(kind)) if is_kind(given, kind) => {}
            (Some(index), Some(kind)) => found.push(format!(
                "the button {index} is of type {}, not {}",
                kind.to_ascii_lowercase(),
                given.to_ascii_lowercase()
            )),
            (Some(index), None) => found.push(format!("the template has no button {index}")),
            (None, _) => found.push("a button's index is no number".to_owned()),
        }
    }
    found
}

/// Whether Meta refuses the message without what fills this button.
fn needs_parameter(kind: &str, button: &Value) -> bool {
    let url = button["url"].as_str().unwrap_or_default();
    match kind {
        // A one-time password's button is told the code, also where it fills it in by itself.
        "copy_code" | "mpm" | "otp" => true,
        "url" => !variables_of(url).is_empty(),
        _ => false,
    }
}

/// Whether a message's button has its parameter.
fn is_filled(kind: &str, part: &Value) -> bool {
    let parameter = part.pointer("/parameters/0");
    if kind == "mpm" {
        let sections = parameter.and_then(|parameter| parameter.pointer("/action/sections"));
        return sections.is_some_and(|sections| parts_of(sections).next().is_some());
    }
    parameter.is_some()
}

/// A one-time password's button is a url button to whoever fills it in.
fn is_kind(given: &str, kind: &str) -> bool {
    given.eq_ignore_ascii_case(kind)
        || (given.eq_ignore_ascii_case("url") && kind.eq_ignore_ascii_case("otp"))
}
