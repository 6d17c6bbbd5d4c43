//! The steps of the workflows against what the plugins offer and declare: commands, their instances, what
//! may be repeated, and events that are waited for.

use workflow_adapter_loader::{CommandRef, DescriptorRef, EventRef, Plugin};

use super::adapters::{check_command, no_instance, plugin, row};
use super::instance::Instance;
use super::place::Source;
use super::trigger::Placed;
use super::workflow::Workflow;
use crate::nearest::instead;
use crate::trigger::{From, Kind};
use crate::workflow::{Awaited, Step, StepKind};

/// What the configuration has to check the steps against.
pub(super) struct Against<'a> {
    pub(super) plugins: &'a [Plugin],
    pub(super) instances: &'a [Instance],
    pub(super) triggers: &'a [Placed],
}

/// Checks every step.
pub(super) fn check(source: &mut Source, against: &Against<'_>, workflows: &[Workflow]) {
    for workflow in workflows {
        let homes = against.homes(&workflow.definition.name);
        for step in &workflow.definition.steps {
            let name = &workflow.definition.name;
            let at = At {
                workflow,
                step,
                member: format!("workflow {name}, step {}", step.name),
            };
            match &step.kind {
                StepKind::Command { .. } => against.command(source, &at, &homes),
                StepKind::Wait {
                    event: Some(event), ..
                } => against.wait(source, &at, &homes, event),
                StepKind::Wait { .. } | StepKind::Branch { .. } => {}
            }
        }
    }
}

/// A step, and how mistakes name it.
struct At<'a> {
    workflow: &'a Workflow,
    step: &'a Step,
    member: String,
}

impl At<'_> {
    fn wrong(&self, source: &mut Source, place: &str, what: String) {
        let place = self.workflow.place(&self.step.name, place);
        source.wrong(place, &self.member, what);
    }
}

/// Where runs of a workflow belong that one of its triggers starts.
struct Home<'a> {
    trigger: &'a str,
    /// The type of the instance; none if it belongs to no instance.
    adapter_type: Option<&'a str>,
}

impl<'a> Against<'a> {
    fn type_of(&self, instance: &str) -> Option<&'a str> {
        let found = self.instances.iter().find(|it| it.name == instance);
        found.map(|instance| instance.adapter_type.as_str())
    }

    fn homes(&self, workflow: &str) -> Vec<Home<'a>> {
        let starting = self.triggers.iter().map(|placed| &placed.trigger);
        let starting = starting.filter(|trigger| trigger.workflow == workflow);
        let homes = starting.map(|trigger| {
            let named = |name: &Option<String>| self.type_of(name.as_deref()?);
            let adapter_type = match &trigger.kind {
                Kind::Event {
                    from: From::Adapter(name),
                    ..
                } => self.type_of(name),
                Kind::Event {
                    from: From::AdapterType(name),
                    ..
                } => Some(name.as_str()),
                Kind::Webhook(webhook) => {
                    let by = webhook.adapter.as_ref().or(webhook.declared_by.as_ref());
                    by.and_then(|name| self.type_of(name))
                }
                Kind::Schedule(schedule) => named(&schedule.adapter),
            };
            Home {
                trigger: &trigger.name,
                adapter_type,
            }
        });
        homes.collect()
    }

    fn command(&self, source: &mut Source, at: &At<'_>, homes: &[Home<'_>]) {
        let StepKind::Command {
            command,
            instance,
            request,
            repeat,
            ..
        } = &at.step.kind
        else {
            return;
        };
        let named = instance.as_deref().filter(|text| !text.contains('{'));
        let wanted = named.and_then(|name| self.type_of(name));
        if let (Some(name), None) = (named, wanted) {
            at.wrong(source, "instance", no_instance(self.instances, name));
        }
        if instance.is_none() {
            self.without_instance(source, at, homes, command);
        }
        let of_type = |plugin: &&Plugin| match wanted {
            Some(wanted) => plugin.descriptor().id() == wanted,
            None if instance.is_some() || homes.is_empty() => true,
            None => homes
                .iter()
                .any(|home| home.adapter_type == Some(plugin.descriptor().id())),
        };
        let mut offering = self.plugins.iter().filter(of_type).collect::<Vec<_>>();
        if !offering.iter().any(|plugin| row(plugin, command).is_some()) && named.is_none() {
            offering = self.plugins.iter().collect(); // said above, if another one has it
        }
        check_command(
            source,
            &offering,
            command,
            request,
            (at.workflow, at.step, &at.member),
        );
        let mut rows = offering.iter().filter_map(|plugin| row(plugin, command));
        if *repeat && rows.any(CommandRef::sends) {
            let what = format!(
                "`repeat`: {command} sends a message, which is sent at most once: leave it out (`attempts` tries \
                 again what is proved not sent)"
            );
            at.wrong(source, "", what);
        }
    }

    /// A step without `instance` belongs to the instance that its run belongs to.
    fn without_instance(
        &self,
        source: &mut Source,
        at: &At<'_>,
        homes: &[Home<'_>],
        command: &str,
    ) {
        let offers =
            |id: &str| plugin(self.plugins, id).is_none_or(|it| row(it, command).is_some());
        let is_known = self.plugins.iter().any(|it| row(it, command).is_some());
        let wrong = homes.iter().find_map(|home| match home.adapter_type {
            None => Some(format!("the trigger {} starts this workflow and names no `adapter`", home.trigger)),
            Some(id) if is_known && !offers(id) => Some(format!(
                "the trigger {} starts this workflow for an instance of {id}, which has no command {command}",
                home.trigger
            )),
            Some(_) => None,
        });
        if let Some(why) = wrong {
            at.wrong(source, "", format!("`instance` is missing: {why}"));
        }
    }

    fn wait(&self, source: &mut Source, at: &At<'_>, homes: &[Home<'_>], event: &Awaited) {
        let named = event.instance.as_deref();
        let named = named.filter(|text| !text.contains('{'));
        let wanted = named.and_then(|name| self.type_of(name));
        if let (Some(name), None) = (named, wanted) {
            at.wrong(source, "instance", no_instance(self.instances, name));
            return;
        }
        let all = || self.plugins.iter().map(Plugin::descriptor).flat_map(events);
        let raises = |id: &str| {
            let raised = plugin(self.plugins, id).map(Plugin::descriptor);
            raised.is_none_or(|about| events(about).any(|row| row.name() == event.name))
        };
        if !all().any(|row| row.name() == event.name) {
            let instead = instead(&event.name, all().map(EventRef::name), "there is");
            let what = format!("no plugin raises an event {}{instead}", event.name);
            at.wrong(source, "event", what);
        } else if let Some(id) = wanted {
            if !raises(id) {
                let known = plugin(self.plugins, id).map(Plugin::descriptor);
                let known = known.into_iter().flat_map(events).map(EventRef::name);
                let instead = instead(&event.name, known, "it raises");
                at.wrong(
                    source,
                    "event",
                    format!("{id} raises no event {}{instead}", event.name),
                );
            }
        } else if event.instance.is_none() {
            let other = homes.iter().find_map(|home| {
                home.adapter_type
                    .filter(|id| !raises(id))
                    .map(|id| (home, id))
            });
            if let Some((home, id)) = other {
                let what = format!(
                    "`instance` is missing: the trigger {} starts this workflow for an instance of {id}, which \
                     raises no event {}",
                    home.trigger, event.name
                );
                at.wrong(source, "event", what);
            }
        }
    }
}

fn events(about: DescriptorRef) -> impl Iterator<Item = EventRef> {
    about.events().chain(about.extension_events())
}
