//! The reference page: every property, command and event of the descriptor, with an example each from the
//! golden files.

use std::fmt::Write as _;
use std::fs;

use whatsapp_adapter::rows::{Cases, Object, Others, Words};
use whatsapp_adapter::{Command, Descriptor, EventRow, Field, descriptor};

use crate::commands::examples;
use crate::golden::compare_file;
use crate::plugin;

/// Where the examples of events are: the event, and the golden file that has it.
const EVENTS: [(&str, &str); 31] = [
    ("customer_message", "meta/openapi-001-messages-msg-text"),
    ("status_changed", "meta/postman-009-messages-status-sent"),
    ("message_echo", "meta/page-smb-message-echoes"),
    ("history_message", "meta/page-history"),
    ("contact_synced", "meta/page-smb-app-state-sync"),
    ("call", "meta/page-calls-connect"),
    ("user_action", "meta/page-user-actions"),
    ("user_preference_changed", "meta/page-user-preferences"),
    (
        "thread_control_changed",
        "meta/page-messaging-handovers-control-passed",
    ),
    ("standby_message", "meta/page-standby-message"),
    ("standby_status", "meta/page-standby-status"),
    (
        "template_status_changed",
        "meta/page-message-template-status-update",
    ),
    (
        "template_quality_changed",
        "meta/page-message-template-quality-update",
    ),
    (
        "template_category_changed",
        "meta/page-template-category-update",
    ),
    (
        "template_components_changed",
        "meta/page-message-template-components-update",
    ),
    (
        "phone_number_quality_changed",
        "meta/page-phone-number-quality-update",
    ),
    (
        "phone_number_name_changed",
        "meta/page-phone-number-name-update",
    ),
    ("account_changed", "meta/page-account-update-violation"),
    ("account_alert", "meta/page-account-alerts"),
    ("account_review_changed", "meta/page-account-review-update"),
    ("capability_changed", "meta/page-business-capability-update"),
    ("security_changed", "meta/page-security"),
    ("flow_changed", "meta/page-flows-endpoint-error-rate"),
    (
        "group_changed",
        "meta/openapi-015-group-settings-update-groups",
    ),
    (
        "payment_configuration_changed",
        "meta/page-payment-configuration-update",
    ),
    ("username_changed", "meta/page-business-username-updates"),
    ("partner_solution_changed", "meta/page-partner-solutions"),
    ("tracking_event", "own/made-from-the-page-tracking-events"),
    ("account_notification", "own/a-field-without-an-event"),
    ("message_error", "own/errors-of-the-account"),
    ("dead_letter", "own/parts-that-are-no-objects"),
];

fn page(descriptor: &Descriptor) -> String {
    let mut page = String::from(
        "# Properties, commands and events\n\n\
         Made from the rows and from the golden files; `BLESS=1 cargo test -p whatsapp-adapter --test \
         it -- docs` rewrites it. Lengths are in Unicode characters. Rows marked with + go beyond the \
         specification. A required member must be there; a limit marked with * is one that Meta may change: the \
         property `strictLimits` decides whether it refuses a request. `buttons[].id` is the member `id` of each \
         element of `buttons`. The descriptor's JSON has a JSON Schema of each request, response and event \
         (`schema`).\n\n",
    );
    page += "## Properties\n\n";
    page += &request(&descriptor.object());
    page += "\n## Commands\n";
    for command in descriptor
        .commands
        .iter()
        .chain(descriptor.extension_commands)
    {
        page += &of_command(command);
    }
    page += "\n## Events\n";
    for event in descriptor.events.iter().chain(descriptor.extension_events) {
        page += &of_event(event);
    }
    page
}

/// What a request, or the properties, may have.
fn request(object: &Object) -> String {
    let head = "| name | type | required | limits | what it is |\n|---|---|---|---|---|\n";
    let mut rows = String::new();
    for (mark, fields) in [("", object.members), ("+ ", object.more)] {
        for field in fields {
            request_row(mark, field.name, field, "", &mut rows);
        }
    }
    if rows.is_empty() {
        "Nothing.\n".to_owned()
    } else {
        format!("{head}{rows}")
    }
}

/// A row, and below it those of what it consists of.
fn request_row(mark: &str, name: &str, field: &Field, case: &str, rows: &mut String) {
    let required = if field.required { "yes" } else { "" };
    let kind = field.or.map_or(field.kind.to_owned(), |or| {
        format!("{} or {}", field.kind, or.kind)
    });
    let what = format!("{}{case}", field.description).replace('|', "\\|");
    let limits = limits(field).replace('|', "\\|");
    if !(field.kind == "object" && name.ends_with("[]")) {
        let row = format!("| {mark}`{name}` | {kind} | {required} | {limits} | {what} |\n");
        rows.push_str(&row);
    }
    for part in [Some(field), field.or].into_iter().flatten() {
        if let Some(item) = part.items {
            request_row(mark, &format!("{name}[]"), item, "", rows);
        }
        if let Some(object) = part.object {
            members(mark, name, object, "", rows);
        }
    }
}

/// The members of an object. Of Meta's own objects the cases are left to the schema, which has them all.
fn members(mark: &str, name: &str, object: &Object, case: &str, rows: &mut String) {
    for field in object.fields() {
        request_row(mark, &format!("{name}.{}", field.name), field, case, rows);
    }
    if let Others::Named(field) = object.others {
        request_row(
            mark,
            &format!("{name}.…"),
            field,
            "A name of your own.",
            rows,
        );
    }
    let is_open = matches!(object.others, Others::Ignored);
    if is_open && matches!(object.cases, Cases::ByWord { .. }) {
        return;
    }
    for (when, case) in object.cases.all() {
        members(mark, name, case, &of_case(object, when), rows);
    }
}

/// When a member of a case is there.
fn of_case(object: &Object, when: Option<&Words>) -> String {
    let Cases::ByWord { member, cases, .. } = object.cases else {
        return when.map_or(" (otherwise)".to_owned(), |words| {
            format!(" (with {})", words.list.join(", "))
        });
    };
    let all = object.fields().find(|field| field.name == member);
    let all = all
        .and_then(|field| field.words)
        .map_or(&[][..], |words| words.list);
    let is_elsewhere = |word: &str| cases.iter().any(|case| case.when.list.contains(&word));
    let words: Vec<&str> = match when {
        Some(words) => words.list.to_vec(),
        None => all
            .iter()
            .copied()
            .filter(|word| !is_elsewhere(word))
            .collect(),
    };
    format!(" ({member} {})", words.join(", "))
}

/// Members of a response or an event.
fn told(specified: &[Field], beyond: &[Field]) -> String {
    let mut table = String::from("| name | type | what it is |\n|---|---|---|\n");
    for (mark, fields) in [("", specified), ("+ ", beyond)] {
        for field in fields {
            let (name, kind) = (field.name, field.kind);
            let what = field.description.replace('|', "\\|");
            writeln!(table, "| {mark}`{name}` | {kind} | {what} |").unwrap();
            for field in field.object.into_iter().flat_map(Object::fields) {
                let (kind, what) = (field.kind, field.description);
                writeln!(table, "| {mark}`{name}.{}` | {kind} | {what} |", field.name).unwrap();
            }
        }
    }
    table
}

fn limits(field: &Field) -> String {
    let mut limits = Vec::new();
    let star = |may_change: bool| if may_change { "*" } else { "" };
    let unit = if field.kind == "array" {
        "elements"
    } else {
        "characters"
    };
    let most = star(field.most_may_change);
    match (field.kind, field.least, field.most) {
        _ if field.words.is_some() => {}
        ("string" | "array", least, most) if least == most => {
            limits.push(format!("{least} {unit}"));
        }
        ("string" | "array", 0 | 1, usize::MAX) => {}
        ("string" | "array", least, usize::MAX) => limits.push(format!("at least {least} {unit}")),
        ("string" | "array", least, greatest) => {
            limits.push(format!("{least} to {greatest}{most} {unit}"));
        }
        _ => {}
    }
    if let (Some(least), Some(most)) = (field.min_value, field.max_value) {
        limits.push(match most {
            i64::MAX => format!("from {least}"),
            _ => format!("{least} to {most}"),
        });
    }
    if let Some(words) = field.words {
        let list = words.list.iter().map(|word| format!("`{word}`"));
        let list = list.collect::<Vec<String>>().join(", ");
        limits.push(format!(
            "one of {list}{}",
            star(words.may_change || !words.perhaps.is_empty())
        ));
    }
    if let Some(pattern) = field.pattern {
        limits.push(format!("{}{}", pattern.says, star(pattern.may_change)));
    }
    if let Some(default) = field.default {
        limits.push(format!("default `{default}`"));
    }
    if field.secret {
        limits.push("secret".to_owned());
    }
    limits.join(", ")
}

fn of_command(command: &Command) -> String {
    let name = command.name;
    let mut text = format!("\n### {name}\n\n{}\n\nRequest:\n\n", command.description);
    text += &request(&command.object());
    text += "\nResponse:\n\n";
    text += &told(command.response, command.extension_response);
    if name == "processWebhook" {
        text += "\nExamples: the events below, each with the response of the notification it came from.\n";
        return text;
    }
    let request = serde_json::to_string_pretty(&examples::request(name)).unwrap();
    write!(text, "\nExample:\n\n```json\n{request}\n```\n").unwrap();
    let golden = golden(&format!("commands/{name}.txt"));
    let (sent, response) = golden.rsplit_once("\n\n").unwrap_or(("", &golden));
    if !sent.is_empty() {
        write!(text, "\nWhat leaves:\n\n```text\n{sent}\n```\n").unwrap();
    }
    write!(
        text,
        "\nWhat comes back:\n\n```json\n{}\n```\n",
        response.trim_end()
    )
    .unwrap();
    text
}

fn of_event(event: &EventRow) -> String {
    let name = event.name;
    let mut text = format!("\n### {name}\n\n{}\n\n", event.description);
    text += &told(event.fields, event.extension_fields);
    let example = EVENTS.iter().find(|(event, _)| *event == name);
    let (_, file) = example.unwrap_or_else(|| panic!("EVENTS names no example of {name}"));
    let golden = golden(&format!("events/{file}.txt"));
    let example = golden.split(&format!("\nevent {name}\n")).nth(1);
    let example = example.unwrap_or_else(|| panic!("{file} has no {name}"));
    let mut values = serde_json::Deserializer::from_str(example).into_iter();
    let example: serde_json::Value = values.next().unwrap().unwrap();
    let example = serde_json::to_string_pretty(&example).unwrap();
    write!(text, "\nExample:\n\n```json\n{example}\n```\n").unwrap();
    let response = golden.lines().nth(1).unwrap();
    write!(
        text,
        "\nThe response of processWebhook:\n\n```json\n{response}\n```\n"
    )
    .unwrap();
    text
}

fn golden(name: &str) -> String {
    let path = plugin::repository("tests/golden").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_reference_page_is_what_the_descriptor_and_the_goldens_say() {
    let page = page(descriptor());
    compare_file(&plugin::repository("docs/commands.md"), page.as_bytes());
}
