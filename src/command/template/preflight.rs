//! Pre-flight: what a message fills in, compared with the approved template before anything is sent.

use std::collections::BTreeSet;

use serde_json::Value;

/// What does not fit; nothing if all does. `components` are the message's, `template` is Meta's object.
pub(crate) fn differences(components: &Value, template: &Value) -> Vec<String> {
    let named = template["parameter_format"] == "NAMED";
    let mut found = Vec::new();
    if let Some(status) = template["status"]
        .as_str()
        .filter(|status| *status != "APPROVED")
    {
        found.push(format!(
            "the template is {status}, and only an APPROVED one is sent"
        ));
    }
    for kind in ["header", "body"] {
        let wanted = parts(template).find(|part| is(part, "type", kind));
        let given = parts_of(components).find(|part| is(part, "type", kind));
        match wanted.and_then(|wanted| wanted["format"].as_str()) {
            Some(format) if kind == "header" && format != "TEXT" => {
                found.extend(media(format, given));
            }
            _ => found.extend(variables(kind, wanted, given, named)),
        }
    }
    found.extend(buttons(components, template));
    found
}

fn parts(template: &Value) -> impl Iterator<Item = &Value> {
    parts_of(template.get("components").unwrap_or(&Value::Null))
}

fn parts_of(components: &Value) -> impl Iterator<Item = &Value> {
    components.as_array().into_iter().flatten()
}

fn is(part: &Value, member: &str, word: &str) -> bool {
    part[member]
        .as_str()
        .is_some_and(|given| given.eq_ignore_ascii_case(word))
}

/// The variables of a template's text: what stands between double braces.
fn variables_of(text: &str) -> BTreeSet<String> {
    let ends = text
        .split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"));
    ends.map(|(name, _)| name.trim().to_owned()).collect()
}

fn variables(
    kind: &str,
    wanted: Option<&Value>,
    given: Option<&Value>,
    named: bool,
) -> Vec<String> {
    let text = wanted
        .and_then(|part| part["text"].as_str())
        .unwrap_or_default();
    let wanted = variables_of(text);
    let parameters = given.and_then(|part| part["parameters"].as_array());
    let parameters = parameters.into_iter().flatten();
    let given: Vec<String> = parameters
        .enumerate()
        .map(
            |(index, parameter)| match parameter["parameter_name"].as_str() {
                Some(name) => name.to_owned(),
                None => (index + 1).to_string(),
            },
        )
        .collect();
    let has_names = given.iter().any(|name| name.parse::<u32>().is_err());
    if !given.is_empty() && has_names != named {
        let how = if named { "by name" } else { "by position" };
        return vec![format!("the {kind}'s variables are filled {how}")];
    }
    let given: BTreeSet<String> = given.into_iter().collect();
    let list = |names: Vec<&String>| {
        names
            .iter()
            .map(|name| format!("{{{{{name}}}}}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut found = Vec::new();
    let missing: Vec<&String> = wanted.difference(&given).collect();
    if !missing.is_empty() {
        found.push(format!("the {kind} lacks {}", list(missing)));
    }
    let surplus: Vec<&String> = given.difference(&wanted).collect();
    if !surplus.is_empty() {
        found.push(format!("the {kind} has no {}", list(surplus)));
    }
    found
}

fn media(format: &str, given: Option<&Value>) -> Option<String> {
    let kind = format.to_ascii_lowercase();
    let parameter = given.and_then(|part| part.pointer("/parameters/0"));
    match parameter.and_then(|parameter| parameter["type"].as_str()) {
        Some(given) if given.eq_ignore_ascii_case(&kind) => None,
        Some(given) => Some(format!("the header is of type {kind}, not {given}")),
        None => Some(format!("the header lacks its {kind}")),
    }
}

/// Buttons that need a parameter, and parameters without their button.
fn buttons(components: &Value, template: &Value) -> Vec<String> {
    let wanted = parts(template).find(|part| is(part, "type", "buttons"));
    let wanted: &[Value] = wanted
        .and_then(|part| part["buttons"].as_array())
        .map_or(&[], Vec::as_slice);
    let index_of = |part: &Value| {
        let index = part.get("index")?;
        let digits = || index.as_str()?.parse().ok();
        index
            .as_u64()
            .or_else(digits)
            .and_then(|index| usize::try_from(index).ok())
    };
    let given: Vec<(Option<usize>, &Value)> = parts_of(components)
        .filter(|part| is(part, "type", "button"))
        .map(|part| (index_of(part), part))
        .collect();
    let mut found = Vec::new();
    for (index, button) in wanted.iter().enumerate() {
        let given = given.iter().any(|(given, _)| *given == Some(index));
        let url = button["url"].as_str().unwrap_or_default();
        let needed = is(button, "type", "copy_code")
            || (is(button, "type", "url") && !variables_of(url).is_empty());
        if needed && !given {
            let kind = button["type"]
                .as_str()
                .unwrap_or_default()
                .to_ascii_lowercase();
            found.push(format!("the {kind} button {index} lacks its parameter"));
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

/// A one-time password's button is a url button to whoever fills it in.
fn is_kind(given: &str, kind: &str) -> bool {
    given.eq_ignore_ascii_case(kind)
        || (given.eq_ignore_ascii_case("url") && kind.eq_ignore_ascii_case("otp"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(format: &str, body: &str) -> Value {
        json!({
            "status": "APPROVED", "parameter_format": format,
            "components": [
                { "type": "HEADER", "format": "IMAGE" },
                { "type": "BODY", "text": body },
                { "type": "BUTTONS", "buttons": [
                    { "type": "URL", "url": "https://example.com/{{1}}" },
                    { "type": "QUICK_REPLY" },
                ]},
            ],
        })
    }

    fn message(body: &Value, url: bool) -> Value {
        let mut components = vec![
            json!({ "type": "header", "parameters": [{ "type": "image", "image": {} }] }),
            json!({ "type": "body", "parameters": body }),
        ];
        if url {
            components.push(json!({ "type": "button", "sub_type": "url", "index": "0" }));
        }
        components.into()
    }

    #[test]
    fn what_fits_has_no_differences() {
        let positional = message(&json!([{ "text": "a" }, { "text": "b" }]), true);
        let template = template("POSITIONAL", "Hi {{1}}, {{2}} {{1}}");
        assert_eq!(differences(&positional, &template), [] as [&str; 0]);
    }

    #[test]
    fn missing_and_surplus_variables_are_named() {
        let positional = template("POSITIONAL", "Hi {{1}}, {{2}}");
        let named = template("NAMED", "Hi {{name}}, {{order}}");
        let cases = [
            (
                message(&json!([{ "text": "a" }]), true),
                &positional,
                "the body lacks {{2}}",
            ),
            (
                message(
                    &json!([{ "text": "a" }, { "text": "b" }, { "text": "c" }]),
                    true,
                ),
                &positional,
                "the body has no {{3}}",
            ),
            (
                message(
                    &json!([{ "parameter_name": "name" }, { "parameter_name": "x" }]),
                    true,
                ),
                &named,
                "the body lacks {{order}}; the body has no {{x}}",
            ),
            (
                message(&json!([{ "text": "a" }]), true),
                &named,
                "the body's variables are filled by name",
            ),
            (
                message(&json!([{ "text": "a" }, { "text": "b" }]), false),
                &positional,
                "the url button 0 lacks its parameter",
            ),
        ];
        for (message, template, found) in cases {
            assert_eq!(differences(&message, template).join("; "), found);
        }
    }

    #[test]
    fn headers_buttons_and_status_are_compared() {
        let mut template = template("POSITIONAL", "Hi");
        template["status"] = "PAUSED".into();
        let message = json!([
            { "type": "header", "parameters": [{ "type": "video" }] },
            { "type": "button", "sub_type": "url", "index": 1 },
            { "type": "button", "sub_type": "url", "index": 7 },
        ]);
        assert_eq!(
            differences(&message, &template).join("; "),
            "the template is PAUSED, and only an APPROVED one is sent; the header is of type image, not \
             video; the url button 0 lacks its parameter; the button 1 is of type quick_reply, not url; \
             the template has no button 7"
        );
        template["components"] = json!([{ "type": "HEADER", "format": "IMAGE" }]);
        template["status"] = "APPROVED".into();
        assert_eq!(
            differences(&json!([]), &template).join("; "),
            "the header lacks its image"
        );
    }
}
