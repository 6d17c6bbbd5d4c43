//! Pre-flight: what a message fills in, compared with the approved template before anything is sent.

mod buttons;
mod component;

use std::collections::BTreeSet;

use serde_json::Value;

use component::{number, part, parts_of, variables_of};

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
    found.extend(parts(components, &template["components"], named));
    found.extend(offer(components, &template["components"]));
    found.extend(carousel(components, &template["components"], named));
    found
}

/// What a message and each card of a carousel have: a header, a body and buttons.
fn parts(given: &Value, wanted: &Value, named: bool) -> Vec<String> {
    let mut found = Vec::new();
    for kind in ["header", "body"] {
        let (given, wanted) = (part(given, kind), part(wanted, kind));
        match wanted.and_then(|wanted| wanted["format"].as_str()) {
            Some(format) if kind == "header" && format != "TEXT" => {
                found.extend(media(format, given));
            }
            _ => found.extend(variables(kind, wanted, given, named)),
        }
        found.extend(texts(kind, given));
    }
    found.extend(buttons::differences(given, wanted));
    found
}

/// A limited-time offer that ends needs to be told when.
fn offer(given: &Value, wanted: &Value) -> Option<String> {
    let wanted = part(wanted, "limited_time_offer")?;
    let ends = wanted.pointer("/limited_time_offer/has_expiration") == Some(&Value::Bool(true));
    let end = part(given, "limited_time_offer")
        .and_then(|given| given.pointer("/parameters/0/limited_time_offer/expiration_time_ms"));
    (ends && end.is_none())
        .then(|| "the limited-time offer lacks its end (offerExpiresAtMs)".to_owned())
}

/// The cards, one by one.
fn carousel(given: &Value, wanted: &Value, named: bool) -> Vec<String> {
    let cards = |components| part(components, "carousel").map(|part| &part["cards"]);
    let (given, wanted) = match (cards(given), cards(wanted)) {
        (None, None) => return Vec::new(),
        (None, Some(_)) => return vec!["the carousel's cards are missing".to_owned()],
        (Some(_), None) => return vec!["the template has no carousel".to_owned()],
        (Some(given), Some(wanted)) => (given, wanted),
    };
    let (has, needs) = (parts_of(given).count(), parts_of(wanted).count());
    if has != needs {
        return vec![format!(
            "the carousel has {has} cards; the template has {needs}"
        )];
    }
    let mut found = Vec::new();
    for (index, wanted) in parts_of(wanted).enumerate() {
        let is_it = |card: &&Value| number(&card["card_index"]) == Some(index);
        let Some(card) = parts_of(given).find(is_it) else {
            found.push(format!("the carousel lacks the card {index}"));
            continue;
        };
        let of_card = parts(&card["components"], &wanted["components"], named);
        found.extend(of_card.iter().map(|told| format!("card {index}: {told}")));
    }
    found
}

/// The most blanks that Meta takes in a row.
const MOST_BLANKS: usize = 4;

/// Parameters that Meta refuses for what is in them: it takes one line, without gaps.
fn texts(kind: &str, given: Option<&Value>) -> Vec<String> {
    let parameters = given.map_or(&Value::Null, |part| &part["parameters"]);
    let mut found = Vec::new();
    for (index, parameter) in parts_of(parameters).enumerate() {
        let name = parameter["parameter_name"].as_str();
        let name = name.map_or_else(|| (index + 1).to_string(), str::to_owned);
        let text = parameter["text"].as_str().unwrap_or_default();
        let gap = " ".repeat(MOST_BLANKS + 1);
        let what = if text.contains(['\n', '\r']) {
            "a line break"
        } else if text.contains('\t') {
            "a tab"
        } else if text.contains(&gap) {
            "more than four spaces in a row"
        } else {
            continue;
        };
        found.push(format!("the {kind}'s {{{{{name}}}}} has {what}"));
    }
    found
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
            let parameters = json!([{ "type": "text", "text": "x" }]);
            components.push(
                json!({ "type": "button", "sub_type": "url", "index": "0", "parameters": parameters }),
            );
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

    #[test]
    fn cards_offers_products_and_codes_are_compared() {
        let card = |text: &str| {
            json!({ "components": [
                { "type": "HEADER", "format": "IMAGE" },
                { "type": "BODY", "text": text },
                { "type": "BUTTONS", "buttons": [{ "type": "URL", "url": "https://e.com/{{1}}" }] },
            ]})
        };
        let template = json!({ "status": "APPROVED", "components": [
            { "type": "BODY", "text": "Hi" },
            { "type": "LIMITED_TIME_OFFER",
              "limited_time_offer": { "text": "Soon", "has_expiration": true } },
            { "type": "CAROUSEL", "cards": [card("One {{1}}"), card("Two")] },
        ]});
        assert_eq!(
            differences(&json!([]), &template).join("; "),
            "the limited-time offer lacks its end (offerExpiresAtMs); the carousel's cards are missing"
        );
        let header = json!({ "type": "header", "parameters": [{ "type": "image", "image": {} }] });
        let button = json!({ "type": "button", "sub_type": "url", "index": "0",
                             "parameters": [{ "type": "text", "text": "x" }] });
        let given = |cards: Value| {
            json!([
                { "type": "limited_time_offer", "parameters": [{ "type": "limited_time_offer",
                  "limited_time_offer": { "expiration_time_ms": 1 } }] },
                { "type": "carousel", "cards": cards },
            ])
        };
        let one = json!({ "card_index": 0, "components": [header, button,
            { "type": "body", "parameters": [{ "type": "text", "text": "a" }] }] });
        let two = json!({ "card_index": 1, "components": [header, button] });
        assert_eq!(
            differences(&given(json!([one, two])), &template),
            [] as [&str; 0]
        );
        for (cards, found) in [
            (json!([one]), "the carousel has 1 cards; the template has 2"),
            (
                json!([one, { "card_index": 1, "components": [header] }]),
                "card 1: the url button 0 lacks its parameter",
            ),
            (
                json!([two, { "card_index": 0, "components": [button] }]),
                "card 0: the header lacks its image; card 0: the body lacks {{1}}",
            ),
            (json!([one, one]), "the carousel lacks the card 1"),
        ] {
            assert_eq!(differences(&given(cards), &template).join("; "), found);
        }
        let of_buttons = |kind: &str| {
            json!({ "status": "APPROVED",
                "components": [{ "type": "BUTTONS", "buttons": [{ "type": kind }] }] })
        };
        let empty = json!([{ "type": "button", "sub_type": "mpm", "index": 0,
            "parameters": [{ "type": "action", "action": { "sections": [] } }] }]);
        for (components, kind, found) in [
            (json!([]), "MPM", "the mpm button 0 lacks its sections"),
            (empty, "MPM", "the mpm button 0 lacks its sections"),
            (json!([]), "OTP", "the otp button 0 lacks its parameter"),
            (
                json!([{ "type": "button", "sub_type": "url", "index": 0 }]),
                "OTP",
                "the otp button 0 lacks its parameter",
            ),
        ] {
            let told = differences(&components, &of_buttons(kind));
            assert_eq!(told.join("; "), found, "{kind}");
        }
    }

    #[test]
    fn a_parameter_is_one_line_without_gaps() {
        let template = json!({ "status": "APPROVED",
            "components": [{ "type": "BODY", "text": "{{1}}" }] });
        for (text, found) in [
            ("a b    c", ""),
            ("a\nb", "the body's {{1}} has a line break"),
            ("a\r", "the body's {{1}} has a line break"),
            ("a\tb", "the body's {{1}} has a tab"),
            (
                "a     b",
                "the body's {{1}} has more than four spaces in a row",
            ),
        ] {
            let given =
                json!([{ "type": "body", "parameters": [{ "type": "text", "text": text }] }]);
            assert_eq!(differences(&given, &template).join("; "), found, "{text:?}");
        }
    }
}
