//! The configuration against what the plugins offer: properties, commands, events.

use serde_json::{Map, Value};
use workflow_adapter_loader::{CommandRef, DescriptorRef, EventRef, FieldRef, HostInfo, Plugin};

use super::files::is_file;
use super::instance::{Instance, InstancePlace};
use super::place::{Source, Span};
use super::trigger::{FROM_OUTSIDE, Placed};
use super::workflow::Workflow;
use crate::declared::marks;
use crate::nearest::instead;
use crate::rows;
use crate::trigger::{From, Kind};
use crate::workflow::Step;

pub(super) fn check(
    source: &mut Source,
    plugins: &[Plugin],
    instances: &[Instance],
    triggers: &[Placed],
) {
    one_of_each_route(source, plugins, instances);
    for instance in instances {
        if let Some(plugin) = plugin(plugins, &instance.adapter_type) {
            check_marks(source, plugin.descriptor(), instance);
            check_instance(source, plugin, instance);
        } else if !plugins.is_empty() {
            let (place, wanted) = (&instance.place.adapter_type, &instance.adapter_type);
            source.wrong(place, "adapter_type", no_plugin(plugins, wanted));
        }
    }
    for placed in triggers {
        check_trigger(source, plugins, instances, placed);
    }
}

pub(super) fn plugin<'a>(plugins: &'a [Plugin], adapter_type: &str) -> Option<&'a Plugin> {
    plugins
        .iter()
        .find(|plugin| plugin.descriptor().id() == adapter_type)
}

fn no_plugin(plugins: &[Plugin], wanted: &str) -> String {
    let known: Vec<_> = plugins
        .iter()
        .map(|plugin| plugin.descriptor().id())
        .collect();
    let instead = instead(wanted, known, "there is");
    format!("no plugin is of the type {wanted}{instead}")
}

/// An event belongs to the instance that it is routed to: with two of them, one would never get any.
fn one_of_each_route(source: &mut Source, plugins: &[Plugin], instances: &[Instance]) {
    for (place, instance) in instances.iter().enumerate() {
        let webhook = plugin(plugins, &instance.adapter_type)
            .and_then(|plugin| plugin.descriptor().webhook());
        let property = webhook.map_or("", |webhook| webhook.routing_property());
        let Some(route) = instance.properties.get(property) else {
            continue;
        };
        let mut before = instances.iter().take(place);
        let same = before.find(|other| {
            other.adapter_type == instance.adapter_type
                && other.properties.get(property) == Some(route)
        });
        if let Some(same) = same {
            let span = instance
                .place
                .members
                .iter()
                .find(|(name, ..)| name == property);
            let span = span.map_or(&instance.place.name, |(_, span, _)| span);
            let what = format!(
                "the instance {} has the same {property}: its events would belong to both",
                same.name
            );
            source.wrong(span, property, what);
        }
    }
}

pub(super) fn no_instance(instances: &[Instance], wanted: &str) -> String {
    let known = instances.iter().map(|instance| instance.name.as_str());
    format!(
        "there is no instance {wanted}{}",
        instead(wanted, known, "there is")
    )
}

/// Of two members that say what an event is, the host would believe one.
fn check_marks(source: &mut Source, about: DescriptorRef, instance: &Instance) {
    for event in about.events().chain(about.extension_events()) {
        for mark in ["event id", "correlation id", "outcome"] {
            let fields = event.fields().chain(event.extension_fields());
            let marked = fields.filter(|field| marks(*field).any(|it| it == mark));
            let marked: Vec<&str> = marked.map(FieldRef::name).collect();
            if marked.len() > 1 {
                let what = format!(
                    "the plugin is at fault: of the event {} it marks {} as the {mark}, and only one can be",
                    event.name(),
                    marked.join(" and ")
                );
                source.wrong(&instance.place.adapter_type, "adapter_type", what);
            }
        }
    }
}

fn check_instance(source: &mut Source, plugin: &Plugin, instance: &Instance) {
    let before = source.count();
    let about = plugin.descriptor();
    let fields: Vec<FieldRef> = about
        .properties()
        .chain(about.extension_properties())
        .collect();
    let InstancePlace {
        properties: all,
        members,
        ..
    } = &instance.place;
    for (name, span, from_outside) in members {
        let Some(field) = fields.iter().find(|field| field.name() == name) else {
            let known = fields.iter().map(|field| field.name());
            let instead = instead(name, known, "it has");
            source.wrong(
                span,
                name,
                format!("{} has no such property{instead}", about.id()),
            );
            continue;
        };
        if field.is_secret() && !from_outside {
            source.wrong(span, name, FROM_OUTSIDE);
        } else if let Some(value) = instance.properties.get(name)
            && let Err(why) = rows::fits(*field, value)
        {
            source.wrong(span, name, why);
        }
    }
    for field in fields.iter().filter(|field| field.is_required()) {
        if !members.iter().any(|(name, ..)| name == field.name()) {
            let what = format!("property {} {}", field.name(), rows::is_missing(*field));
            source.wrong(all, "", what);
        }
    }
    if source.count() == before && members.len() == instance.properties.len() {
        // What only the plugin knows. Nothing is sent: creating an adapter uses no network.
        let host = HostInfo::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        if let Err(failure) = without_files(plugin, &host, &instance.properties) {
            let named = members
                .iter()
                .find(|(name, ..)| failure.contains(&format!("\"{name}\"")));
            let (member, span) = named.map_or(("", &instance.place.name), |(name, span, _)| {
                (name.as_str(), span)
            });
            source.wrong(span, member, failure);
        }
    }
}

/// Creates and destroys an instance, without the files that a running host uses.
fn without_files(
    plugin: &Plugin,
    host: &HostInfo,
    properties: &Map<String, Value>,
) -> Result<(), String> {
    let mut without = properties.clone();
    without.retain(|name, _| !is_file(name));
    let json = Value::Object(without).to_string();
    match plugin.create(host, &json) {
        Ok(adapter) => adapter.destroy().map_err(|failure| failure.message),
        Err(failure) => Err(failure.message),
    }
}

fn check_trigger(source: &mut Source, plugins: &[Plugin], instances: &[Instance], placed: &Placed) {
    let adapter_type = |name: &str| {
        let instance = instances.iter().find(|instance| instance.name == name);
        instance.map(|instance| instance.adapter_type.clone())
    };
    let (from, event) = match &placed.trigger.kind {
        Kind::Webhook(webhook) => {
            if let Some(name) = webhook
                .adapter
                .as_ref()
                .filter(|name| adapter_type(name).is_none())
            {
                source.wrong(&placed.from, "adapter", no_instance(instances, name));
            }
            return;
        }
        Kind::Schedule(schedule) => {
            let named = schedule.adapter.as_ref();
            if let Some(name) = named.filter(|name| adapter_type(name).is_none()) {
                source.wrong(&placed.from, "adapter", no_instance(instances, name));
            }
            return;
        }
        Kind::Event { from, event } => (from, event),
    };
    let adapter_type = match from {
        From::Adapter(name) => {
            let Some(adapter_type) = adapter_type(name) else {
                source.wrong(&placed.from, "adapter", no_instance(instances, name));
                return;
            };
            adapter_type
        }
        From::AdapterType(name) => name.clone(),
    };
    match plugin(plugins, &adapter_type) {
        None if matches!(from, From::AdapterType(_))
            && (instances.is_empty() || !plugins.is_empty()) =>
        {
            source.wrong(
                &placed.from,
                "adapter_type",
                no_plugin(plugins, &adapter_type),
            );
        }
        None => {} // said of the instance, or of the plugin directory
        Some(plugin) => check_event(source, plugin.descriptor(), event, &placed.event),
    }
}

fn check_event(source: &mut Source, about: DescriptorRef, event: &str, span: &Span) {
    let events: Vec<_> = about
        .events()
        .chain(about.extension_events())
        .map(EventRef::name)
        .collect();
    if !events.contains(&event) {
        let instead = instead(event, events, "it raises");
        let what = format!("{} raises no event {event}{instead}", about.id());
        source.wrong(span, "event", what);
    }
}

pub(super) fn check_command(
    source: &mut Source,
    plugins: &[&Plugin],
    command: &str,
    request: &Value,
    (workflow, step, member): (&Workflow, &Step, &str),
) {
    if plugins.is_empty() {
        return; // said of the instance
    }
    let Some(row) = plugins.iter().find_map(|plugin| row(plugin, command)) else {
        let about = plugins.iter().map(|plugin| plugin.descriptor());
        let all = about.flat_map(|about| about.commands().chain(about.extension_commands()));
        let instead = instead(command, all.map(CommandRef::name), "there is");
        let what = format!("there is no command {command}{instead}");
        source.wrong(workflow.place(&step.name, "command"), member, what);
        return;
    };
    let Some(request) = request.as_object() else {
        return;
    };
    let fields: Vec<FieldRef> = row.request().chain(row.extension_request()).collect();
    for mistake in rows::mistakes(&fields, request, is_open) {
        let name = &mistake.member;
        let (place, what) = if mistake.is_missing {
            (
                "command".to_owned(),
                format!("request.{name} {}", mistake.what),
            )
        } else if fields.iter().any(|field| field.name() == name) {
            (
                format!("request.{name}"),
                format!("request.{name}: {}", mistake.what),
            )
        } else {
            let what = mistake.what.trim_start_matches("there is no such member");
            (
                format!("request.{name}:"),
                format!("{command} has no request member {name}{what}"),
            )
        };
        source.wrong(workflow.place(&step.name, &place), member, what);
    }
}

/// A command's row.
pub(super) fn row(plugin: &Plugin, command: &str) -> Option<CommandRef> {
    let about = plugin.descriptor();
    let mut all = about.commands().chain(about.extension_commands());
    all.find(|row| row.name() == command)
}

/// Whether a value is not known before there is a run.
pub(super) fn is_open(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains('{'))
}
