//! Validation of a template that is submitted for review (Meta: templates, 2026).

use serde_json::{Map, Value, json};

use crate::Template;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};
use crate::template::variables;

pub(super) const CATEGORIES: [&str; 3] = ["AUTHENTICATION", "MARKETING", "UTILITY"];

const COMPONENTS: [&str; 7] = [
    "HEADER",
    "BODY",
    "FOOTER",
    "BUTTONS",
    "CAROUSEL",
    "LIMITED_TIME_OFFER",
    "CALL_PERMISSION_REQUEST",
];

const MEMBERS: [&str; 6] = [
    "name",
    "language",
    "category",
    "components",
    "parameter_format",
    "library_template_name",
];

/// Members that the template keeps as they are: their names, and whether each is an object.
const KEPT: [(&str, bool); 9] = [
    ("message_send_ttl_seconds", false),
    ("cta_url_link_tracking_opted_out", false),
    ("is_primary_device_delivery_only", false),
    ("sub_category", false),
    ("display_format", false),
    ("degrees_of_freedom_spec", true),
    ("bid_spec", true),
    ("optimization_spec", true),
    ("creative_sourcing_spec", true),
];

/// The inputs of a template from Meta's library.
const INPUTS: [&str; 2] = [
    "library_template_button_inputs",
    "library_template_body_inputs",
];

const BUTTONS: [(&str, &[&str]); 12] = [
    ("QUICK_REPLY", &["text"]),
    ("URL", &["text", "url"]),
    ("PHONE_NUMBER", &["text", "phone_number"]),
    ("OTP", &["otp_type"]),
    ("COPY_CODE", &["example"]),
    ("FLOW", &["text"]),
    ("CATALOG", &["text"]),
    ("MPM", &["text"]),
    ("SPM", &["text"]),
    ("VOICE_CALL", &["text"]),
    ("ORDER_DETAILS", &["text"]),
    // Its label is Meta's own.
    ("REQUEST_CONTACT_INFO", &[]),
];

const CONTACT_INFO_LABEL: &str = "Share Contact Info";

/// The template that this body asks for, not yet reviewed.
pub(super) fn created(root: &Node<'_>) -> Check<Template> {
    only_known(root)?;
    let name = root.required("name")?.text(1, 512)?;
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !name.bytes().all(fits) {
        return Err(refused(
            "Template names have lower-case letters, digits and underscores only",
        ));
    }
    let language = root.required("language")?.text(2, 16)?;
    let category = root.required("category")?.word_of_any_case(&CATEGORIES)?;
    let parameter_format = match root.get("parameter_format") {
        Some(format) => format.word_of_any_case(&["POSITIONAL", "NAMED"])?,
        None => "POSITIONAL",
    };
    let named = parameter_format == "NAMED";
    let mut more = kept(root)?;
    let (status, components) = if let Some(library) = root.filled("library_template_name") {
        let library = library.text(1, 512)?;
        more.insert("library_template_name".to_owned(), json!(library));
        // Meta has reviewed the templates of its library already.
        ("APPROVED", from_library(root, library)?)
    } else {
        let components = root.required("components")?;
        let checked = checked_components(&components, category, named)?;
        ("PENDING", checked)
    };
    Ok(Template {
        id: String::new(),
        name: name.to_owned(),
        language: language.to_owned(),
        status: status.to_owned(),
        category: category.to_owned(),
        parameter_format: parameter_format.to_owned(),
        components,
        more,
    })
}

fn only_known(root: &Node<'_>) -> Check {
    let kept = KEPT.iter().map(|(name, _)| *name);
    let known: Vec<&str> = MEMBERS.into_iter().chain(kept).chain(INPUTS).collect();
    root.only(&known).map(drop)
}

/// The members that are kept as they are.
fn kept(root: &Node<'_>) -> Check<Map<String, Value>> {
    let mut kept = Map::new();
    for (name, is_object) in KEPT {
        if let Some(member) = root.filled(name) {
            if is_object {
                member.object()?;
            }
            kept.insert(name.to_owned(), member.value().clone());
        }
    }
    Ok(kept)
}

/// The components of a template of Meta's library. What it says there is not known here: a text in its
/// place, and the buttons that are filled in.
fn from_library(root: &Node<'_>, library: &str) -> Check<Vec<Value>> {
    if let Some(inputs) = root.filled("library_template_body_inputs")
        && !inputs.value().is_array()
    {
        inputs.object()?;
    }
    let text = format!("Template {library} of the library.");
    let mut components = vec![json!({"type": "BODY", "text": text})];
    if let Some(inputs) = root.filled("library_template_button_inputs") {
        let mut buttons = Vec::new();
        for input in inputs.items(1, 10)? {
            let kind = input.required("type")?.string()?.to_ascii_uppercase();
            let mut button = input.value().clone();
            if let Some(members) = button.as_object_mut() {
                members.insert("type".to_owned(), json!(kind));
                // An address is given in two parts.
                let base = input.get("url").and_then(|url| url.get("base_url"));
                if let Some(base) = base {
                    members.insert("url".to_owned(), base.value().clone());
                }
            }
            buttons.push(button);
        }
        components.push(json!({"type": "BUTTONS", "buttons": buttons}));
    }
    Ok(components)
}

/// The template as this body changes it; it must be reviewed again.
pub(super) fn edited(root: &Node<'_>, template: &Template) -> Check<Template> {
    only_known(root)?;
    if !["APPROVED", "REJECTED", "PAUSED"].contains(&template.status.as_str()) {
        return Err(refused(
            "Only templates that are approved, rejected or paused can be edited",
        ));
    }
    let mut edited = template.clone();
    "PENDING".clone_into(&mut edited.status);
    if let Some(category) = root.get("category") {
        let category = category.word_of_any_case(&CATEGORIES)?;
        if template.status == "APPROVED" && category != template.category {
            return Err(refused("The category of an approved template is fixed"));
        }
        category.clone_into(&mut edited.category);
    }
    edited.more.extend(kept(root)?);
    if let Some(components) = root.get("components") {
        let named = template.is_named();
        edited.components = checked_components(&components, &edited.category, named)?;
    }
    Ok(edited)
}

fn checked_components(components: &Node<'_>, category: &str, named: bool) -> Check<Vec<Value>> {
    let mut kinds = Vec::new();
    let mut checked = Vec::new();
    for component in components.items(1, 10)? {
        let kind = component.required("type")?.word_of_any_case(&COMPONENTS)?;
        if kinds.contains(&kind) {
            return Err(refused(&format!("There are two components of type {kind}")));
        }
        kinds.push(kind);
        match kind {
            "HEADER" => header(&component, named)?,
            "BODY" => body(&component, category, named)?,
            "FOOTER" if category != "AUTHENTICATION" => {
                let footer = component.required("text")?.text(1, 60)?;
                if !variables(footer).is_empty() {
                    return Err(refused("A footer has no variables"));
                }
            }
            "BUTTONS" => buttons(&component)?,
            "CAROUSEL" => {
                for card in component.required("cards")?.items(2, 10)? {
                    checked_components(&card.required("components")?, category, named)?;
                }
            }
            _ => {}
        }
        checked.push(component.value().clone());
    }
    // The cards of a carousel may do without one.
    if !kinds.contains(&"BODY") && !components.path().contains("cards") {
        return Err(missing("BODY", "text"));
    }
    Ok(checked)
}

fn header(header: &Node<'_>, named: bool) -> Check {
    let formats = [
        "TEXT", "IMAGE", "VIDEO", "DOCUMENT", "GIF", "LOCATION", "PRODUCT",
    ];
    let format = header.required("format")?.word_of_any_case(&formats)?;
    match format {
        "TEXT" => {
            let text = header.required("text")?.text(1, 60)?;
            if variables(text).len() > 1 {
                return Err(refused("A header has at most one variable"));
            }
            examples(header, text, named, "header_text")
        }
        "LOCATION" | "PRODUCT" => Ok(()),
        _ if header.get("example").is_none() => Err(missing("HEADER", "example")),
        _ => Ok(()),
    }
}

fn body(body: &Node<'_>, category: &str, named: bool) -> Check {
    if category == "AUTHENTICATION" && body.get("text").is_none() {
        return Ok(());
    }
    let text = body
        .get("text")
        .ok_or_else(|| missing("BODY", "text"))?
        .text(1, 1024)?;
    if text.trim().starts_with("{{") || text.trim().ends_with("}}") {
        return Err(refused("").subcode(2_388_299).user(
            "Leading or trailing params are not allowed",
            "Variables can't be at the start or end of the template.",
        ));
    }
    examples(body, text, named, "body_text")
}

/// Positional variables count from 1, named ones have names, and all need an example.
fn examples(component: &Node<'_>, text: &str, named: bool, member: &str) -> Check {
    let variables = variables(text);
    for (index, name) in variables.iter().enumerate() {
        let fits = if named {
            let lower =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(lower)
        } else {
            **name == (index + 1).to_string()
        };
        if !fits {
            return Err(refused(&format!(
                "The variable {{{{{name}}}}} does not fit the parameter format"
            )));
        }
    }
    if variables.is_empty() {
        return Ok(());
    }
    let kind = if member == "body_text" {
        "BODY"
    } else {
        "HEADER"
    };
    let member = if named {
        format!("{member}_named_params")
    } else {
        member.to_owned()
    };
    let example = component.get("example").and_then(|it| it.get(&member));
    match example {
        Some(_) => Ok(()),
        None => Err(missing(kind, "example")),
    }
}

fn buttons(component: &Node<'_>) -> Check {
    for button in component.required("buttons")?.items(1, 10)? {
        let names: Vec<&'static str> = BUTTONS.iter().map(|(name, _)| *name).collect();
        let kind = button.required("type")?.word_of_any_case(&names)?;
        let needed = BUTTONS.iter().find(|(name, _)| *name == kind);
        for member in needed.map_or(&[][..], |(_, members)| members) {
            let value = button
                .get(member)
                .ok_or_else(|| missing("BUTTONS", member))?;
            match *member {
                "text" => drop(value.text(1, 25)?),
                "url" => drop(value.text(1, 2000)?),
                "phone_number" => drop(value.text(1, 20)?),
                _ => {}
            }
        }
        if kind == "REQUEST_CONTACT_INFO"
            && let Some(text) = button.filled("text")
            && text.string()? != CONTACT_INFO_LABEL
        {
            return Err(refused(&format!(
                "The text of such a button is {CONTACT_INFO_LABEL}"
            )));
        }
        let variable = button.get("url").map(|url| url.string().map(variables));
        let has_variable = variable.transpose()?.is_some_and(|it| !it.is_empty());
        if has_variable && button.get("example").is_none() {
            return Err(missing("BUTTONS", "example"));
        }
    }
    Ok(())
}

fn refused(details: &str) -> GraphError {
    let error = GraphError::parameter("Invalid parameter").message("Invalid parameter");
    if details.is_empty() {
        error
    } else {
        error
            .details(details)
            .user("Template cannot be created", details)
    }
}

fn missing(kind: &str, member: &str) -> GraphError {
    refused("").subcode(2_388_043).user(
        "Message template \"components\" param is missing expected field(s)",
        &format!("component of type {kind} is missing expected field(s) ({member})"),
    )
}
