//! One command of the adapter, without a plugin and without C.

use echo_adapter::Echo;
use workflow_adapter_sdk::call::CallOptions;
use workflow_adapter_sdk::event::Verdict;
use workflow_adapter_sdk::prelude::*;
use workflow_adapter_sdk::{AdapterOptions, Native};

#[test]
fn a_command_answers_and_raises_an_event() -> Result<(), Error> {
    let echo = Native::<Echo>::new("{}", AdapterOptions::default())?;
    let mut events = Vec::new();
    let options = CallOptions::default();
    let ran = echo.execute("echo", r#"{"text":"hi"}"#, &options, |event| {
        events.push(format!("{} {}", event.name(), event.json()));
        Verdict::Accepted
    })?;
    assert_eq!(ran.response, r#"{"text":"hi","code":"","error":""}"#);
    assert_eq!(events, [r#"echoed {"text":"hi"}"#]);
    Ok(())
}
