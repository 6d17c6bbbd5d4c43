//! The configuration against what the plugins offer: properties, commands, events.

use serde_json::{Map, Value};
use workflow_adapter::{CommandRef, DescriptorRef, EventRef, FieldRef, HostInfo, Plugin};

use super::place::{Source, Span};
use super::trigger::{FROM_OUTSIDE, Placed};
use super::workflow::Workflow;
use super::{Instance, InstancePlace};
use crate::trigger::{From, Kind};
use crate::workflow::StepKind;

/// The response member that names the message that a command has sent.
const MESSAGE_ID: &str = "messageId";

pub(super) fn check(
    source: &mut Source,
    plugins: &[Plugin],
    instances: &[Instance],
    triggers: &[Placed],
    workflows: &[Workflow],
) {
    for instance in instances {
        if let Some(plugin) = plugin(plugins, &instance.adapter_type) {
            check_instance(source, plugin, instance);
        } else {
            let (place, wanted) = (&instance.place.adapter_type, &instance.adapter_type);
            source.wrong(place, "adapter_type", no_plugin(plugins, wanted));
        }
    }
    for placed in triggers {
        check_trigger(source, plugins, instances, placed);
    }
    for workflow in workflows {
        check_workflow(source, plugins, instances, triggers, workflow);
    }
}

fn plugin<'a>(plugins: &'a [Plugin], adapter_type: &str) -> Option<&'a Plugin> {
    plugins
        .iter()
        .find(|plugin| plugin.descriptor().id() == adapter_type)
}

fn no_plugin(plugins: &[Plugin], wanted: &str) -> String {
    let known: Vec<_> = plugins
        .iter()
        .map(|plugin| plugin.descriptor().id())
        .collect();
    format!(
        "no plugin is of the type {wanted}; there is {}",
        listed(&known)
    )
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
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
            let known: Vec<_> = fields.iter().map(|field| field.name()).collect();
            let what = format!(
                "{} has no such property; it has {}",
                about.id(),
                listed(&known)
            );
            source.wrong(span, name, what);
            continue;
        };
        if field.is_secret() && !from_outside {
            source.wrong(span, name, FROM_OUTSIDE);
        } else if let Some(value) = instance.properties.get(name)
            && let Err(why) = fits(*field, value)
        {
            source.wrong(span, name, why);
        }
    }
    for field in fields.iter().filter(|field| field.is_required()) {
        if !members.iter().any(|(name, ..)| name == field.name()) {
            let what = format!("it is missing: {}", field.display());
            source.wrong(all, field.name(), what);
        }
    }
    if source.count() == before && members.len() == instance.properties.len() {
        // What only the plugin knows. Nothing is sent: creating an adapter uses no network.
        let json = Value::Object(instance.properties.clone()).to_string();
        let host = HostInfo::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        if let Err(failure) = without_files(plugin, &host, &json, &instance.properties) {
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

/// Creates and destroys an instance, unless that would open a file that a running host uses.
fn without_files(
    plugin: &Plugin,
    host: &HostInfo,
    json: &str,
    properties: &Map<String, Value>,
) -> Result<(), String> {
    if properties.contains_key("dedupJournal") {
        return Ok(());
    }
    match plugin.create(host, json) {
        Ok(adapter) => adapter.destroy().map_err(|failure| failure.message),
        Err(failure) => Err(failure.message),
    }
}

/// Whether a value is what a descriptor's row asks for.
fn fits(field: FieldRef, value: &Value) -> Result<(), String> {
    let right = match field.kind() {
        "string" | "password" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    if !right {
        return Err(format!("it must be of type {}", field.kind()));
    }
    let length = value
        .as_str()
        .and_then(|text| i64::try_from(text.chars().count()).ok());
    let bounds = [
        (
            length,
            field.min_length(),
            field.max_length(),
            " characters long",
        ),
        (value.as_i64(), field.min_value(), field.max_value(), ""),
    ];
    for (found, min, max, unit) in bounds {
        let Some(found) = found else { continue };
        if min.is_some_and(|min| found < min) || max.is_some_and(|max| found > max) {
            let bound = |bound: Option<i64>| bound.map_or("any".to_owned(), |it| it.to_string());
            let (min, max) = (bound(min), bound(max));
            return Err(format!("it is {found}{unit}, and must be {min} to {max}"));
        }
    }
    Ok(())
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
                source.wrong(
                    &placed.from,
                    "adapter",
                    format!("there is no instance {name}"),
                );
            }
            return;
        }
        Kind::Event { from, event } => (from, event),
    };
    let adapter_type = match from {
        From::Adapter(name) => {
            let Some(adapter_type) = adapter_type(name) else {
                let what = format!("there is no instance {name}");
                source.wrong(&placed.from, "adapter", what);
                return;
            };
            adapter_type
        }
        From::AdapterType(name) => name.clone(),
    };
    match plugin(plugins, &adapter_type) {
        None if matches!(from, From::AdapterType(_)) => {
            source.wrong(
                &placed.from,
                "adapter_type",
                no_plugin(plugins, &adapter_type),
            );
        }
        None => {} // said of the instance
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
        let what = format!(
            "{} raises no event {event}; it raises {}",
            about.id(),
            listed(&events)
        );
        source.wrong(span, "event", what);
    }
}

fn check_workflow(
    source: &mut Source,
    plugins: &[Plugin],
    instances: &[Instance],
    triggers: &[Placed],
    workflow: &Workflow,
) {
    let name = &workflow.definition.name;
    let homeless = triggers.iter().find(|placed| {
        let webhook = matches!(&placed.trigger.kind, Kind::Webhook(it) if it.adapter.is_none());
        webhook && placed.trigger.workflow == *name
    });
    for step in &workflow.definition.steps {
        let span = workflow.steps.get(&step.name).unwrap_or(&workflow.span);
        let member = format!("workflow {name}, step {}", step.name);
        match &step.kind {
            StepKind::Command {
                command,
                instance,
                request,
                repeat,
                ..
            } => {
                if let (None, Some(trigger)) = (instance, homeless) {
                    let trigger = &trigger.trigger.name;
                    let what = format!(
                        "`instance` is missing: the trigger {trigger} starts this workflow and \
                         names no `adapter`"
                    );
                    source.wrong(span, &member, what);
                }
                let named = instance.as_deref().filter(|text| !text.contains('{'));
                let types = match named {
                    Some(wanted) => {
                        let found = instances.iter().find(|instance| instance.name == wanted);
                        if found.is_none() {
                            source.wrong(span, &member, format!("there is no instance {wanted}"));
                        }
                        found.map(|instance| instance.adapter_type.as_str())
                    }
                    None => None,
                };
                let wanted = |plugin: &&Plugin| {
                    types.is_none_or(|wanted| wanted == plugin.descriptor().id())
                };
                let offering = plugins.iter().filter(wanted).collect::<Vec<_>>();
                check_command(source, &offering, command, request, (span, &member));
                if *repeat && offering.iter().any(|plugin| sends(plugin, command)) {
                    let what = format!(
                        "`repeat`: {command} sends a message, which is sent at most once: leave it \
                         out (`attempts` tries again what is proved not sent)"
                    );
                    source.wrong(span, &member, what);
                }
            }
            StepKind::Wait {
                event: Some(event), ..
            } => {
                let raised = |plugin: &Plugin| {
                    let about = plugin.descriptor();
                    let mut all = about.events().chain(about.extension_events());
                    all.any(|row| row.name() == event.name)
                };
                if !plugins.iter().any(raised) {
                    let what = format!("no plugin raises an event {}", event.name);
                    source.wrong(span, &member, what);
                }
            }
            StepKind::Wait { .. } | StepKind::Branch { .. } => {}
        }
    }
}

/// Whether a command sends a message: it answers with the message's id.
fn sends(plugin: &Plugin, command: &str) -> bool {
    let about = plugin.descriptor();
    let mut all = about.commands().chain(about.extension_commands());
    let mut rows = all.find(|row| row.name() == command).into_iter();
    rows.any(|row| row.response().any(|field| field.name() == MESSAGE_ID))
}

fn check_command(
    source: &mut Source,
    plugins: &[&Plugin],
    command: &str,
    request: &Value,
    (span, member): (&Span, &str),
) {
    if plugins.is_empty() {
        return; // said of the instance
    }
    let offered = |plugin: &&Plugin| {
        let about = plugin.descriptor();
        let mut all = about.commands().chain(about.extension_commands());
        all.find(|row| row.name() == command)
    };
    let Some(row): Option<CommandRef> = plugins.iter().find_map(offered) else {
        let about = plugins.iter().map(|plugin| plugin.descriptor());
        let all = about.flat_map(|about| about.commands().chain(about.extension_commands()));
        let names: Vec<_> = all.map(CommandRef::name).collect();
        let what = format!("there is no command {command}; there is {}", listed(&names));
        source.wrong(span, member, what);
        return;
    };
    let fields: Vec<FieldRef> = row.request().chain(row.extension_request()).collect();
    let members = request.as_object().into_iter().flatten();
    for (name, value) in members {
        match fields.iter().find(|field| field.name() == name) {
            None => {
                let known: Vec<_> = fields.iter().map(|field| field.name()).collect();
                let what = format!(
                    "{command} has no request member {name}; it has {}",
                    listed(&known)
                );
                source.wrong(span, member, what);
            }
            Some(field) => {
                let is_template = value.as_str().is_some_and(|text| text.contains('{'));
                if let (false, Err(why)) = (is_template, fits(*field, value)) {
                    source.wrong(span, member, format!("request.{name}: {why}"));
                }
            }
        }
    }
    for field in fields.iter().filter(|field| field.is_required()) {
        if request.get(field.name()).is_none() {
            let what = format!("request.{} is missing: {}", field.name(), field.display());
            source.wrong(span, member, what);
        }
    }
}
