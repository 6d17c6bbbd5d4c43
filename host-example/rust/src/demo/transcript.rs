//! The transcript of the example scenario: the lines that every example host prints alike.

use std::io;

use workflow_adapter_loader::{CommandOutput, CommandRef, EventRef, FieldRef, Plugin};

use crate::console::say;
use crate::describe::what_applies;

/// A plugin, and what the specification says about it.
pub(crate) fn plugin(plugin: &Plugin) -> io::Result<()> {
    let (major, minor) = plugin.contract();
    let about = plugin.descriptor();
    say(format_args!(
        "plugin {} {}: {}, specification {}, contract {major}.{minor}",
        about.id(),
        about.version(),
        about.display(),
        about.spec_version()
    ))?;
    about.properties().try_for_each(property)?;
    about.commands().try_for_each(command_row)?;
    about.events().try_for_each(event_row)
}

fn property(property: FieldRef) -> io::Result<()> {
    say(format_args!(
        "property {}: {}",
        property.name(),
        what_applies(property)
    ))
}

fn command_row(command: CommandRef) -> io::Result<()> {
    let names = |fields: &mut dyn Iterator<Item = FieldRef>| {
        fields.map(FieldRef::name).collect::<Vec<_>>().join(", ")
    };
    let (request, response) = (
        names(&mut command.request()),
        names(&mut command.response()),
    );
    say(format_args!(
        "command {}({request}) -> {response}",
        command.name()
    ))
}

fn event_row(event: EventRef) -> io::Result<()> {
    say(format_args!(
        "event {}: {} members",
        event.name(),
        event.fields().count()
    ))
}

/// An instance was created.
pub(crate) fn created(instance: &str) -> io::Result<()> {
    say(format_args!("created {instance}"))
}

/// A command is about to run.
pub(crate) fn command(name: &str, request: &str) -> io::Result<()> {
    say(format_args!("> {name} {request}"))
}

/// A command, or the processing of a notification, has ended.
pub(crate) fn ended(output: &CommandOutput) -> io::Result<()> {
    say(format_args!("< {} {}", output.result, output.response))?;
    match &output.error {
        Some(failure) => say(format_args!("! {}", failure.message)),
        None => Ok(()),
    }
}

/// A notification has come.
pub(crate) fn webhook() -> io::Result<()> {
    say("webhook")
}

/// The callback received an event.
pub(crate) fn event(name: &str, json: &str) -> io::Result<()> {
    say(format_args!("event {name} {json}"))
}

/// An event starts a workflow.
pub(crate) fn workflow(name: &str, event: &str, from: &str) -> io::Result<()> {
    say(format_args!("workflow {name} starts: {event} from {from}"))
}

/// The instance was destroyed.
pub(crate) fn destroyed(instance: &str) -> io::Result<()> {
    say(format_args!("destroyed {instance}"))
}
