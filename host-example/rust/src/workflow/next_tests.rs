//! What a run does next, step by step, through the workflow of the example.

use serde_json::{Map, Value, json};

use super::super::{Compiled, Definition};
use super::*;

fn workflow(steps: &Value) -> Compiled {
    let definition = json!({"name": "w", "steps": steps, "globals": {"company": "Lucky Shrub"},
        "output": {"answer": "{has(wfresult.status) ? wfresult.status : 'none'}"}});
    let definition: Definition = serde_json::from_value(definition).unwrap();
    Compiled::new(definition).unwrap()
}

/// Reply, ask, wait for an answer; escalate if there is none.
fn greet() -> Compiled {
    workflow(&json!([
        {"name": "reply", "kind": "command", "command": "sendMessageText", "attempts": 1,
         "request": {"phoneNumber": "{messages[0].from}", "message": "{wfglobal.company} greets"}},
        {"name": "answer", "kind": "wait", "for_ms": 86_400_000,
         "event": {"name": "customer_message", "condition": "messages[0].type == 'interactive'"},
         "on_event": "which", "on_timeout": "escalate"},
        {"name": "which", "kind": "branch", "otherwise": "end",
         "cases": [{"when": "answer.messages[0].id == 'yes'", "goto": "thanks"}]},
        {"name": "thanks", "kind": "command", "command": "sendMessageText", "attempts": 1,
         "request": {"message": "{reply.messageId}"}, "on_success": "end", "on_error": "escalate"},
        {"name": "escalate", "kind": "command", "command": "sendMessageTextTemplate",
         "attempts": 1, "request": {}}
    ]))
}

fn properties() -> Map<String, Value> {
    let event = json!({"messages": [{"from": "16505551234"}]});
    event.as_object().unwrap().clone()
}

fn done(step: &str, outcome: Outcome, output: Value) -> Done {
    Done {
        step: step.to_owned(),
        outcome,
        output,
    }
}

fn command(next: Next) -> CommandCall {
    match next {
        Next::Command(call) => call,
        other => panic!("{other:?}"),
    }
}

fn sent(step: &str) -> Done {
    let response = json!({"status": "SUCCESS", "messageId": "wamid.1"});
    done(step, Outcome::Success, response)
}

#[test]
fn the_first_step_sees_the_triggers_and_the_global_properties() {
    let workflow = greet();
    let call = command(Progress::new(&workflow, &properties()).next().1);
    assert_eq!((call.step.as_str(), call.instance), ("reply", None));
    let request = json!({"phoneNumber": "16505551234", "message": "Lucky Shrub greets"});
    assert_eq!(call.request, request);
}

#[test]
fn an_event_and_a_timeout_lead_to_different_steps() {
    let workflow = greet();
    for (outcome, output, steps) in [
        (
            Outcome::Event,
            json!({"messages": [{"id": "yes"}]}),
            "thanks",
        ),
        (Outcome::Event, json!({"messages": [{"id": "no"}]}), "end"),
        (Outcome::Timeout, Value::Null, "escalate"),
    ] {
        let mut progress = Progress::new(&workflow, &properties());
        progress.pass(&sent("reply"));
        let (_, Next::Wait(wait)) = progress.next() else {
            panic!("it does not wait")
        };
        assert_eq!((wait.step.as_str(), wait.for_ms), ("answer", 86_400_000));
        assert_eq!(wait.event.unwrap().name, "customer_message");
        progress.pass(&done("answer", outcome, output));
        match progress.next() {
            (passed, Next::Command(call)) => {
                assert_eq!(call.step, steps);
                let branches = usize::from(steps == "thanks");
                assert_eq!(passed.len(), branches);
            }
            (passed, Next::End(output)) => {
                assert_eq!((steps, output), ("end", json!({"answer": "SUCCESS"})));
                assert_eq!(passed[0].taken, "");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_later_step_sees_the_outcome_of_an_earlier_one() {
    let workflow = greet();
    let mut progress = Progress::new(&workflow, &properties());
    progress.pass(&sent("reply"));
    let answer = json!({"messages": [{"id": "yes"}]});
    progress.pass(&done("answer", Outcome::Event, answer));
    let call = command(progress.next().1);
    assert_eq!(call.request, json!({"message": "wamid.1"}));
    progress.pass(&done("thanks", Outcome::Error, json!({"status": "FAILED"})));
    assert_eq!(command(progress.next().1).step, "escalate");
}

#[test]
fn an_error_without_an_output_for_it_ends_the_run() {
    let workflow = greet();
    let mut progress = Progress::new(&workflow, &properties());
    let response = json!({"status": "FAILED", "code": "131030", "error": "not in the list"});
    progress.pass(&done("reply", Outcome::Error, response));
    assert_eq!(progress.following(), "", "nothing follows");
    let (_, Next::Fail(why)) = progress.next() else {
        panic!("it goes on")
    };
    assert_eq!(why, "step reply failed: 131030 not in the list");
}

#[test]
fn a_property_that_is_not_there_ends_the_run_with_its_name() {
    let workflow = greet();
    let (_, Next::Fail(why)) = Progress::new(&workflow, &Map::new()).next() else {
        panic!("it goes on")
    };
    assert!(why.contains("reply") && why.contains("messages"), "{why}");
}

#[test]
fn a_circle_is_left_after_a_thousand_steps() {
    let workflow = workflow(&json!([
        {"name": "a", "kind": "branch", "cases": [], "otherwise": "b"},
        {"name": "b", "kind": "branch", "cases": [], "otherwise": "a"}
    ]));
    let (_, Next::Fail(why)) = Progress::new(&workflow, &properties()).next() else {
        panic!("it goes on")
    };
    assert!(why.contains("circles"), "{why}");
}

#[test]
fn each_mistake_of_a_definition_is_named_with_its_step() {
    let definition = json!({"name": "w", "output": "{", "steps": [
        {"name": "a", "kind": "command", "command": "c", "attempts": 1, "request": {"x": "{"}},
        {"name": "a", "kind": "wait", "for_ms": 1, "on_timeout": "nowhere",
         "event": {"name": "e", "condition": "1 +"}},
        {"name": "end", "kind": "branch", "cases": [{"when": "", "goto": "a"}]}
    ]});
    let wrong = Compiled::new(serde_json::from_value(definition).unwrap()).unwrap_err();
    for (step, word) in [
        ("a", "another step"),
        ("a", "request: x: "),
        ("a", "nowhere"),
        ("a", "condition: "),
        ("end", "no step"),
        ("end", "when: "),
        ("", "output: "),
    ] {
        let named = |(name, why): &(String, String)| name == step && why.contains(word);
        assert!(wrong.iter().any(named), "{step} {word}: {wrong:?}");
    }
}
