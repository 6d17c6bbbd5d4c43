//! The command `check`: names in expressions, conditions and steps.

use crate::check::{EXAMPLE, mistake, said_of_steps};

#[test]
fn h08_names_that_nothing_has_are_named_with_their_place_and_what_was_meant() {
    let steps = r#"
[[workflow.step]]
name = "ask"
command = "sendMessageText"
request = { phoneNumber = "{messages[0].from}", message = "{message[0].text.body} of {wfglobal.compny}" }
[[workflow.step]]
name = "note"
command = "sendMessageText"
request = { phoneNumber = "{messages[0].from}", message = "{asc.messageId} {ask.messageID} {statuses[0].id}" }
[[workflow.step]]
name = "turn"
branch = [{ when = 'messages[0].text.body.includes("hello")', goto = "end" }, { when = 'messages[0].from', goto = "end" }]
[[workflow.step]]
name = "answer"
wait = "1h"
event = "customer_message"
condition = 'mesages[0].type == "text"'
"#;
    let said = said_of_steps(steps);
    let line = |what: &str| {
        let text = format!("{EXAMPLE}\n[[workflow]]\nname = \"w\"\n{steps}\n");
        let before = text.split(what).next().unwrap();
        let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
        format!("host.toml:{}:{column}: ", before.matches('\n').count() + 1)
    };
    for (at, what) in [
        (
            "message[0].text",
            "there is no property message; did you mean messages?",
        ),
        (
            "wfglobal.compny",
            "wfglobal has no member compny; did you mean company?",
        ),
        (
            "asc.messageId",
            "there is no property asc; did you mean ask?",
        ),
        (
            "ask.messageID",
            "ask has no member messageID; did you mean messageId?",
        ),
        ("statuses[0].id", "there is no property statuses"),
        (
            "messages[0].text.body.includes",
            "there is no function includes; did you mean contains?",
        ),
        (
            "messages[0].from', goto",
            "it must be boolean, true or false, and messages[0].from is a text",
        ),
        (
            "mesages[0]",
            "there is no property mesages; did you mean messages?",
        ),
    ] {
        let found = said.lines().find(|found| found.contains(what));
        let found = found.unwrap_or_else(|| panic!("{what}: {said}"));
        let (place, _) = line(at)
            .rsplit_once(':')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        let line = place.rsplit_once(':').unwrap().0;
        assert!(found.contains(line), "{at}: {found}");
    }
    assert_eq!(said.lines().count(), 8, "all at once, each once: {said}");
    // The column is the name's own.
    let found = said
        .lines()
        .find(|line| line.contains("property asc"))
        .unwrap();
    assert!(found.contains(line("asc.messageId").as_str()), "{found}");
}

#[test]
fn h08_conditions_of_triggers_are_checked_as_those_of_steps() {
    for (from, to, said) in [
        (
            "condition = 'messages[0].type == \"text\" && messages[0].text.body.contains(\"hello\")'",
            "condition = 'messages[0].text.body.includes(\"hello\")'",
            "did you mean contains?",
        ),
        (
            "condition = 'statuses[0].status == \"failed\"'",
            "condition = 'statuses[0].status'",
            "it must be boolean",
        ),
        (
            "condition = 'statuses[0].status == \"failed\"'",
            "condition = 'status[0].status == \"failed\"'",
            "there is no property status; did you mean statuses?",
        ),
        (
            "properties = { whatsAppEvent = \"{wfsystem.body}\" }",
            "properties = { whatsAppEvent = \"{wfsystem.bdy}\" }",
            "wfsystem has no member bdy; did you mean body?",
        ),
    ] {
        let found = mistake(from, to);
        assert!(found.contains(said), "{to}: {found}");
    }
}

#[test]
fn h08_a_step_has_a_name_that_expressions_can_use_and_nothing_else_has() {
    for (name, said) in [
        ("ask-it", "write ask_it"),
        ("2nd", "begins with none of the digits"),
        ("messages", "begins with a property messages"),
        ("eventId", "begins with a property eventId"),
        ("wfglobal", "gives every run a property wfglobal"),
        ("in", "is a word of the expressions' language"),
    ] {
        let step = format!("[[workflow.step]]\nname = \"{name}\"\nwait = \"1s\"");
        let found = said_of_steps(&step);
        assert!(found.contains(said), "{name}: {found}");
    }
}
