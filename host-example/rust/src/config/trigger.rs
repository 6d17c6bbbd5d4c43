//! Triggers of the file.

use serde_json::Value;
use toml::Spanned;

use super::place::{Source, Span};
use super::value::{Environment, json, resolve};
use super::{file, schedule};
use crate::expression::{Condition, PropertyValue};
use crate::trigger::{Authentication, From, Key, Kind, Response, Scheme, Trigger, Webhook};

/// A trigger, with the places of its parts.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) trigger: Trigger,
    pub(crate) workflow: Span,
    /// Of the adapter or adapter type.
    pub(crate) from: Span,
    pub(crate) event: Span,
    pub(crate) condition: Span,
    pub(crate) authentication: Span,
    /// By their names.
    pub(crate) properties: Vec<(String, Span)>,
}

/// The types of a trigger, as the specification and its platform name them.
pub(super) const WEBHOOK: &str = "Advanced Webhook";
const EVENT: &str = "Event";
const TYPE_EVENT: &str = "Adapter Type Event";
const HMAC: &str = "HMAC SHA256 using key";
const NONE: &str = "None";
const SCHEDULE: &str = "Schedule";

/// Reads a trigger; its mistakes go to `source`.
pub(super) fn read(
    source: &mut Source,
    trigger: &file::Trigger,
    environment: Environment<'_>,
) -> Option<Placed> {
    let name = trigger.name.get_ref().clone();
    if name.is_empty() || name.contains(['/', '?', '#', '%']) {
        let what = "a trigger's name is part of a URL: it is not empty and has no / ? # %";
        source.wrong(&trigger.name.span(), "name", what);
    }
    let condition = trigger.condition.as_ref().and_then(|text| {
        let parsed = Condition::parse(text.get_ref());
        parsed
            .map_err(|why| source.wrong(&text.span(), "condition", why))
            .ok()
    });
    let mut properties = Vec::new();
    for (name, value) in &trigger.properties {
        let parsed = json(value.get_ref()).and_then(|value| PropertyValue::parse(&value));
        match parsed {
            Ok(value) => properties.push((name.get_ref().clone(), value)),
            Err(why) => source.wrong(&value.span(), name.get_ref(), why),
        }
    }
    let is_timed = trigger.on.is_some() || trigger.every.is_some();
    let kind = match trigger.kind.as_ref().map(|kind| kind.get_ref().as_str()) {
        Some(WEBHOOK) => webhook(source, trigger, environment),
        Some(EVENT) => event(source, trigger, "adapter"),
        Some(TYPE_EVENT) => event(source, trigger, "adapter_type"),
        Some(SCHEDULE) => schedule::read(source, trigger),
        None if is_timed => schedule::read(source, trigger),
        other => {
            let types = format!("{WEBHOOK}, {EVENT}, {TYPE_EVENT}, {SCHEDULE}");
            let what = match other {
                Some(other) => format!("{other} is no type: {types}"),
                None => format!("it is missing: {types}"),
            };
            let span = span(trigger.kind.as_ref()).unwrap_or_else(|| trigger.name.span());
            source.wrong(&span, "type", what);
            None
        }
    };
    let kind = kind?;
    if is_timed && !matches!(kind, Kind::Schedule(_)) {
        for (name, value) in [("on", &trigger.on), ("every", &trigger.every)] {
            if let Some(value) = value {
                let what = format!("only a trigger of type {SCHEDULE} has it");
                source.wrong(&value.span(), name, what);
            }
        }
    }
    let place = |value: &Option<Spanned<String>>| {
        value
            .as_ref()
            .map_or_else(|| trigger.name.span(), Spanned::span)
    };
    Some(Placed {
        workflow: trigger.workflow.span(),
        from: match kind {
            Kind::Event {
                from: From::AdapterType(_),
                ..
            } => place(&trigger.adapter_type),
            _ => place(&trigger.adapter),
        },
        event: place(&trigger.event),
        condition: place(&trigger.condition),
        authentication: place(&trigger.authentication_type),
        properties: (trigger.properties.iter())
            .map(|(name, value)| (name.get_ref().clone(), value.span()))
            .collect(),
        trigger: Trigger {
            name,
            workflow: trigger.workflow.get_ref().clone(),
            enabled: trigger.enabled,
            one_run_per_customer: trigger
                .one_run_per_customer
                .as_ref()
                .is_some_and(|it| *it.get_ref()),
            condition,
            properties,
            kind,
        },
    })
}

fn span<T>(value: Option<&Spanned<T>>) -> Option<Span> {
    value.map(Spanned::span)
}

fn event(source: &mut Source, trigger: &file::Trigger, from: &str) -> Option<Kind> {
    let kind = trigger.kind.as_ref().map_or(EVENT, |kind| kind.get_ref());
    schedule::no_webhook(source, trigger, kind);
    let (named, other) = match from {
        "adapter" => (&trigger.adapter, ("adapter_type", &trigger.adapter_type)),
        _ => (&trigger.adapter_type, ("adapter", &trigger.adapter)),
    };
    if let (name, Some(value)) = other {
        source.wrong(
            &value.span(),
            name,
            format!("a trigger of type {kind} has `{from}`"),
        );
    }
    let mut required = |name: &str, value: &Option<Spanned<String>>| {
        if value.is_none() {
            source.wrong(&trigger.name.span(), name, "it is missing");
        }
        value.as_ref().map(|value| value.get_ref().clone())
    };
    let (named, event) = (required(from, named), required("event", &trigger.event));
    let named = named?;
    Some(Kind::Event {
        from: if from == "adapter" {
            From::Adapter(named)
        } else {
            From::AdapterType(named)
        },
        event: event?,
    })
}

fn webhook(
    source: &mut Source,
    trigger: &file::Trigger,
    environment: Environment<'_>,
) -> Option<Kind> {
    for (name, value) in [
        ("event", &trigger.event),
        ("adapter_type", &trigger.adapter_type),
    ] {
        if let Some(value) = value {
            source.wrong(
                &value.span(),
                name,
                format!("a trigger of type {WEBHOOK} has none"),
            );
        }
    }
    if let Some(value) = &trigger.one_run_per_customer {
        let what = "a webhook belongs to no customer: set it on the trigger of the event";
        source.wrong(&value.span(), "one_run_per_customer", what);
    }
    let authentication = authentication(source, trigger, environment);
    let custom = trigger
        .response
        .as_ref()
        .map(|response| custom(source, response));
    let response = match &trigger.response_type {
        None => Some(Response::None),
        Some(kind) => match (kind.get_ref().as_str(), custom) {
            ("None", None) => Some(Response::None),
            ("Workflow", None) => Some(Response::Workflow),
            ("Custom", Some(custom)) => Some(custom),
            ("Custom", None) => {
                source.wrong(&kind.span(), "response_type", "Custom needs `response`");
                None
            }
            ("None" | "Workflow", Some(_)) => {
                source.wrong(
                    &kind.span(),
                    "response_type",
                    "`response` goes with Custom only",
                );
                None
            }
            (other, _) => {
                let what = format!("{other} is none of None, Custom and Workflow");
                source.wrong(&kind.span(), "response_type", what);
                None
            }
        },
    };
    Some(Kind::Webhook(Webhook {
        authentication: authentication?,
        response: response?,
        parse_body: trigger.parse_body.as_ref().is_some_and(|it| *it.get_ref()),
        adapter: trigger.adapter.as_ref().map(|name| name.get_ref().clone()),
        scheme: Scheme::default(),
        declared_by: None,
    }))
}

fn custom(source: &mut Source, response: &Spanned<file::Response>) -> Response {
    let raw = response.get_ref();
    let status = *raw.status.get_ref();
    if !(200..=599).contains(&status) {
        source.wrong(&raw.status.span(), "status", "it must be from 200 to 599");
    }
    let default = || "text/plain; charset=utf-8".to_owned();
    let content_type = raw.content_type.clone().unwrap_or_else(default);
    if content_type
        .bytes()
        .any(|byte| !(b' '..=b'~').contains(&byte))
    {
        source.wrong(
            &response.span(),
            "content_type",
            "it is no text of an HTTP field",
        );
    }
    Response::Custom {
        status,
        content_type,
        body: raw.body.clone(),
    }
}

fn authentication(
    source: &mut Source,
    trigger: &file::Trigger,
    environment: Environment<'_>,
) -> Option<Authentication> {
    let Some(kind) = &trigger.authentication_type else {
        let what = format!("it is missing: \"{HMAC}\" or \"{NONE}\"");
        source.wrong(&trigger.name.span(), "authentication_type", what);
        return None;
    };
    match (kind.get_ref().as_str(), &trigger.authentication_key) {
        (HMAC, Some(value)) => {
            let resolved = resolve(value.get_ref(), source.folder(), environment);
            let key = resolved.and_then(|resolved| match resolved.value {
                _ if !resolved.from_outside => Err(FROM_OUTSIDE.to_owned()),
                Value::String(text) => Key::whole(&text),
                _ => Err("it must be a string".to_owned()),
            });
            key.map_err(|why| source.wrong(&value.span(), "authentication_key", why))
                .ok()
                .map(Authentication::Hmac)
        }
        (HMAC, None) => Some(Authentication::Property),
        (NONE, None) => Some(Authentication::None),
        (NONE, Some(value)) => {
            source.wrong(
                &value.span(),
                "authentication_key",
                "nothing is checked with it",
            );
            None
        }
        (other, _) => {
            let what = format!("{other} is neither \"{HMAC}\" nor \"{NONE}\"");
            source.wrong(&kind.span(), "authentication_type", what);
            None
        }
    }
}

/// What is said of a secret that is written in the file.
pub(super) const FROM_OUTSIDE: &str =
    "secrets must not be written in this file: write { env = \"NAME\" } or { file = \"path\" }";
