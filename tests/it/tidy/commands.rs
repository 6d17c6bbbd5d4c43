//! A new command is one file and its one line in `src/command/mod.rs`.

use whatsapp_adapter::descriptor;

use super::files::{File, is_in, text_files};
use super::report;
use crate::plugin;

/// Where nobody may know a command by its name: what they need stands in the descriptor.
const GENERIC: [&str; 5] = [
    "src/",
    "crates/",
    "host-example/node-red/lib/",
    "host-example/node-red/nodes/",
    "tools/validator/src/",
];

/// `sendMessage` is in `send_message.rs`.
fn module_of(name: &str) -> String {
    let mut module = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            module.push('_');
        }
        module.push(letter.to_ascii_lowercase());
    }
    module
}

/// Whether code names the command: a text that is nothing else.
fn names(file: &File, name: &str) -> bool {
    [format!("\"{name}\""), format!("'{name}'")]
        .iter()
        .any(|text| file.text.contains(text))
}

#[test]
fn a_command_is_one_file_and_its_one_line() {
    let files = text_files();
    let list = std::fs::read_to_string(plugin::repository("src/command/mod.rs")).unwrap();
    let page = std::fs::read_to_string(plugin::repository("docs/commands.md")).unwrap();
    let json = plugin::descriptor();
    let mut findings = Vec::new();
    for command in descriptor().extension_commands {
        let (name, module) = (command.name, module_of(command.name));
        let own = format!("src/command/{module}.rs");
        let lines = list.lines().filter(|line| line.contains(&module));
        let lines = lines.filter(|line| line.trim() == format!("{module},"));
        if lines.count() != 1 {
            findings.push(format!(
                "{name}: src/command/mod.rs does not have its one line"
            ));
        }
        let others = files.iter().filter(|file| file.path != own);
        let generic = others.filter(|file| GENERIC.iter().any(|place| is_in(file, place)));
        for file in generic.filter(|file| names(file, name)) {
            findings.push(format!("{}: it names the command {name}", file.path));
        }
        if !page.contains(&format!("\n### {name}\n")) {
            findings.push(format!("{name}: docs/commands.md does not have it"));
        }
        let rows = json["extensions"]["commands"].as_array().unwrap();
        let row = rows.iter().find(|row| row["name"] == name);
        if row.is_none_or(|row| !row["schema"]["request"].is_object()) {
            findings.push(format!(
                "{name}: the descriptor does not have it with a schema"
            ));
        }
    }
    report(&findings);
}

#[test]
fn a_module_has_its_commands_name() {
    assert_eq!(
        module_of("sendMessageCallToAction"),
        "send_message_call_to_action"
    );
    assert_eq!(module_of("getMedia"), "get_media");
}
