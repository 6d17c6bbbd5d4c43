//! The reference page: every property, command and event of the descriptor, with an example each from the
//! golden files.

use std::fmt::Write as _;
use std::fs;

use workflow_adapter_loader::{CommandRef, DescriptorRef, EventRef, FieldRef};

use crate::commands::examples;
use crate::golden::compare_file;
use crate::plugin;

/// Where the examples of events are: the event, and the golden file that has it.
const EVENTS: [(&str, &str); 5] = [
    ("customer_message", "meta/openapi-001-messages-msg-text"),
    ("status_changed", "meta/postman-009-messages-status-sent"),
    (
        "account_notification",
        "meta/openapi-015-group-settings-update-groups",
    ),
    ("message_error", "own/errors-of-the-account"),
    ("dead_letter", "own/parts-that-are-no-objects"),
];

fn page(descriptor: DescriptorRef) -> String {
    let mut page = String::from(
        "# Properties, commands and events\n\n\
         Made from the descriptor and from the golden files; `BLESS=1 cargo test -p whatsapp-adapter --test \
         it -- docs` rewrites it. Lengths are in Unicode characters. Rows marked with + go beyond the \
         specification. A required member must be there; where a limit is one that Meta may change, the \
         property `strictLimits` decides whether it refuses a request.\n\n",
    );
    page += "## Properties\n\n";
    let properties = descriptor.properties().map(|field| ("", field));
    let added = descriptor.extension_properties().map(|field| ("+ ", field));
    page += &fields(properties.chain(added), true);
    page += "\n## Commands\n";
    for command in descriptor.commands().chain(descriptor.extension_commands()) {
        page += &of_command(command);
    }
    page += "\n## Events\n";
    for event in descriptor.events().chain(descriptor.extension_events()) {
        page += &of_event(event);
    }
    page
}

fn fields(rows: impl Iterator<Item = (&'static str, FieldRef)>, of_request: bool) -> String {
    let mut table = if of_request {
        String::from("| name | type | required | limits | what it is |\n|---|---|---|---|---|\n")
    } else {
        String::from("| name | type | what it is |\n|---|---|---|\n")
    };
    let mut any = false;
    for (mark, field) in rows {
        any = true;
        let (name, kind) = (field.name(), field.kind());
        let what = field.description().replace('|', "\\|");
        if of_request {
            let required = if field.is_required() { "yes" } else { "" };
            let limits = limits(field);
            writeln!(
                table,
                "| {mark}`{name}` | {kind} | {required} | {limits} | {what} |"
            )
            .unwrap();
        } else {
            writeln!(table, "| {mark}`{name}` | {kind} | {what} |").unwrap();
        }
    }
    if any { table } else { "Nothing.\n".to_owned() }
}

fn limits(field: FieldRef) -> String {
    let mut limits = Vec::new();
    if let (Some(least), Some(most)) = (field.min_length(), field.max_length()) {
        limits.push(format!("{least} to {most} characters"));
    }
    if let (Some(least), Some(most)) = (field.min_value(), field.max_value()) {
        limits.push(match most {
            i64::MAX => format!("from {least}"),
            _ => format!("{least} to {most}"),
        });
    }
    if let Some(default) = field.default_value() {
        limits.push(format!("default `{default}`"));
    }
    if field.is_secret() {
        limits.push("secret".to_owned());
    }
    limits.join(", ")
}

fn of_command(command: CommandRef) -> String {
    let name = command.name();
    let mut text = format!("\n### {name}\n\n{}\n\nRequest:\n\n", command.description());
    let request = command.request().map(|field| ("", field));
    let added = command.extension_request().map(|field| ("+ ", field));
    text += &fields(request.chain(added), true);
    text += "\nResponse:\n\n";
    let response = command.response().map(|field| ("", field));
    let added = command.extension_response().map(|field| ("+ ", field));
    text += &fields(response.chain(added), false);
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

fn of_event(event: EventRef) -> String {
    let name = event.name();
    let mut text = format!("\n### {name}\n\n{}\n\n", event.description());
    let members = event.fields().map(|field| ("", field));
    let added = event.extension_fields().map(|field| ("+ ", field));
    text += &fields(members.chain(added), false);
    let (_, file) = EVENTS.iter().find(|(event, _)| *event == name).unwrap();
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
    let page = page(plugin::loaded().descriptor());
    compare_file(&plugin::repository("docs/commands.md"), page.as_bytes());
}
