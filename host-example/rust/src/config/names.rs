//! The expressions of the configuration against what they can name: the members of events and responses,
//! the global properties and the steps.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use workflow_adapter_loader::{CommandRef, DescriptorRef, EventRef, FieldRef, Plugin};

use super::flow::Flow;
use super::instance::Instance;
use super::place::{Source, Span};
use super::trigger::Placed;
use super::workflow::Workflow;
use crate::expression::{Condition, Members, PropertyValue, Shape, Template, Wrong};
use crate::trigger::{CUSTOMER, From, Kind};
use crate::workflow::{Awaited, Step, StepKind};

/// What the host itself gives a run.
const OWN: [&str; 3] = ["wfglobal", "wfresult", "wfsystem"];
/// Words of the expressions' language.
const WORDS: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];
/// What every command's outcome has, whatever the plugin says.
const OUTCOME: [&str; 3] = ["status", "code", "error"];

/// Checks every expression, and the names of the steps.
pub(super) fn check(
    source: &mut Source,
    plugins: &[Plugin],
    instances: &[Instance],
    globals: &Map<String, Value>,
    triggers: &[Placed],
    workflows: &[Workflow],
) {
    let known = Known { plugins, instances };
    for placed in triggers {
        let given = known.given(placed, true);
        if let Some(condition) = &placed.trigger.condition {
            say(
                source,
                &placed.condition,
                "condition",
                condition.mistakes(&given),
            );
        }
        for (name, value) in &placed.trigger.properties {
            let place = placed.properties.iter().find(|(known, _)| known == name);
            if let Some((_, span)) = place {
                say(source, span, name, value.check(&given).1);
            }
        }
    }
    for workflow in workflows {
        let starting = triggers.iter();
        let name = &workflow.definition.name;
        let starting = starting.filter(|placed| placed.trigger.workflow == *name);
        let mut given = Members::default();
        let mut is_started = false;
        for placed in starting {
            is_started = true;
            given.merge(&known.run(placed));
        }
        given.is_open |= !is_started; // nothing says what it will be given
        check_names(source, workflow, &given, is_started);
        let globals = Shape::of(&Value::Object(globals.clone()));
        given.known.insert("wfglobal".to_owned(), globals);
        known.outcomes(workflow, &mut given);
        check_workflow(source, &known, workflow, &given);
    }
}

fn say(source: &mut Source, span: &Span, member: &str, wrong: Vec<Wrong>) {
    for wrong in wrong {
        let at = source.within(span, &wrong.source, wrong.at);
        source.wrong(&at, member, format!("`{}`: {}", wrong.source, wrong.what));
    }
}

/// A step's name is a name in expressions, and none that already means something.
fn check_names(source: &mut Source, workflow: &Workflow, given: &Members, is_started: bool) {
    for step in &workflow.definition.steps {
        let name = step.name.as_str();
        let mut letters = name.chars();
        let first = letters
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        let is_name = first && letters.all(|c| c.is_ascii_alphanumeric() || c == '_');
        let what = if !is_name {
            let better: String = name
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
                .collect();
            format!(
                "expressions find the step's outcome by its name, so it has letters, digits and _ only, and \
                 begins with none of the digits: write {better}"
            )
        } else if WORDS.contains(&name) {
            format!("{name} is a word of the expressions' language: choose another name")
        } else if OWN.contains(&name) {
            format!("the host gives every run a property {name}: choose another name")
        } else if is_started && given.known.contains_key(name) {
            format!(
                "a run of this workflow begins with a property {name}, which the step's outcome would take the \
                 place of: choose another name"
            )
        } else {
            continue;
        };
        let span = workflow.steps.get(name).unwrap_or(&workflow.span);
        source.wrong(
            span,
            &format!("workflow {}, step {name}", workflow.definition.name),
            what,
        );
    }
}

fn check_workflow(source: &mut Source, known: &Known<'_>, workflow: &Workflow, given: &Members) {
    let name = &workflow.definition.name;
    let flow = Flow::of(&workflow.definition);
    for step in &workflow.definition.steps {
        let given = &before(given, workflow, &flow, &step.name);
        let say = |source: &mut Source, span: &Span, member: &str, mut wrong: Vec<Wrong>| {
            for wrong in &mut wrong {
                for other in &workflow.definition.steps {
                    let unknown = format!("there is no property {}", other.name);
                    let rest = wrong.what.strip_prefix(&unknown);
                    if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(';')) {
                        wrong.what = later(other, step);
                    }
                }
            }
            say(source, span, member, wrong);
        };
        let own = |member: &str| format!("workflow {name}, step {}: {member}", step.name);
        let place = |member: &str| workflow.place(&step.name, member).clone();
        let mut template = |text: Option<&String>, member: &str, names: &Members| {
            let parsed = text.and_then(|text| Template::parse(text).ok());
            if let Some(template) = parsed {
                say(
                    source,
                    &place(member),
                    &own(member),
                    template.check(names).1,
                );
            }
        };
        match &step.kind {
            StepKind::Command {
                instance, request, ..
            } => {
                template(instance.as_ref(), "instance", given);
                for (name, value) in request.as_object().into_iter().flatten() {
                    if let Ok(value) = PropertyValue::parse(value) {
                        let member = format!("request.{name}");
                        say(source, &place(&member), &own(&member), value.check(given).1);
                    }
                }
            }
            StepKind::Wait { event, .. } => {
                let Some(event) = event else { continue };
                template(event.instance.as_ref(), "instance", given);
                template(event.customer.as_ref(), "customer", given);
                let condition = event.condition.as_deref();
                if let Some(Ok(condition)) = condition.map(Condition::parse) {
                    // It is asked of the event alone.
                    let wrong = condition.mistakes(&known.awaited(event));
                    say(source, &place("condition"), &own("condition"), wrong);
                }
            }
            StepKind::Branch { cases, .. } => {
                for (at, case) in cases.iter().enumerate() {
                    if let Ok(condition) = Condition::parse(&case.when) {
                        let member = format!("branch[{at}].when");
                        say(
                            source,
                            &place(&member),
                            &own("when"),
                            condition.mistakes(given),
                        );
                    }
                }
            }
        }
    }
    let output = workflow.definition.output.as_ref();
    if let Some(Ok(output)) = output.map(PropertyValue::parse) {
        let member = format!("workflow {name}: output");
        say(
            source,
            workflow.place("", "output"),
            &member,
            output.check(given).1,
        );
    }
}

/// Why nothing of `other` is there when `step` begins.
fn later(other: &Step, step: &Step) -> String {
    let (other_name, name) = (&other.name, &step.name);
    match other.kind {
        StepKind::Branch { .. } => format!("the step {other_name} is a branch, and has no outcome"),
        _ => format!(
            "the step {other_name} cannot have run before the step {name}: name one that comes before it"
        ),
    }
}

/// What a step can name: of the workflow's steps only those that can have run before it.
fn before(given: &Members, workflow: &Workflow, flow: &Flow<'_>, now: &str) -> Members {
    let mut names = given.clone();
    for step in &workflow.definition.steps {
        if !flow.can_be_before(&step.name, now) {
            names.known.remove(&step.name);
        }
    }
    names
}

/// What the plugins say that there is.
struct Known<'a> {
    plugins: &'a [Plugin],
    instances: &'a [Instance],
}

impl Known<'_> {
    fn type_of(&self, instance: &str) -> Option<&str> {
        let found = self.instances.iter().find(|it| it.name == instance);
        found.map(|instance| instance.adapter_type.as_str())
    }

    /// The members of an event that is waited for.
    fn awaited(&self, event: &Awaited) -> Members {
        let named = event.instance.as_deref();
        let named = named.filter(|name| !name.contains('{'));
        self.event(named.and_then(|name| self.type_of(name)), &event.name)
    }

    /// An event's members; of an event that nobody raises, or with no plugin at hand, anything.
    fn event(&self, adapter_type: Option<&str>, name: &str) -> Members {
        self.members_of(adapter_type, |about| {
            let mut rows = about.events().chain(about.extension_events());
            let row = rows.find(|row: &EventRef| row.name() == name)?;
            Some(members(row.fields().chain(row.extension_fields())))
        })
    }

    /// The response of a command, of whichever plugin.
    fn response(&self, adapter_type: Option<&str>, name: &str) -> Members {
        let mut found = self.members_of(adapter_type, |about| {
            let mut rows = about.commands().chain(about.extension_commands());
            let row = rows.find(|row: &CommandRef| row.name() == name)?;
            Some(members(row.response().chain(row.extension_response())))
        });
        for name in OUTCOME {
            found.known.entry(name.to_owned()).or_insert(Shape::Text);
        }
        let details = Shape::Object(Members::open());
        found.known.entry("details".to_owned()).or_insert(details);
        found
    }

    /// What the plugins of a type, or all, say of something together; anything, if none knows it.
    fn members_of(
        &self,
        adapter_type: Option<&str>,
        of: impl Fn(DescriptorRef) -> Option<Members>,
    ) -> Members {
        let about = self.plugins.iter().map(Plugin::descriptor);
        let about = about.filter(|about| adapter_type.is_none_or(|wanted| wanted == about.id()));
        let known: Vec<Members> = about.filter_map(of).collect();
        let mut found = Members::default();
        for members in &known {
            found.merge(members);
        }
        found.is_open |= known.is_empty();
        found
    }

    /// What a trigger's own expressions can name; with `is_whole` also what its runs do not get.
    fn given(&self, placed: &Placed, is_whole: bool) -> Members {
        match &placed.trigger.kind {
            Kind::Event { from, event } => {
                let adapter_type = match from {
                    From::Adapter(name) => self.type_of(name),
                    From::AdapterType(name) => Some(name.as_str()),
                };
                let mut given = self.event(adapter_type, event);
                // The host's own: whom to answer.
                given
                    .known
                    .entry(CUSTOMER.to_owned())
                    .or_insert(Shape::Text);
                given
            }
            Kind::Schedule(_) => {
                let mut system = Members::default();
                system.row("occurrence", "integer");
                let mut given = Members::default();
                let system = Shape::Object(system);
                given.known.insert("wfsystem".to_owned(), system);
                given
            }
            Kind::Webhook(webhook) => {
                let mut system = Members::default();
                system.row("contentType", "string");
                if is_whole {
                    system.row("body", "string");
                }
                let mut given = Members::default();
                given
                    .known
                    .insert("wfsystem".to_owned(), Shape::Object(system));
                given.is_open = webhook.parse_body;
                given
            }
        }
    }

    /// What a run begins with that a trigger starts.
    fn run(&self, placed: &Placed) -> Members {
        let whole = self.given(placed, true);
        let mut run = self.given(placed, false);
        for (name, value) in &placed.trigger.properties {
            run.known.insert(name.clone(), value.check(&whole).0);
        }
        run
    }

    /// What the steps of a workflow add.
    fn outcomes(&self, workflow: &Workflow, given: &mut Members) {
        let mut result: Option<Members> = None;
        for Step { name, kind } in &workflow.definition.steps {
            let shape = match kind {
                StepKind::Command {
                    command, instance, ..
                } => {
                    let named = instance.as_deref().filter(|name| !name.contains('{'));
                    let adapter_type = named.and_then(|name| self.type_of(name));
                    let response = self.response(adapter_type, command);
                    match &mut result {
                        Some(result) => result.merge(&response),
                        None => result = Some(response.clone()),
                    }
                    Shape::Object(response)
                }
                StepKind::Wait {
                    event: Some(event), ..
                } => Shape::Object(self.awaited(event)),
                StepKind::Wait { .. } => Shape::Any,
                StepKind::Branch { .. } => continue, // it has no outcome
            };
            given.known.insert(name.clone(), shape);
        }
        if let Some(result) = result {
            given
                .known
                .insert("wfresult".to_owned(), Shape::Object(result));
        }
    }
}

fn members(rows: impl Iterator<Item = FieldRef>) -> Members {
    let mut members = Members::default();
    let mut seen = BTreeSet::new();
    for row in rows {
        if seen.insert(row.name()) {
            members.row(row.name(), row.kind());
        }
    }
    members
}
