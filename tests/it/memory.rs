//! How much memory a webhook body costs: next to nothing before its signature is believed, and no
//! multiple of the body for a batch as Meta sends it.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloud_api_emulator::sign;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{c_program, plugin};

const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// What one body cost, in bytes.
#[derive(Debug)]
struct Cost {
    body: usize,
    refused: usize,
    processed: usize,
    events: usize,
}

/// Runs the program `name` of `tests/c/cases` on the body with these messages; answers what it printed,
/// and the bytes of the body.
fn run_on(name: &str, messages: &[Value]) -> (String, usize) {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("program");
    let source = plugin::repository("tests/c/cases").join(name);
    let mut compiler = c_program::compiler("cc", "c99");
    compiler.args(["-g", "-rdynamic"]).arg(source);
    c_program::run(compiler.arg("-o").arg(&program).arg("-ldl"));

    let value = json!({ "metadata": { "phone_number_id": "2" }, "messages": messages });
    let change = json!({ "field": "messages", "value": value });
    let entry = json!({ "id": "1", "changes": [change] });
    let body = json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string();
    let file = folder.path().join("body.json");
    std::fs::write(&file, &body).unwrap();
    let output = c_program::run(Command::new(&program).args([plugin::path(), file]).args([
        sign(APP_SECRET, body.as_bytes()),
        STANDARD.encode(APP_SECRET),
    ]));
    (String::from_utf8(output.stdout).unwrap(), body.len())
}

fn cost_of(messages: &[Value]) -> Cost {
    let (text, body) = run_on("heap.c", messages);
    let numbers: Vec<usize> = text
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let [refused, processed, events] = numbers.try_into().unwrap();
    Cost {
        body,
        refused,
        processed,
        events,
    }
}

fn text_messages(count: usize, letters: usize) -> Vec<Value> {
    let body = "x".repeat(letters);
    let message = |id| json!({ "id": format!("wamid.{id}"), "from": "4", "type": "text", "text": { "body": body } });
    (0..count).map(message).collect()
}

#[test]
fn a_batch_of_3_mb_costs_less_than_itself_and_a_forged_one_less_than_64_kib() {
    let cost = cost_of(&text_messages(1000, 2900));
    assert_eq!(cost.events, 1000);
    assert!(cost.body > 2_900_000, "{cost:?}");
    assert!(cost.refused <= 64 * 1024, "{cost:?}");
    assert!(cost.processed <= cost.body, "{cost:?}");
}

#[test]
fn many_small_messages_cost_a_few_times_their_size() {
    // This includes the deduplication keys.
    let cost = cost_of(&text_messages(36_000, 5));
    assert_eq!(cost.events, 36_000);
    assert!(cost.refused <= 64 * 1024, "{cost:?}");
    assert!(cost.processed <= 4 * cost.body, "{cost:?}");
}

/// C13: what has the size of the host's input is asked for, and its lack is a result.
#[test]
fn a_system_without_memory_for_the_input_costs_the_call_and_not_the_process() {
    let (said, _) = run_on("starving.c", &text_messages(1000, 2900));
    assert_eq!(said, "ok\n");
}
