//! Requests of every command; the first byte chooses.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use whatsapp_adapter::{Adapter, Verdict, descriptor};
use whatsapp_adapter_fuzz::{adapter, check, check_secrets, execute};

fuzz_target!(|input: &str| {
    static ADAPTER: OnceLock<Adapter> = OnceLock::new();
    let host = ADAPTER.get_or_init(adapter);
    let mut rest = input.chars();
    let Some(choice) = rest.next() else { return };
    let (commands, request) = (descriptor().commands, rest.as_str());
    let command = commands[choice as usize % commands.len()];
    let Some((events, execution)) = execute(host, command.name, request, Verdict::Retry) else {
        return;
    };
    check(&events, &execution);
    let response: serde_json::Value =
        serde_json::from_str(&execution.response).expect("checked above");
    for member in command.response {
        assert!(
            response[member.name].is_string(),
            "{} in {response}",
            member.name
        );
    }
    if !request.contains("EAAG") && !request.contains("0123") && !request.contains("MDEy") {
        check_secrets(&execution.response);
        check_secrets(&format!("{:?}", execution.failure));
    }
});
