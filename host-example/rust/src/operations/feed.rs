//! What happens, as it happens, for the page of the demo. It shows customers' texts, so it is off
//! unless the configuration says otherwise.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use serde::Serialize;
use serde_json::Value;
use tokio::sync::broadcast;
use workflow_adapter_loader::{result_name, wfa_result};

use crate::lock::unpoisoned;
use crate::store::{EventRow, RunId, RunState, StepState, Stored, now_ms};

/// How much of the past a new reader gets.
const PAST: usize = 200;
/// How far a reader may fall behind.
const BEHIND: usize = 1024;

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "lowercase",
    rename_all_fields = "camelCase"
)]
pub(crate) enum Told {
    Webhook {
        instance: String,
        /// The run that it started; empty if none.
        id: String,
        trigger: String,
        http_status: u16,
        raw: Value,
    },
    Event {
        instance: String,
        id: String,
        name: String,
        duplicate: bool,
        starts: Vec<RunId>,
        continues: Vec<RunId>,
        raw: Value,
    },
    Run {
        instance: String,
        id: RunId,
        workflow: String,
        trigger: String,
        customer: String,
        state: RunState,
        error: String,
    },
    Step(StepTold),
    Command {
        instance: String,
        id: String,
        run: RunId,
        step: String,
        name: String,
        raw: Value,
    },
    Response {
        instance: String,
        id: String,
        run: RunId,
        step: String,
        name: String,
        #[serde(serialize_with = "with_name", flatten)]
        result: wfa_result,
        raw: Value,
    },
}

/// A step has come to a state.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StepTold {
    pub(crate) instance: String,
    pub(crate) id: String,
    pub(crate) run: RunId,
    pub(crate) workflow: String,
    pub(crate) step: String,
    pub(crate) step_kind: &'static str,
    pub(crate) state: StepState,
    pub(crate) next: String,
    pub(crate) raw: Value,
}

impl Told {
    /// An event was stored.
    pub(crate) fn event(event: &EventRow, stored: &Stored) -> Self {
        let raw: Value = crate::json::parse(&event.json).unwrap_or_default();
        Self::Event {
            instance: event.instance.clone(),
            id: event.id.clone().unwrap_or_default(),
            name: event.name.clone(),
            duplicate: stored.duplicate,
            starts: stored.starts.clone(),
            continues: stored.continues.clone(),
            raw,
        }
    }
}

/// `result` and `resultName`.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn with_name<S: serde::Serializer>(result: &wfa_result, to: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap as _;
    let mut members = to.serialize_map(Some(2))?;
    members.serialize_entry("result", result)?;
    members.serialize_entry("resultName", result_name(*result))?;
    members.end()
}

/// One line of the feed.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Grows by one from line to line, and begins with the time of the start.
    pub(crate) id: i64,
    /// One JSON object.
    pub(crate) json: Arc<str>,
}

/// Where things are told.
#[derive(Clone, Default)]
pub(crate) struct Feed(Option<Arc<On>>);

struct On {
    past: Mutex<Past>,
    live: broadcast::Sender<Line>,
}

struct Past {
    lines: VecDeque<Line>,
    next: i64,
}

#[derive(Serialize)]
struct At {
    at: i64,
    #[serde(flatten)]
    told: Told,
}

impl Feed {
    /// A feed that somebody may read.
    pub(crate) fn on() -> Self {
        let past = Past {
            lines: VecDeque::new(),
            next: now_ms(),
        };
        Self(Some(Arc::new(On {
            past: Mutex::new(past),
            live: broadcast::channel(BEHIND).0,
        })))
    }

    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Tells something; costs nothing if the feed is off.
    pub(crate) fn tell(&self, told: impl FnOnce() -> Told) {
        let Some(on) = &self.0 else { return };
        let told = At {
            at: now_ms(),
            told: told(),
        };
        let Ok(json) = serde_json::to_string(&told) else {
            return;
        };
        let mut past = on.past();
        let line = Line {
            id: past.next,
            json: json.into(),
        };
        past.next += 1;
        if past.lines.len() == PAST {
            past.lines.pop_front();
        }
        past.lines.push_back(line.clone());
        let _ = on.live.send(line); // nobody reads just now
    }

    /// The past after line `after`, and what comes; none if the feed is off.
    pub(crate) fn read(&self, after: i64) -> Option<(Vec<Line>, broadcast::Receiver<Line>)> {
        let on = self.0.as_ref()?;
        let past = on.past();
        let lines = past.lines.iter().filter(|line| line.id > after).cloned();
        Some((lines.collect(), on.live.subscribe()))
    }
}

impl On {
    fn past(&self) -> MutexGuard<'_, Past> {
        unpoisoned(self.past.lock())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn webhook(number: usize) -> Told {
        Told::Webhook {
            instance: String::new(),
            id: number.to_string(),
            trigger: "whatsapp".to_owned(),
            http_status: 200,
            raw: json!({"object": "x"}),
        }
    }

    #[test]
    fn a_reader_gets_the_past_once_and_then_what_comes() {
        let feed = Feed::on();
        for number in 0..PAST + 5 {
            feed.tell(|| webhook(number));
        }
        let (past, mut live) = feed.read(0).unwrap();
        assert_eq!(past.len(), PAST);
        let first: Value = serde_json::from_str(&past[0].json).unwrap();
        assert_eq!(
            (&first["kind"], &first["id"]),
            (&json!("webhook"), &json!("5"))
        );
        assert_eq!(first["httpStatus"], 200);
        assert!(first["at"].is_i64());
        feed.tell(|| webhook(999));
        let next = live.try_recv().unwrap();
        assert_eq!(next.id, past[PAST - 1].id + 1);
        let (again, _live) = feed.read(past[PAST - 1].id).unwrap();
        assert_eq!(
            again.len(),
            1,
            "only what came after the line that it knows"
        );
    }

    #[test]
    fn a_feed_that_is_off_asks_for_nothing() {
        let feed = Feed::default();
        feed.tell(|| panic!("nobody reads it"));
        assert!(feed.read(0).is_none());
    }

    #[test]
    fn steps_and_responses_have_the_members_that_the_page_reads() {
        let response = Told::Response {
            instance: "demo".to_owned(),
            id: "c".to_owned(),
            run: RunId(7),
            step: "reply".to_owned(),
            name: "sendMessageText".to_owned(),
            result: 0,
            raw: Value::Null,
        };
        let expected = json!({"kind": "response", "instance": "demo", "id": "c", "run": "7",
            "step": "reply", "name": "sendMessageText", "result": 0, "resultName": "WFA_OK",
            "raw": null});
        assert_eq!(serde_json::to_value(response).unwrap(), expected);
        let step = Told::Step(StepTold {
            instance: "demo".to_owned(),
            id: "7/1".to_owned(),
            run: RunId(7),
            workflow: "greet".to_owned(),
            step: "reply".to_owned(),
            step_kind: "command",
            state: StepState::Intent,
            next: String::new(),
            raw: Value::Null,
        });
        let expected = json!({"kind": "step", "instance": "demo", "id": "7/1", "run": "7",
            "workflow": "greet", "step": "reply", "stepKind": "command", "state": "started",
            "next": "", "raw": null});
        assert_eq!(serde_json::to_value(step).unwrap(), expected);
    }
}
