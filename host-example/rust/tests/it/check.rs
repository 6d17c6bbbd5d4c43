//! The command `check`: the example is right, and mistakes are named by file, line and member.

use std::fs;

use crate::program::{Ended, run};
use crate::served::Site;

pub(crate) const EXAMPLE: &str = include_str!("../../example/adapter-host.toml");

pub(crate) fn check(text: &str) -> Ended {
    let site = Site::new("");
    fs::write(site.file(), text).unwrap();
    let mut command = site.program();
    command
        .env(
            "WHATSAPP_AUTHENTICATION_TOKEN",
            "EMULATOR-ACCESS-TOKEN-0123456789",
        )
        .env("WHATSAPP_PHONE_NUMBER_ID", "106540352242922")
        .env(
            "WHATSAPP_APP_SECRET_BASE64",
            "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        );
    run(command.arg("check").arg(site.file()))
}

#[test]
fn the_example_is_right() {
    let ended = check(EXAMPLE);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended
            .stdout
            .ends_with(": OK: 1 instance, 3 triggers, 3 workflows\n"),
        "{}",
        ended.stdout
    );
}

#[test]
fn the_example_is_the_specifications_setup() {
    for line in [
        "command = \"processWebhook\"",
        "request = { whatsAppNotification = \"{whatsAppEvent}\" }",
        "type = \"Advanced Webhook\"",
        "authentication_type = \"HMAC SHA256 using key\"",
        "authentication_key = { env = \"WHATSAPP_APP_SECRET_BASE64\" }",
        "response_type = \"None\"",
        "parse_body = false",
        "properties = { whatsAppEvent = \"{wfsystem.body}\" }",
    ] {
        assert!(EXAMPLE.lines().any(|found| found == line), "{line}");
    }
}

/// What is said if `from` in the example were `to`; the line is that of `from`.
pub(crate) fn mistake(from: &str, to: &str) -> String {
    assert!(EXAMPLE.contains(from), "{from}");
    let ended = check(&EXAMPLE.replacen(from, to, 1));
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{to}");
    let line = EXAMPLE.split(from).next().unwrap().lines().count() + 1;
    let place = format!("host.toml:{line}:");
    let mut lines = ended.stderr.lines();
    let named = lines.find(|found| found.contains(&place));
    let named = named.unwrap_or_else(|| panic!("{place}{to}: {}", ended.stderr));
    let (column, said) = named
        .split(&place)
        .nth(1)
        .unwrap()
        .split_once(": ")
        .unwrap();
    assert!(column.parse::<usize>().unwrap() > 0, "{named}");
    said.to_owned()
}

#[test]
fn what_a_plugin_does_not_offer_is_named_by_line_and_member() {
    for (from, to, said) in [
        (
            "apiVersion = \"v27.0\"",
            "apiVersion = \"26\"",
            "apiVersion: property \"apiVersion\"",
        ),
        (
            "apiVersion = \"v27.0\"",
            "apiVersion = 26",
            "apiVersion: it must be of type string",
        ),
        (
            "authenticationToken = { env",
            "authenticationToken = \"EMULATOR-ACCESS-TOKEN-0123456789\" #",
            "authenticationToken: secrets must not be written in this file",
        ),
        (
            "baseUrl = ",
            "colour = \"red\"\nbaseUrl = ",
            "colour: whatsapp has no such property; it has authenticationToken",
        ),
        (
            "adapter_type = \"whatsapp\"\n[",
            "adapter_type = \"sms\"\n[",
            "adapter_type: no plugin is of the type sms; there is whatsapp",
        ),
        (
            "event = \"status_changed\"",
            "event = \"status\"",
            "event: whatsapp raises no event status; it raises customer_message, status_changed",
        ),
        (
            "adapter = \"sales\"",
            "adapter = \"sale\"",
            "adapter: there is no instance sale",
        ),
        (
            "ingress = \"http://127.0.0.1:8180\"",
            "ingress = \"127.0.0.1:8180\"",
            "ingress: 127.0.0.1:8180 is no URL such as http://127.0.0.1:8180",
        ),
        (
            "listen = \"127.0.0.1:9080\"",
            "listen = \"9080\"",
            "listen: 9080 is no address and port",
        ),
        (
            "workflow = \"greet\"",
            "workflow = \"greed\"",
            "workflow: there is no workflow greed",
        ),
    ] {
        let found = mistake(from, to);
        assert!(found.starts_with(said), "{said}: {found}");
        assert!(!found.contains("EMULATOR-ACCESS"), "{found}");
    }
}

#[test]
fn what_a_command_does_not_take_is_named_by_step() {
    for (member, said) in [
        (
            "command = \"sendFax\"",
            "there is no command sendFax; there is sendMessageText",
        ),
        (
            "command = \"sendMessageText\"\nrequest = { message = \"x\" }",
            "request.phoneNumber is missing",
        ),
        (
            "command = \"sendMessageText\"\n\
             request = { phoneNumber = \"1\", message = \"x\", colour = \"red\" }",
            "sendMessageText has no request member colour",
        ),
        (
            "command = \"sendMessageText\"\nrequest = { phoneNumber = 1, message = \"x\" }",
            "request.phoneNumber: it must be of type string",
        ),
        (
            "command = \"sendMessageText\"\nrepeat = true\n\
             request = { phoneNumber = \"1\", message = \"x\" }",
            "`repeat`: sendMessageText sends a message, which is sent at most once: leave it out",
        ),
        (
            "command = \"sendMessageTemplate\"\nrepeat = true\ninstance = \"{x}\"\n\
             request = { phoneNumber = \"1\", templateName = \"x\", languageCode = \"y\" }",
            "`repeat`: sendMessageTemplate sends a message",
        ),
        (
            "wait = \"1s\"\nevent = \"fax\"",
            "no plugin raises an event fax",
        ),
        (
            "command = \"processWebhook\"\ninstance = \"fax\"\n\
             request = { whatsAppNotification = \"x\" }",
            "there is no instance fax",
        ),
    ] {
        let step =
            format!("[[workflow]]\nname = \"w\"\n[[workflow.step]]\nname = \"s\"\n{member}\n");
        let ended = check(&format!("{EXAMPLE}\n{step}"));
        let said = format!("workflow w, step s: {said}");
        assert!(
            ended.code == 2 && ended.stderr.contains(&said),
            "{said}: {}",
            ended.stderr
        );
    }
    let read = "[[workflow]]\nname = \"w\"\n[[workflow.step]]\nname = \"s\"\n\
                command = \"getPhoneNumber\"\nrepeat = true\n";
    let ended = check(&format!("{EXAMPLE}\n{read}"));
    assert_eq!(ended.code, 0, "what sends nothing: {}", ended.stderr);
    let homeless = EXAMPLE.replacen("instance = \"sales\"\ncommand", "command", 1);
    let ended = check(&homeless);
    let said = "step process: `instance` is missing: the trigger whatsapp starts this workflow";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}

/// Everything that is said of the example with more steps in a workflow `w` that `hello` starts.
pub(crate) fn said_of_steps(steps: &str) -> String {
    let text = EXAMPLE.replacen("workflow = \"greet\"", "workflow = \"w\"", 1);
    let ended = check(&format!("{text}\n[[workflow]]\nname = \"w\"\n{steps}\n"));
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{steps}");
    ended.stderr
}

#[test]
fn h08_requests_are_held_against_what_the_plugin_takes_and_names_get_did_you_mean() {
    let buttons = |count: usize| {
        let one = |at| format!("{{ id = \"b{at}\", title = \"Button {at}\" }}");
        (0..count).map(one).collect::<Vec<_>>().join(", ")
    };
    let long = "x".repeat(21);
    for (request, said) in [
        (
            format!(
                "command = \"sendMessageButtons\"\nrequest = {{ phoneNumber = \"{{messages[0].from}}\", message = \"x\", buttons = [{}] }}",
                buttons(4)
            ),
            "\"buttons\" has 4 elements; the maximum is 3",
        ),
        (
            format!(
                "command = \"sendMessageButtons\"\nrequest = {{ phoneNumber = \"{{messages[0].from}}\", message = \"{{messages[0].id}}\", buttons = [{{ id = \"a\", title = \"{long}\" }}] }}"
            ),
            "\"buttons[0].title\" has 21 characters",
        ),
        (
            "command = \"sendMessgeText\"".to_owned(),
            "there is no command sendMessgeText; did you mean sendMessageText?",
        ),
        (
            "command = \"sendMessageText\"\nrequest = { phoneNumer = \"1\", message = \"x\" }"
                .to_owned(),
            "sendMessageText has no request member phoneNumer; did you mean phoneNumber?",
        ),
    ] {
        let step = format!("[[workflow.step]]\nname = \"s\"\n{request}");
        let found = said_of_steps(&step);
        assert!(found.contains(said), "{request}: {found}");
    }
    let right = format!(
        "command = \"sendMessageButtons\"\nrequest = {{ phoneNumber = \"{{messages[0].from}}\", message = \"x\", buttons = [{}] }}",
        buttons(3)
    );
    let text = EXAMPLE.replacen("workflow = \"greet\"", "workflow = \"w\"", 1);
    let step = format!("[[workflow.step]]\nname = \"s\"\n{right}");
    let ended = check(&format!("{text}\n[[workflow]]\nname = \"w\"\n{step}\n"));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

#[test]
fn h08_two_instances_of_one_number_and_a_bad_key_are_named() {
    let second = "[[instance]]\nname = \"support\"\nadapter_type = \"whatsapp\"\n[instance.properties]\n\
        authenticationToken = { env = \"WHATSAPP_AUTHENTICATION_TOKEN\" }\napiVersion = \"v27.0\"\n\
        phoneNumberId = { env = \"WHATSAPP_PHONE_NUMBER_ID\" }\n";
    let ended = check(&format!("{EXAMPLE}\n{second}"));
    let said = "phoneNumberId: the instance sales has the same phoneNumberId";
    assert!(
        ended.code == 2 && ended.stderr.contains(said),
        "{}",
        ended.stderr
    );
    let site = Site::new("");
    for key in ["c2VjcmV0Cg==", "MDEy\nMzQ1"] {
        let mut command = site.program();
        let ended = run(command.env("TEST_KEY", key).arg("check").arg(site.file()));
        assert_eq!(ended.code, 2, "{key}");
        assert!(
            ended.stderr.contains("authentication_key: "),
            "{}",
            ended.stderr
        );
        assert!(
            ended.stderr.contains("a line break or a blank"),
            "{}",
            ended.stderr
        );
    }
}
