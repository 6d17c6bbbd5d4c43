//! Workflows of the file as definitions.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use toml::Spanned;

use super::file;
use super::place::{Source, Span};
use super::value::{duration, json};
use crate::workflow::{Awaited, Case, Compiled, Definition, Step, StepKind};

/// How often a command is tried if it is proved that nothing happened.
const ATTEMPTS: u32 = 3;

/// Whether a command processes webhooks. Such a one may be repeated, because the adapter and the store
/// both know an event again. Every other may not, unless the step says so; none that sends may (`steps`).
pub(super) type Processes<'a> = &'a dyn Fn(&str) -> bool;

/// A workflow, with the places of its parts.
#[derive(Debug)]
pub(crate) struct Workflow {
    pub(crate) definition: Definition,
    pub(crate) span: Span,
    /// The places of the steps, by name.
    pub(crate) steps: BTreeMap<String, Span>,
    /// The places of what their members have, by step (empty for the output) and member.
    pub(crate) members: BTreeMap<(String, String), Span>,
}

impl Workflow {
    /// The place of a step's member, or else of the step.
    pub(super) fn place(&self, step: &str, member: &str) -> &Span {
        let exact = self.members.get(&(step.to_owned(), member.to_owned()));
        exact.or_else(|| self.steps.get(step)).unwrap_or(&self.span)
    }
}

/// Reads a workflow; its mistakes go to `source`.
pub(super) fn read(
    source: &mut Source,
    workflow: &Spanned<file::Workflow>,
    globals: &Map<String, Value>,
    processes: Processes<'_>,
) -> Workflow {
    let raw = workflow.get_ref();
    let span = raw.name.span();
    let mut steps = Vec::new();
    let mut places = BTreeMap::new();
    let mut members = BTreeMap::new();
    for step in &raw.step {
        let name = step.get_ref().name.get_ref().clone();
        for (member, span) in spans(step.get_ref()) {
            members.insert((name.clone(), member), span);
        }
        places
            .entry(name.clone())
            .or_insert_with(|| step.get_ref().name.span());
        if let Some(kind) = kind(source, step, processes) {
            steps.push(Step { name, kind });
        }
    }
    let output = raw.output.as_ref().and_then(|output| {
        members.insert((String::new(), "output".to_owned()), output.span());
        let json = json(output.get_ref());
        json.map_err(|why| source.wrong(&output.span(), "output", why))
            .ok()
    });
    let steps_are_whole = steps.len() == raw.step.len();
    let definition = Definition {
        name: raw.name.get_ref().clone(),
        steps,
        output,
        globals: globals.clone(),
    };
    // A step that could not be read may be what another one names: that is no second mistake.
    if let Err(wrong) = Compiled::new(definition.clone())
        && steps_are_whole
    {
        let workflow = raw.name.get_ref();
        for (step, why) in wrong {
            let at = places.get(&step).unwrap_or(&span).clone();
            let member = if step.is_empty() {
                format!("workflow {workflow}")
            } else {
                format!("workflow {workflow}, step {step}")
            };
            source.wrong(&at, &member, why);
        }
    }
    Workflow {
        definition,
        span,
        steps: places,
        members,
    }
}

fn kind(
    source: &mut Source,
    step: &Spanned<file::Step>,
    processes: Processes<'_>,
) -> Option<StepKind> {
    let raw = step.get_ref();
    Some(match (&raw.command, &raw.wait, &raw.branch) {
        (Some(command), None, None) => command_step(source, raw, command, processes),
        (None, Some(wait), None) => wait_step(source, raw, wait),
        (None, None, Some(cases)) => branch_step(source, raw, cases),
        _ => {
            let what = "a step has one of `command`, `wait` and `branch`";
            source.wrong(&raw.name.span(), &member(raw), what);
            return None;
        }
    })
}

/// The members of a step that hold expressions, and their places.
fn spans(raw: &file::Step) -> Vec<(String, Span)> {
    let mut all = Vec::new();
    for (name, value) in &raw.request {
        all.push((format!("request.{}", name.get_ref()), value.span()));
        all.push((format!("request.{}:", name.get_ref()), name.span()));
    }
    let texts = [
        ("command", &raw.command),
        ("instance", &raw.instance),
        ("event", &raw.event),
        ("customer", &raw.customer),
        ("condition", &raw.condition),
    ];
    for (name, text) in texts {
        all.extend(text.as_ref().map(|text| (name.to_owned(), text.span())));
    }
    for (place, case) in raw.branch.iter().flatten().enumerate() {
        all.push((format!("branch[{place}].when"), case.get_ref().when.span()));
    }
    all
}

fn member(step: &file::Step) -> String {
    format!("step {}", step.name.get_ref())
}

fn command_step(
    source: &mut Source,
    raw: &file::Step,
    command: &Spanned<String>,
    processes: Processes<'_>,
) -> StepKind {
    let own = [
        "instance",
        "request",
        "on_success",
        "on_error",
        "repeat",
        "attempts",
        "timeout",
    ];
    refuse(source, raw, "`command`", &own);
    let mut request = Map::new();
    for (name, value) in &raw.request {
        match json(value.get_ref()) {
            Ok(value) => {
                request.insert(name.get_ref().clone(), value);
            }
            Err(why) => source.wrong(&value.span(), name.get_ref(), why),
        }
    }
    let attempts = raw
        .attempts
        .as_ref()
        .map_or(ATTEMPTS, |attempts| *attempts.get_ref());
    if attempts == 0 {
        let at = span(raw.attempts.as_ref()).unwrap_or_default();
        source.wrong(&at, "attempts", "it must be 1 or more");
    }
    let timeout = raw
        .timeout
        .as_ref()
        .map(|text| millis(source, "timeout", text));
    let command = command.get_ref().clone();
    StepKind::Command {
        instance: text(raw.instance.as_ref()),
        request: Value::Object(request),
        on_success: text(raw.on_success.as_ref()),
        on_error: text(raw.on_error.as_ref()),
        repeat: raw
            .repeat
            .as_ref()
            .map_or_else(|| processes(&command), |it| *it.get_ref()),
        attempts,
        timeout_ms: timeout,
        command,
    }
}

fn wait_step(source: &mut Source, raw: &file::Step, wait: &Spanned<String>) -> StepKind {
    if raw.event.is_none() {
        refuse(source, raw, "`wait` without `event`", &["on_timeout"]);
    } else {
        let own = [
            "instance",
            "event",
            "customer",
            "condition",
            "on_event",
            "on_timeout",
        ];
        refuse(source, raw, "`wait`", &own);
    }
    StepKind::Wait {
        for_ms: millis(source, "wait", wait),
        event: raw.event.as_ref().map(|event| Awaited {
            name: event.get_ref().clone(),
            instance: text(raw.instance.as_ref()),
            customer: text(raw.customer.as_ref()),
            condition: text(raw.condition.as_ref()),
        }),
        on_event: text(raw.on_event.as_ref()),
        on_timeout: text(raw.on_timeout.as_ref()),
    }
}

fn branch_step(source: &mut Source, raw: &file::Step, cases: &[Spanned<file::Case>]) -> StepKind {
    refuse(source, raw, "`branch`", &["otherwise"]);
    let cases = cases.iter().map(|case| Case {
        when: case.get_ref().when.get_ref().clone(),
        goto: case.get_ref().goto.get_ref().clone(),
    });
    StepKind::Branch {
        cases: cases.collect(),
        otherwise: text(raw.otherwise.as_ref()),
    }
}

/// Notes each member that a step of this kind does not have; `own` are those that it may have.
fn refuse(source: &mut Source, raw: &file::Step, kind: &str, own: &[&str]) {
    let present = [
        ("instance", span(raw.instance.as_ref())),
        ("request", raw.request.keys().next().map(Spanned::span)),
        ("on_success", span(raw.on_success.as_ref())),
        ("on_error", span(raw.on_error.as_ref())),
        ("repeat", span(raw.repeat.as_ref())),
        ("attempts", span(raw.attempts.as_ref())),
        ("timeout", span(raw.timeout.as_ref())),
        ("event", span(raw.event.as_ref())),
        ("customer", span(raw.customer.as_ref())),
        ("condition", span(raw.condition.as_ref())),
        ("on_event", span(raw.on_event.as_ref())),
        ("on_timeout", span(raw.on_timeout.as_ref())),
        ("otherwise", span(raw.otherwise.as_ref())),
    ];
    for (name, span) in present {
        if let Some(span) = span.filter(|_| !own.contains(&name)) {
            let what = format!("a step with {kind} has no `{name}`");
            source.wrong(&span, &member(raw), what);
        }
    }
}

fn millis(source: &mut Source, name: &str, text: &Spanned<String>) -> u64 {
    match duration(text.get_ref()) {
        Ok(duration) => u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
        Err(why) => {
            source.wrong(&text.span(), name, why);
            0
        }
    }
}

fn span<T>(value: Option<&Spanned<T>>) -> Option<Span> {
    value.map(Spanned::span)
}

fn text(value: Option<&Spanned<String>>) -> Option<String> {
    value.map(|value| value.get_ref().clone())
}
