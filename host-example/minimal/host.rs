//! A workflow host in 30 lines of Rust:   host <plugin.so> <properties.json> <phone number>
//! One notification comes on standard input; whoever received it has checked its signature.
#![allow(clippy::print_stdout, reason = "a program for the command line")]

use std::{env, error::Error, fs, io};

use workflow_adapter_loader::{Failure, HostInfo, Plugin, Verdict};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [plugin, properties, phone_number] = arguments.as_slice() else {
        return Err("host <plugin.so> <properties.json> <phone number>".into());
    };
    let plugin = Plugin::load(plugin)?;
    for command in plugin.descriptor().commands() {
        println!("command {}", command.name());
    }
    let properties = fs::read_to_string(properties)?;
    let adapter = plugin.create(&HostInfo::new("minimal", "1.0.0"), &properties)?;
    let _registration = adapter.on_event(None, |name, json| {
        println!("event {name} {json}");
        Verdict::Accepted // or Retry: it could not be kept, send it again
    })?;
    adapter.start()?; // events that no call brings, where the plugin has some
    let run = |name: &str, request: &str| -> Result<(), Failure> {
        let output = adapter.execute(name, request)?;
        println!("{name} {} {}", output.result, output.response);
        Ok(())
    };
    let quoted = |text: &str| text.replace('\\', r"\\").replace('"', r#"\""#);
    let text = format!(r#"{{"phoneNumber":"{phone_number}","message":"Hello"}}"#);
    run("sendMessageText", &text)?;
    let notification = quoted(io::read_to_string(io::stdin())?.trim_end());
    let webhook = format!(r#"{{"whatsAppNotification":"{notification}"}}"#);
    run("processWebhook", &webhook)?;
    Ok(()) // drops the registration, then the adapter
}
