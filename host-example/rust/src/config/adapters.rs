//! The configuration against what the plugins offer: properties, commands, events.

use serde_json::{Map, Value};
use workflow_adapter_loader::{CommandRef, DescriptorRef, EventRef, FieldRef, HostInfo, Plugin};

use super::instance::{Instance, InstancePlace};
use super::place::{Source, Span};
use super::trigger::{FROM_OUTSIDE, Placed};
use super::workflow::Workflow;
use crate::nearest::instead;
use crate::rows;
use crate::trigger::{From, Kind};
use crate::workflow::{Step, StepKind};

/// The property by which an event finds its instance.
const NUMBER: &str = "phoneNumberId";
/// The response member that names the message that a command has sent.
const MESSAGE_ID: &str = "messageId";

pub(super) fn check(
    source: &mut Source,
    plugins: &[Plugin],
    instances: &[Instance],
    triggers: &[Placed],
    workflows: &[Workflow],
) {
    one_of_each_number(source, instances);
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
    let instead = instead(wanted, known, "there is");
    format!("no plugin is of the type {wanted}{instead}")
}

/// An event belongs to the instance with its number: with two of them, one would never get any.
fn one_of_each_number(source: &mut Source, instances: &[Instance]) {
    for (place, instance) in instances.iter().enumerate() {
        let Some(number) = instance.properties.get(NUMBER) else {
            continue;
        };
        let mut before = instances.iter().take(place);
        let same = before.find(|other| {
            other.adapter_type == instance.adapter_type
                && other.properties.get(NUMBER) == Some(number)
        });
        if let Some(same) = same {
            let span = instance
                .place
                .members
                .iter()
                .find(|(name, ..)| name == NUMBER);
            let span = span.map_or(&instance.place.name, |(_, span, _)| span);
            let what = format!(
                "the instance {} has the same number: events of a number belong to one instance",
                same.name
            );
            source.wrong(span, NUMBER, what);
        }
    }
}

fn no_instance(instances: &[Instance], wanted: &str) -> String {
    let known = instances.iter().map(|instance| instance.name.as_str());
    format!(
        "there is no instance {wanted}{}",
        instead(wanted, known, "there is")
    )
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

/// Creates and destroys an instance, without the file that a running host uses.
fn without_files(
    plugin: &Plugin,
    host: &HostInfo,
    json: &str,
    properties: &Map<String, Value>,
) -> Result<(), String> {
    let mut json = json.to_owned();
    if properties.contains_key(JOURNAL) {
        let mut without = properties.clone();
        without.remove(JOURNAL);
        json = Value::Object(without).to_string();
    }
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
        let instead = instead(event, events, "it raises");
        let what = format!("{} raises no event {event}{instead}", about.id());
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
                            let place = workflow.place(&step.name, "instance");
                            source.wrong(place, &member, no_instance(instances, wanted));
                        }
                        found.map(|instance| instance.adapter_type.as_str())
                    }
                    None => None,
                };
                let wanted = |plugin: &&Plugin| {
                    types.is_none_or(|wanted| wanted == plugin.descriptor().id())
                };
                let offering = plugins.iter().filter(wanted).collect::<Vec<_>>();
                check_command(
                    source,
                    &offering,
                    command,
                    request,
                    (workflow, step, &member),
                );
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
                    let all = plugins.iter().map(Plugin::descriptor);
                    let all = all.flat_map(|about| about.events().chain(about.extension_events()));
                    let instead = instead(&event.name, all.map(EventRef::name), "there is");
                    let what = format!("no plugin raises an event {}{instead}", event.name);
                    source.wrong(workflow.place(&step.name, "event"), &member, what);
                }
            }
            StepKind::Wait { .. } | StepKind::Branch { .. } => {}
        }
    }
}

/// The property that names such a file.
const JOURNAL: &str = "dedupJournal";

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
            let what = mistake.what.trim_start_matches("it is missing");
            (
                "command".to_owned(),
                format!("request.{name} is missing{what}"),
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
