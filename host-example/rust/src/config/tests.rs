//! Mistakes, each named by file, line and member. What must be held against a plugin is tested with
//! the program, which has one.

use std::path::Path;

use super::*;

fn mistakes(text: &str) -> Vec<String> {
    let draft = Draft::of(
        Path::new("x.toml"),
        format!("plugins.directory = \"p\"\n{text}"),
    );
    let environment = |name: &str| {
        (name == "SET").then(|| "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=".to_owned())
    };
    match draft.check(&[], &environment) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(without_column).collect(),
    }
}

/// `file:line: what` of `file:line:column: what`.
fn without_column(mistake: &Mistake) -> String {
    let text = mistake.to_string();
    let (place, what) = text.split_once(": ").unwrap();
    let (place, column) = place.rsplit_once(':').unwrap();
    assert!(column.parse::<usize>().unwrap() > 0, "{text}");
    format!("{place}: {what}")
}

#[test]
fn an_empty_configuration_is_right_and_has_defaults() {
    let draft = Draft::of(
        Path::new("dir/x.toml"),
        "plugins.directory = \"p\"".to_owned(),
    );
    assert_eq!(draft.plugins().as_deref(), Some(Path::new("dir/p")));
    let config = draft.check(&[], &|_| None).unwrap();
    assert_eq!(config.store.path, Path::new("dir/adapter-host.db"));
    assert_eq!(config.store.retention_ms, 30 * 24 * 3_600_000);
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.max_body_bytes, 3 * 1024 * 1024);
}

#[test]
fn each_mistake_is_named_by_file_line_and_member() {
    for (text, expected) in [
        (
            "[server]\nlisten = \"here\"",
            "x.toml:3: listen: here is no address",
        ),
        ("[server]\npath = \"x y\"", "x.toml:3: path: "),
        (
            "[restate]\ningress = \"http://user:secret@127.0.0.1:8180\"",
            "x.toml:3: ingress: it must not have a user's name or password",
        ),
        ("[server]\nmax_concurrent = 0", "x.toml:3: max_concurrent: "),
        ("[server]\nmax_body_bytes = -1", "x.toml:3: invalid value"),
        (
            "[server]\nsource_header = \"a b\"",
            "x.toml:3: source_header: ",
        ),
        (
            "[store]\nretention = \"soon\"",
            "x.toml:3: retention: soon is no time",
        ),
        (
            "[store]\nretention = \"0s\"",
            "x.toml:3: retention: it must be longer",
        ),
        ("[store]\nthreads = 0", "x.toml:3: threads: "),
        ("[sever]", "x.toml:2: unknown field `sever`"),
        ("a = [", "x.toml:2: "),
        (
            "global.x = { env = \"SET\" }",
            "x.toml:2: x: a global property is stored",
        ),
        (
            "global.x = { env = \"UNSET\" }",
            "x.toml:2: x: the variable UNSET",
        ),
    ] {
        let found = mistakes(text);
        assert!(
            found.iter().any(|line| line.starts_with(expected)),
            "{expected}: {found:?}"
        );
    }
    let unreadable = Draft::read(Path::new("/nowhere/x.toml")).check(&[], &|_| None);
    let mistake = unreadable.unwrap_err().remove(0).to_string();
    assert!(
        mistake.starts_with("/nowhere/x.toml:1:1: it cannot be read"),
        "{mistake}"
    );
}

#[test]
fn mistakes_of_triggers_and_workflows_are_named_together() {
    let found = mistakes(
        r#"
[[trigger]]
name = "a/b"
type = "Advanced Webhook"
workflow = "nowhere"
authentication_type = "HMAC SHA256 using key"
authentication_key = "c2VjcmV0"
response_type = "Custom"
event = "customer_message"

[[trigger]]
name = "hello"
type = "Event"
workflow = "w"
condition = "messages[0"
parse_body = false

[[trigger]]
name = "hello"
type = "Sometimes"
workflow = "w"

[[workflow]]
name = "w"
[[workflow.step]]
name = "one"
command = "x"
wait = "1s"
[[workflow.step]]
name = "two"
wait = "soon"
on_event = "x"
[[workflow.step]]
name = "three"
branch = [{ when = "1 +", goto = "four" }]
on_error = "end"

[[workflow]]
name = "w"
"#,
    );
    for expected in [
        "x.toml:4: name: a trigger's name is part of a URL",
        "x.toml:8: authentication_key: secrets must not be written in this file",
        "x.toml:9: response_type: Custom needs",
        "x.toml:10: event: a trigger of type Advanced Webhook has none",
        "x.toml:16: condition: the expression",
        "x.toml:17: parse_body: a trigger of type Event has none",
        "x.toml:20: name: another trigger has the name hello",
        "x.toml:21: type: Sometimes is no type",
        "x.toml:27: step one: a step has one of",
        "x.toml:32: wait: soon is no time",
        "x.toml:33: step two: a step with `wait` without `event`",
        "x.toml:37: step three: a step with `branch` has no `on_error`",
        "x.toml:40: name: another workflow has the name w",
        "x.toml:40: workflow w: it has no step",
    ] {
        assert!(
            found.iter().any(|line| line.starts_with(expected)),
            "{expected}: {found:#?}"
        );
    }
}

#[test]
fn a_key_that_is_missing_or_wrong_is_named_and_not_shown() {
    let trigger = |key: &str| {
        let text = format!(
            "[[trigger]]\nname = \"t\"\ntype = \"Advanced Webhook\"\nworkflow = \"w\"\n\
             authentication_type = \"HMAC SHA256 using key\"\n{key}\n\
             [[workflow]]\nname = \"w\"\n[[workflow.step]]\nname = \"s\"\nwait = \"1s\"\n"
        );
        mistakes(&text)
    };
    assert_eq!(trigger("authentication_key = { env = \"SET\" }"), [""; 0]);
    assert!(trigger("")[0].contains("authentication_key: it is missing"));
    assert!(trigger("authentication_key = { env = \"X\" }")[0].contains("the variable X"));
    assert!(
        trigger("authentication_key = 3")[0].contains("secrets must not be written in this file")
    );
}

/// R11: one unauthenticated request to a worker's port sent a message.
#[test]
fn r11_a_worker_that_others_can_reach_needs_the_servers_key() {
    let restate = |lines: &str| mistakes(&format!("[restate]\n{lines}\n"));
    let refused = restate("listen = \"0.0.0.0:9080\"");
    assert!(refused[0].starts_with("x.toml:"), "{refused:#?}");
    assert!(refused[0].contains("RESTATE_IDENTITY_KEY"), "{refused:#?}");
    for fine in [
        "listen = \"127.0.0.1:9080\"",
        "listen = \"0.0.0.0:9080\"\nidentity_key = \"publickeyv1_x\"",
        "listen = \"0.0.0.0:9080\"\nidentity_key = \"none\"",
    ] {
        assert_eq!(restate(fine), [""; 0], "{fine}");
    }
    assert!(restate("admin = \"http://a:b@127.0.0.1\"")[0].contains("admin: it must not have"));
    assert!(restate("max_sends = 0")[0].contains("max_sends: it must be from 1 to 1024"));
}
