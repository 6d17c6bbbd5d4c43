//! A workflow host in under 50 lines of Rust:   host <plugin.so> <properties.json>
//! A line of standard input is a command: its name, a space, and the request, one JSON object.
#![allow(clippy::print_stdout, reason = "a program for the command line")]

use std::{env, error::Error, fs, io};

use workflow_adapter_loader::{HostInfo, Plugin, Verdict};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [plugin, properties] = arguments.as_slice() else {
        return Err("host <plugin.so> <properties.json>".into());
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
    for line in io::stdin().lines() {
        let line = line?;
        let (name, request) = line.split_once(' ').unwrap_or((&line, "{}"));
        let output = adapter.execute(name, request)?;
        println!("{name} {} {}", output.result, output.response);
    }
    Ok(()) // drops the registration, then the adapter
}
