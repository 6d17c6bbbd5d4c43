//! The open runs of one customer that wait for events, and the events that they have not seen yet: which
//! run an event wakes. No clock and no journal, so it is decided alike on every worker.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::payload::{Event, Waiting};
use crate::engine::definitions::Definitions;

/// A run that begins to wait looks back at so many events at most.
const LOOK_BACK: usize = 100;
/// And at so many bytes of them, but for the last one. All of it goes through the server whenever anything
/// comes of the customer, and the server takes no more than 32 MiB in one piece.
const LOOK_BACK_BYTES: usize = 1 << 20;

/// The open runs of one customer that wait for events, now or later.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct OpenRuns {
    /// How many events have come since one of these runs is open.
    came: u64,
    /// The last ones that one of these runs may wait for.
    events: Vec<Came>,
    runs: BTreeMap<String, OpenRun>,
    waits: Vec<Waiting>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Came {
    number: u64,
    name: String,
    json: Box<RawValue>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct OpenRun {
    /// The last event that it began with or was woken by.
    mark: u64,
    /// The events that its definition ever waits for.
    awaits: Vec<String>,
}

impl OpenRuns {
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.waits.is_empty()
    }

    /// A run begins that will wait for events of these names.
    pub(super) fn begin(&mut self, run: &str, awaits: Vec<String>) {
        let mark = self.came;
        self.runs.insert(run.to_owned(), OpenRun { mark, awaits });
    }

    /// An event has come; the waits that it ends.
    pub(super) fn event(&mut self, event: &Event, definitions: &Definitions) -> Vec<Waiting> {
        if self.is_empty() {
            return Vec::new();
        }
        self.came += 1;
        let members = value(&event.json);
        let fits = |wait: &mut Waiting| {
            wait.name == event.name && definitions.holds(wait.condition.as_deref(), &members)
        };
        let woken: Vec<Waiting> = self.waits.extract_if(.., fits).collect();
        for wait in &woken {
            if let Some(run) = self.runs.get_mut(&wait.run) {
                run.mark = self.came;
            }
        }
        self.events.push(Came {
            number: self.came,
            name: event.name.clone(),
            json: event.json.clone(),
        });
        self.tidy();
        woken
    }

    /// A run waits. An event that came before it did, and after the last that it knows, counts too.
    pub(super) fn wait(
        &mut self,
        wait: Waiting,
        definitions: &Definitions,
    ) -> Option<Box<RawValue>> {
        let run = self.runs.get_mut(&wait.run);
        let mark = run.as_ref().map_or(self.came, |run| run.mark);
        let fits = |event: &&Came| {
            event.number > mark
                && event.name == wait.name
                && definitions.holds(wait.condition.as_deref(), &value(&event.json))
        };
        let Some(early) = self.events.iter().find(fits) else {
            self.waits.push(wait);
            return None;
        };
        let json = early.json.clone();
        if let Some(run) = run {
            run.mark = early.number;
        }
        self.tidy();
        Some(json)
    }

    /// The time of a wait is up; none if an event has ended it.
    pub(super) fn time_is_up(&mut self, awakeable: &str) -> Option<Waiting> {
        let mut all = self.waits.iter();
        let place = all.position(|wait| wait.awakeable == awakeable)?;
        Some(self.waits.remove(place))
    }

    /// A run has ended.
    pub(super) fn end(&mut self, run: &str) {
        self.runs.remove(run);
        self.waits.retain(|wait| wait.run != run);
        self.tidy();
    }

    /// Forgets the events that no run will look back at.
    fn tidy(&mut self) {
        let runs = &self.runs;
        self.events.retain(|event| {
            let wanted =
                |run: &OpenRun| run.mark < event.number && run.awaits.contains(&event.name);
            runs.values().any(wanted)
        });
        let mut bytes = 0;
        let fits = |event: &&Came| {
            bytes += event.json.get().len() + event.name.len();
            bytes <= LOOK_BACK_BYTES
        };
        let newest = self.events.iter().rev().take(LOOK_BACK).take_while(fits);
        let kept = newest.count().max(1);
        let surplus = self.events.len().saturating_sub(kept);
        self.events.drain(..surplus);
    }
}

fn value(json: &RawValue) -> Value {
    crate::json::parse(json.get()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, text: &str) -> Event {
        Event {
            name: name.to_owned(),
            correlation: None,
            settles: None,
            line: None,
            json: RawValue::from_string(format!(r#"{{"text":"{text}"}}"#)).unwrap(),
        }
    }

    fn wait(run: &str, name: &str, condition: Option<&str>) -> Waiting {
        Waiting {
            run: run.to_owned(),
            invocation: String::new(),
            awakeable: format!("awakeable of {run}"),
            name: name.to_owned(),
            condition: condition.map(str::to_owned),
            for_ms: 1000,
        }
    }

    fn runs(woken: &[Waiting]) -> Vec<&str> {
        woken.iter().map(|wait| wait.run.as_str()).collect()
    }

    fn messages() -> Vec<String> {
        vec!["message".to_owned()]
    }

    #[test]
    fn an_event_wakes_whoever_waits_for_it_and_only_once() {
        let (mut open, definitions) = (OpenRuns::default(), Definitions::default());
        open.begin("a", messages());
        let yes = Some(r#"text == "yes""#);
        assert!(open.wait(wait("a", "message", yes), &definitions).is_none());
        assert!(open.wait(wait("b", "status", None), &definitions).is_none());
        let woken = |open: &mut OpenRuns, name, text| {
            let woken = open.event(&event(name, text), &definitions);
            runs(&woken).join(" ")
        };
        assert_eq!(woken(&mut open, "message", "no"), "");
        assert_eq!(woken(&mut open, "message", "yes"), "a");
        assert_eq!(woken(&mut open, "message", "yes"), "");
        assert_eq!(woken(&mut open, "status", "sent"), "b");
        open.end("a");
        assert!(open.is_empty() && open.events.is_empty());
    }

    #[test]
    fn an_answer_that_comes_before_the_run_waits_for_it_counts() {
        let (mut open, definitions) = (OpenRuns::default(), Definitions::default());
        open.begin("a", messages());
        open.event(&event("message", "1"), &definitions);
        open.event(&event("other", "x"), &definitions);
        open.event(&event("message", "2"), &definitions);
        assert_eq!(open.events.len(), 2, "nobody waits for the other");
        for number in 1..=2 {
            let early = open.wait(wait("a", "message", None), &definitions).unwrap();
            assert_eq!(early.get(), format!(r#"{{"text":"{number}"}}"#));
        }
        assert!(
            open.wait(wait("a", "message", None), &definitions)
                .is_none()
        );
        assert!(open.events.is_empty(), "it has seen them all");
    }

    #[test]
    fn a_run_does_not_see_what_came_before_it_began() {
        let (mut open, definitions) = (OpenRuns::default(), Definitions::default());
        open.begin("a", messages());
        open.event(&event("message", "1"), &definitions);
        open.begin("b", messages());
        assert!(
            open.wait(wait("b", "message", None), &definitions)
                .is_none()
        );
        assert!(
            open.wait(wait("a", "message", None), &definitions)
                .is_some()
        );
    }

    #[test]
    fn a_wait_ends_by_an_event_or_by_time_and_never_by_both() {
        let (mut open, definitions) = (OpenRuns::default(), Definitions::default());
        open.begin("a", messages());
        open.wait(wait("a", "message", None), &definitions);
        assert!(open.time_is_up("awakeable of a").is_some());
        assert!(
            open.event(&event("message", "late"), &definitions)
                .is_empty()
        );
        open.wait(wait("b", "message", None), &definitions);
        open.event(&event("message", "in time"), &definitions);
        assert!(open.time_is_up("awakeable of b").is_none());
    }

    #[test]
    fn what_is_kept_has_a_limit() {
        let (mut open, definitions) = (OpenRuns::default(), Definitions::default());
        open.begin("a", messages());
        for number in 0..LOOK_BACK + 5 {
            open.event(&event("message", &number.to_string()), &definitions);
        }
        assert_eq!(open.events.len(), LOOK_BACK);
        let oldest = open.wait(wait("a", "message", None), &definitions).unwrap();
        assert_eq!(oldest.get(), r#"{"text":"5"}"#);
    }

    /// R9: 110 messages of 400 kB while a run was open made a state that the server refused, for good.
    #[test]
    fn r09_what_is_kept_has_a_limit_in_bytes() {
        let (mut open, definitions) = (OpenRuns::default(), Definitions::default());
        open.begin("a", messages());
        let size = |open: &OpenRuns| serde_json::to_vec(open).unwrap().len();
        for (length, count) in [
            (400_000, 12),
            (2, 120),
            (1_000_000, 3),
            (3_000_000, 2),
            (10, 120),
        ] {
            for number in 1..=count {
                let text = format!("{number}{}", "x".repeat(length));
                open.event(&event("message", &text), &definitions);
                assert!(size(&open) < LOOK_BACK_BYTES + length + 20_000, "{length}");
            }
            let last = open.events.last().unwrap();
            let newest = format!("\"{count}x");
            assert!(last.json.get().contains(&newest), "the last one is kept");
        }
    }
}
