//! Runs the program, and knows where the plugin is.

use std::path::{Path, PathBuf};
use std::process::Command;

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program, with nothing of this process's environment that it would listen to.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_adapter-host"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("WHATSAPP_") || text == "RUST_LOG" || text == "WFA_PLUGIN_DIR" {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs the program to its end.
pub(crate) fn run(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    Ended {
        code: output.status.code().expect("not killed by a signal"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The plugin that cargo built with the program, or the one that `WFA_PLUGIN` names.
pub(crate) fn plugin() -> PathBuf {
    if let Some(chosen) = std::env::var_os("WFA_PLUGIN") {
        return PathBuf::from(chosen);
    }
    built("libwhatsapp_adapter.so")
}

/// The SDK's example, a plugin that has nothing to do with WhatsApp.
pub(crate) fn echo_plugin() -> PathBuf {
    built("libecho_adapter.so")
}

fn built(library: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_adapter-host"));
    program.parent().unwrap().join("deps").join(library)
}
