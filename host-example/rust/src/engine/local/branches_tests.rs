//! Which branches a run is shown with.

use serde_json::{Value, json};

use super::*;
use crate::store::{RunId, StepState};
use crate::workflow::{Definition, Outcome};

/// Reply, wait for an answer, two branches one after the other, thanks.
fn workflow() -> Compiled {
    let steps = json!([
        {"name": "reply", "kind": "command", "command": "sendMessageText", "attempts": 1, "request": {}},
        {"name": "answer", "kind": "wait", "for_ms": 1000, "event": {"name": "customer_message"}},
        {"name": "kind", "kind": "branch", "otherwise": "end",
         "cases": [{"when": "answer.type == 'text'", "goto": "which"}]},
        {"name": "which", "kind": "branch", "otherwise": "end",
         "cases": [{"when": "answer.id == 'yes'", "goto": "thanks"}]},
        {"name": "thanks", "kind": "command", "command": "sendMessageText", "attempts": 1, "request": {}}
    ]);
    let definition = json!({"name": "w", "steps": steps, "globals": {}});
    let definition: Definition = serde_json::from_value(definition).unwrap();
    Compiled::new(definition).unwrap()
}

/// A step of that name: how it ended, or not yet.
fn step(seq: i64, name: &str, ended: Option<(Outcome, Value)>) -> (StepRow, StepView) {
    let kind = if name == "answer" { "wait" } else { "command" };
    let state = if ended.is_some() {
        StepState::Done
    } else {
        StepState::Waiting
    };
    let view = StepView {
        seq,
        name: name.to_owned(),
        kind: kind.to_owned(),
        state,
        at: seq * 100,
        ended_at: ended.is_some().then_some(seq * 100 + 50),
        command: None,
        correlation_id: None,
        request: None,
        output: None,
    };
    let row = StepRow {
        seq,
        name: name.to_owned(),
        state,
        correlation: None,
        attempt: 1,
        outcome: ended.as_ref().map(|(outcome, _)| *outcome),
        output: ended.map(|(_, output)| output.to_string()),
    };
    (row, view)
}

/// The names of the steps as they are shown, a branch with where it led.
fn shown(state: RunState, steps: Vec<(StepRow, StepView)>) -> Vec<String> {
    let (rows, views) = steps.into_iter().unzip();
    let run = RunView {
        id: RunId(1),
        workflow: "w".to_owned(),
        trigger: "t".to_owned(),
        instance: "i".to_owned(),
        customer: String::new(),
        state,
        error: String::new(),
        started_at: 7,
        ended_at: None,
        steps: views,
    };
    let run = on_the_way(&workflow(), &Map::new(), rows, run);
    let name = |step: StepView| match step.output {
        Some(output) if step.kind == "branch" => {
            assert_eq!(step.ended_at, Some(step.at));
            format!("{} -> {}", step.name, output["taken"].as_str().unwrap())
        }
        _ => step.name,
    };
    run.steps.into_iter().map(name).collect()
}

fn replied() -> (StepRow, StepView) {
    step(1, "reply", Some((Outcome::Success, json!({}))))
}

fn answered(answer: Value) -> (StepRow, StepView) {
    step(2, "answer", Some((Outcome::Event, answer)))
}

#[test]
fn h13_every_branch_is_shown_before_the_step_it_led_to() {
    let yes = json!({"type": "text", "id": "yes"});
    let thanked = step(3, "thanks", Some((Outcome::Success, json!({}))));
    let all = shown(RunState::Done, vec![replied(), answered(yes), thanked]);
    let expected = [
        "reply",
        "answer",
        "kind -> which",
        "which -> thanks",
        "thanks",
    ];
    assert_eq!(all, expected);
}

#[test]
fn h13_a_branch_that_ends_the_run_is_shown_last() {
    let no = json!({"type": "text", "id": "no"});
    let all = shown(RunState::Done, vec![replied(), answered(no)]);
    assert_eq!(all, ["reply", "answer", "kind -> which", "which -> "]);
    let sticker = json!({"type": "sticker"});
    let all = shown(RunState::Done, vec![replied(), answered(sticker)]);
    assert_eq!(all, ["reply", "answer", "kind -> "]);
}

#[test]
fn h13_no_branch_is_shown_before_it_is_decided() {
    let all = shown(RunState::Waiting, vec![replied(), step(2, "answer", None)]);
    assert_eq!(all, ["reply", "answer"]);
}

#[test]
fn h13_a_branch_that_was_decided_by_what_is_erased_is_left_out() {
    let thanked = || step(3, "thanks", Some((Outcome::Success, json!({}))));
    let erased = answered(json!({}));
    let all = shown(RunState::Done, vec![replied(), erased, thanked()]);
    assert_eq!(all, ["reply", "answer", "thanks"]);
    let (row, view) = answered(json!({}));
    let row = StepRow {
        output: None,
        ..row
    };
    let all = shown(RunState::Done, vec![replied(), (row, view), thanked()]);
    assert_eq!(all, ["reply", "answer", "thanks"]);
}
