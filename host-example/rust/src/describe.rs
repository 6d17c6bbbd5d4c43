//! The command `describe`: what a plugin offers, for people or as the plugin's own JSON.

use std::path::Path;

use workflow_adapter_loader::{
    CommandRef, DescriptorRef, EventRef, FieldRef, LoadError, Plugin, WebhookRef,
};

use crate::cli::{Describe, Loader};
use crate::console;
use crate::declared::marks;
use crate::problem::Problem;

/// How many characters a line has.
const PAGE_WIDTH: usize = 120;
/// How many of them the last column has, however wide the others are.
const LEAST_WIDTH: usize = 40;

/// The command `describe`.
pub(crate) fn run(arguments: &Describe) -> Result<(), Problem> {
    let file = &arguments.plugin;
    let plugin = load(file, arguments.loader)
        .map_err(|error| Problem::Input(format!("{}: {error}", file.display())))?;
    if arguments.json {
        console::say(plugin.descriptor_json())?;
    } else {
        console::say(lines(&plugin).join("\n"))?;
    }
    Ok(())
}

fn load(file: &Path, loader: Loader) -> Result<Plugin, LoadError> {
    match loader {
        Loader::Entry => Plugin::load(file),
        Loader::AbiStable => Plugin::load_with_abi_stable(file),
    }
}

fn lines(plugin: &Plugin) -> Vec<String> {
    let about = plugin.descriptor();
    let mut lines = heading(plugin, about);
    section(&mut lines, "Properties", about.properties());
    let beyond = "Properties beyond the specification";
    section(&mut lines, beyond, about.extension_properties());
    for one in about.commands() {
        command(&mut lines, "Command", one);
    }
    for one in about.extension_commands() {
        command(&mut lines, "Command beyond the specification", one);
    }
    for one in about.events() {
        event(&mut lines, "Event", one);
    }
    for one in about.extension_events() {
        event(&mut lines, "Event beyond the specification", one);
    }
    let releases = about.releases().map(|release| {
        let facts = [release.kind(), release.tracking(), release.date()];
        let facts = facts.into_iter().filter(|fact| !fact.is_empty());
        let facts = facts.collect::<Vec<_>>().join(", ");
        [release.version(), &facts, release.description()].map(str::to_owned)
    });
    let history = "Release history of the specification";
    rows_section(&mut lines, history, &releases.collect::<Vec<_>>());
    lines.pop(); // the blank line behind the last section
    lines
}

fn heading(plugin: &Plugin, about: DescriptorRef) -> Vec<String> {
    let (major, minor) = plugin.contract();
    let facts = [
        ("specification", about.spec_version().to_owned()),
        ("contract", format!("{major}.{minor}")),
        ("vendor", about.vendor().to_owned()),
        ("licence", about.license().to_owned()),
        ("documentation", about.docs_url().to_owned()),
        ("webhook", about.webhook().map(webhook).unwrap_or_default()),
    ];
    let facts = facts.into_iter().filter(|(_, fact)| !fact.is_empty());
    let rows = facts.map(|(what, fact)| [what.to_owned(), fact, String::new()]);
    let title = format!("{} {}: {}", about.id(), about.version(), about.display());
    let mut lines = vec![title];
    table(&mut lines, "  ", &rows.collect::<Vec<_>>());
    lines.push(String::new());
    lines
}

/// How webhooks are signed, and which property routes them: `X-Signature, signed with secret`.
fn webhook(webhook: WebhookRef) -> String {
    let header = Some(webhook.signature_header()).filter(|header| !header.is_empty());
    let facts = [
        ("", header.unwrap_or("not signed")),
        ("signed with ", webhook.secret_property()),
        ("routed by ", webhook.routing_property()),
    ];
    let facts = facts.into_iter().filter(|(_, name)| !name.is_empty());
    let facts: Vec<_> = facts.map(|(what, name)| format!("{what}{name}")).collect();
    facts.join(", ")
}

fn section(lines: &mut Vec<String>, title: &str, fields: impl Iterator<Item = FieldRef>) {
    rows_section(lines, title, &fields.map(row).collect::<Vec<_>>());
}

fn rows_section(lines: &mut Vec<String>, title: &str, rows: &[[String; 3]]) {
    if !rows.is_empty() {
        lines.push(title.to_owned());
        table(lines, "  ", rows);
        lines.push(String::new());
    }
}

/// The line above a command or an event: `Command page: Page (sends)`.
fn title(kind: &str, [name, display]: [&str; 2], traits: &[&str]) -> String {
    let mut title = format!("{kind} {name}");
    if !display.is_empty() {
        title.push_str(": ");
        title.push_str(display);
    }
    if !traits.is_empty() {
        title.push_str(" (");
        title.push_str(&traits.join(", "));
        title.push(')');
    }
    title
}

fn command(lines: &mut Vec<String>, kind: &str, command: CommandRef) {
    let traits = [
        (command.sends(), "sends"),
        (command.is_idempotent(), "idempotent"),
        (command.is_long_running(), "long-running"),
        (command.is_webhook(), "webhook"),
    ];
    let traits: Vec<_> = (traits.into_iter())
        .filter_map(|(has, word)| has.then_some(word))
        .collect();
    lines.push(title(kind, [command.name(), command.display()], &traits));
    paragraph(lines, command.description());
    part(lines, "request", command.request());
    part(
        lines,
        "request, beyond the specification",
        command.extension_request(),
    );
    part(lines, "response", command.response());
    part(
        lines,
        "response, beyond the specification",
        command.extension_response(),
    );
    lines.push(String::new());
}

fn event(lines: &mut Vec<String>, kind: &str, event: EventRef) {
    lines.push(title(kind, [event.name(), event.display()], &[]));
    paragraph(lines, event.description());
    part(lines, "members", event.fields());
    part(
        lines,
        "members, beyond the specification",
        event.extension_fields(),
    );
    lines.push(String::new());
}

fn paragraph(lines: &mut Vec<String>, text: &str) {
    if !text.is_empty() {
        let text = folded(text, PAGE_WIDTH - 2);
        lines.extend(text.iter().map(|line| format!("  {line}")));
    }
}

fn part(lines: &mut Vec<String>, title: &str, fields: impl Iterator<Item = FieldRef>) {
    let rows: Vec<_> = fields.map(row).collect();
    if !rows.is_empty() {
        lines.push(format!("  {title}"));
        table(lines, "    ", &rows);
    }
}

fn row(field: FieldRef) -> [String; 3] {
    let mut description = field.description().to_owned();
    if let Some(default) = field.default_value() {
        description.push_str(" (default: ");
        description.push_str(default);
        description.push(')');
    }
    let words: Vec<_> = [what_applies(field)]
        .into_iter()
        .chain(marks(field).map(str::to_owned))
        .collect();
    [field.name().to_owned(), words.join(", "), description]
}

/// Three columns; the last one is folded to fit the page.
fn table(lines: &mut Vec<String>, indent: &str, rows: &[[String; 3]]) {
    let width = |column: fn(&[String; 3]) -> &String| {
        let lengths = rows.iter().map(|row| column(row).chars().count());
        lengths.max().unwrap_or(0)
    };
    let (first, second) = (width(|[first, ..]| first), width(|[_, second, _]| second));
    let room = PAGE_WIDTH.saturating_sub(indent.len() + first + second + 4);
    for [one, two, three] in rows {
        let (mut one, mut two) = (one.as_str(), two.as_str());
        for three in folded(three, room.max(LEAST_WIDTH)) {
            let line = format!("{indent}{one:first$}  {two:second$}  {three}");
            lines.push(line.trim_end().to_owned());
            (one, two) = ("", "");
        }
    }
}

/// The text in lines of at most `width` characters, if its words are not longer; at least one line.
fn folded(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        if let Some(line) = lines.last_mut() {
            if line.is_empty() {
                line.push_str(word);
            } else if line.chars().count() + 1 + word.chars().count() <= width {
                line.push(' ');
                line.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
    }
    lines
}

/// Type, needed or not, limits: `string, required, secret, length 20..1000`.
pub(crate) fn what_applies(field: FieldRef) -> String {
    let mut words = vec![field.kind().to_owned()];
    if field.is_required() {
        words.push("required".to_owned());
    }
    if field.is_secret() {
        words.push("secret".to_owned());
    }
    words.extend(range("length", field.min_length(), field.max_length()));
    words.extend(range("value", field.min_value(), field.max_value()));
    words.join(", ")
}

fn range(what: &str, min: Option<i64>, max: Option<i64>) -> Option<String> {
    let text = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
    (min.is_some() || max.is_some()).then(|| format!("{what} {}..{}", text(min), text(max)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_folded_beside_its_row() {
        let row = ["name", "string", &"word ".repeat(30)].map(|text| text.trim_end().to_owned());
        let mut lines = Vec::new();
        table(&mut lines, "  ", &[row]);
        assert_eq!(lines.len(), 2);
        assert!(
            lines[0].starts_with("  name  string  word word"),
            "{lines:?}"
        );
        assert!(lines[1].starts_with("                word"), "{lines:?}");
        assert!(
            lines.iter().all(|line| line.len() <= PAGE_WIDTH),
            "{lines:?}"
        );
        assert_eq!(folded("", 10), [""]);
        assert_eq!(folded("unbreakable", 3), ["unbreakable"]);
    }
}
