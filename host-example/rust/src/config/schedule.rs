//! Triggers that start a workflow by themselves: when the host starts, or again and again.

use toml::Spanned;

use super::file;
use super::place::Source;
use super::value::duration;
use crate::trigger::{Kind, Schedule, When};

/// Reads when such a trigger starts its workflow; its mistakes go to `source`.
pub(super) fn read(source: &mut Source, trigger: &file::Trigger) -> Option<Kind> {
    no_webhook(source, trigger, "Schedule");
    for (name, value) in [
        ("event", &trigger.event),
        ("adapter_type", &trigger.adapter_type),
    ] {
        if let Some(value) = value {
            let what = "a trigger of type Schedule has none";
            source.wrong(&value.span(), name, what);
        }
    }
    if let Some(value) = &trigger.one_run_per_customer {
        let what = "a schedule belongs to no customer: set it on the trigger of an event";
        source.wrong(&value.span(), "one_run_per_customer", what);
    }
    let when = match (&trigger.on, &trigger.every) {
        (Some(on), None) if on.get_ref() == "start" => Some(When::Start),
        (Some(on), None) => {
            let what = format!("`on` must be \"start\", not {:?}", on.get_ref());
            source.wrong(&on.span(), "on", what);
            None
        }
        (None, Some(every)) => every_of(source, every),
        _ => {
            let what = "a trigger of type Schedule has one of `on` and `every`";
            source.wrong(&trigger.name.span(), "every", what);
            None
        }
    };
    Some(Kind::Schedule(Schedule {
        when: when?,
        adapter: trigger.adapter.as_ref().map(|name| name.get_ref().clone()),
    }))
}

fn every_of(source: &mut Source, every: &Spanned<String>) -> Option<When> {
    let period = duration(every.get_ref()).and_then(|period| {
        let millis = i64::try_from(period.as_millis()).unwrap_or(i64::MAX);
        if millis < 1000 {
            return Err("it must be at least 1s".to_owned());
        }
        Ok(millis)
    });
    period
        .map_err(|why| source.wrong(&every.span(), "every", why))
        .ok()
        .map(When::Every)
}

/// Notes each member that only a webhook has.
pub(super) fn no_webhook(source: &mut Source, trigger: &file::Trigger, kind: &str) {
    for (name, span) in [
        (
            "authentication_type",
            trigger.authentication_type.as_ref().map(Spanned::span),
        ),
        (
            "authentication_key",
            trigger.authentication_key.as_ref().map(Spanned::span),
        ),
        (
            "response_type",
            trigger.response_type.as_ref().map(Spanned::span),
        ),
        ("response", trigger.response.as_ref().map(Spanned::span)),
        ("parse_body", trigger.parse_body.as_ref().map(Spanned::span)),
    ] {
        if let Some(span) = span {
            source.wrong(&span, name, format!("a trigger of type {kind} has none"));
        }
    }
}
