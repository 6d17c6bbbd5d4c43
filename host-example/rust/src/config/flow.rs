//! The ways through a workflow: which steps can come before which, and whether one leads to the end.

use std::collections::{BTreeMap, BTreeSet};

use super::place::Source;
use super::workflow::Workflow;
use crate::workflow::{Definition, END, StepKind};

/// The ways through a workflow.
pub(super) struct Flow<'a> {
    /// Where each step can lead; none is the end.
    next: BTreeMap<&'a str, BTreeSet<Option<&'a str>>>,
    first: Option<&'a str>,
}

impl<'a> Flow<'a> {
    pub(super) fn of(definition: &'a Definition) -> Self {
        let mut next = BTreeMap::new();
        for (place, step) in definition.steps.iter().enumerate() {
            let below = definition.steps.get(place + 1);
            let below = below.map(|step| step.name.as_str());
            let to = |target: &'a Option<String>| match target.as_deref() {
                None => below,
                Some(END) => None,
                Some(name) => Some(name),
            };
            let mut ways = BTreeSet::new();
            match &step.kind {
                StepKind::Command {
                    on_success,
                    on_error,
                    ..
                } => {
                    ways.insert(to(on_success));
                    if on_error.is_some() {
                        ways.insert(to(on_error));
                    }
                }
                StepKind::Wait {
                    event,
                    on_event,
                    on_timeout,
                    ..
                } => {
                    ways.insert(to(on_timeout));
                    if event.is_some() {
                        ways.insert(to(on_event));
                    }
                }
                StepKind::Branch { cases, otherwise } => {
                    ways.insert(to(otherwise));
                    let cases = cases.iter().map(|case| case.goto.as_str());
                    ways.extend(cases.map(|name| (name != END).then_some(name)));
                }
            }
            next.insert(step.name.as_str(), ways);
        }
        let first = definition.steps.first().map(|step| step.name.as_str());
        Self { next, first }
    }

    /// The steps that a way leads to from `step`; that one only if a way leads back.
    fn after(&self, step: &str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&str> = vec![step];
        while let Some(step) = open.pop() {
            for target in self.next.get(step).into_iter().flatten().flatten() {
                if found.insert(*target) {
                    open.push(target);
                }
            }
        }
        found
    }

    /// Whether `step` can have been passed when `now` begins.
    pub(super) fn can_be_before(&self, step: &str, now: &str) -> bool {
        self.after(step).contains(now)
    }

    fn ends(&self, step: &str) -> bool {
        let mut all = self.after(step);
        all.extend(self.next.get_key_value(step).map(|(name, _)| *name));
        let ways = all.iter().filter_map(|step| self.next.get(step));
        ways.flatten().any(Option::is_none)
    }
}

/// Names the steps that no way leads to, and those from which none leads to the end.
pub(super) fn check(source: &mut Source, workflow: &Workflow) {
    let flow = Flow::of(&workflow.definition);
    let Some(first) = flow.first else { return };
    let reached = flow.after(first);
    let mut goes_round = false;
    for step in &workflow.definition.steps {
        let name = step.name.as_str();
        if name == END || !step.kind.targets().iter().all(|to| flow.knows(to)) {
            return; // said already
        }
        let span = workflow.steps.get(name).unwrap_or(&workflow.span);
        let member = format!("workflow {}, step {name}", workflow.definition.name);
        if name != first && !reached.contains(name) {
            let what = "no step leads here: name it where it is to follow (`on_success`, `goto`, …), \
                        or take it out";
            source.wrong(span, &member, what);
        } else if !flow.ends(name) && !goes_round {
            goes_round = true; // the others of the circle are the same mistake
            let what = "from here no way leads to the end, the steps go round for ever: let one of \
                        them go on with \"end\"";
            source.wrong(span, &member, what);
        }
    }
}

impl Flow<'_> {
    fn knows(&self, target: &str) -> bool {
        target == END || self.next.contains_key(target)
    }
}
