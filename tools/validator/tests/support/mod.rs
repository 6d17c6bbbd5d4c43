//! Shared by the tests: running the program and the C compiler, and the plugins to validate.
#![allow(dead_code, reason = "no test uses all of it")]

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A file or folder of this package.
pub(crate) fn here(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// The plugin of this repository: `WFA_PLUGIN` if set, else the library that was built with this program.
pub(crate) fn own_plugin() -> PathBuf {
    if let Some(path) = env::var_os("WFA_PLUGIN") {
        return PathBuf::from(path);
    }
    let program = env::current_exe().unwrap();
    program.with_file_name("libwhatsapp_adapter.so")
}

/// The program with a plugin and more arguments.
pub(crate) fn validator(plugin: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_adapter-validator"))
        .arg(plugin)
        .args(arguments)
        .output()
        .unwrap()
}

/// As [`validator`] with `--json`: the report.
pub(crate) fn report(plugin: &Path, arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
    let output = validator(plugin, &arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "{error}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

/// The arguments with which every check of the echo plugins can run.
pub(crate) fn echo_arguments() -> Vec<String> {
    let request = here("fixtures/echo.request.json").display().to_string();
    [
        "--raise-command",
        "echo",
        "--raise-request",
        &request,
        "--raise-outside",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The arguments with which the checks of this repository's plugin can run.
pub(crate) fn own_arguments() -> Vec<String> {
    let file = |name: &str| here("fixtures").join(name).display().to_string();
    [
        "--properties",
        &file("whatsapp.properties.json"),
        "--raise-command",
        "processWebhook",
        "--raise-request",
        &file("whatsapp.request.json"),
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The ids of all checks.
pub(crate) fn ids() -> Vec<String> {
    let list = report(Path::new("--list"), &[]);
    let rows = list.as_array().unwrap();
    rows.iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect()
}

/// One line for each check of a report that did not end with one of `fine`.
pub(crate) fn others(report: &Value, fine: &[&str]) -> Vec<String> {
    let rows = report["checks"].as_array().unwrap();
    rows.iter()
        .filter(|row| !fine.contains(&row["outcome"].as_str().unwrap()))
        .map(|row| format!("{} {}: {}", row["outcome"], row["id"], row["message"]))
        .collect()
}

/// The compiler as the plugins need it, with every warning an error.
pub(crate) fn cc() -> Command {
    let mut command = Command::new("cc");
    command
        .args(["-std=c11", "-D_GNU_SOURCE", "-fPIC", "-fvisibility=hidden"])
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror"]);
    for folder in ["../../include", "checks"] {
        command.arg("-I").arg(here(folder));
    }
    command
}

/// A template for authors, `minimal` or `ticking`, compiled into `folder`.
pub(crate) fn template(name: &str, folder: &Path) -> PathBuf {
    let library = folder.join(format!("lib{name}.so"));
    let adapter = format!("template/{name}.c");
    let sources = [
        adapter.as_str(),
        "template/boundary.c",
        "checks/json.c",
        "checks/text.c",
    ];
    let mut cc = cc();
    cc.arg("-shared").args(sources.map(here)).arg("-lpthread");
    succeed(cc.arg("-o").arg(&library));
    library
}

/// Runs a command that must succeed.
pub(crate) fn succeed(command: &mut Command) {
    if let Err(said) = try_to(command) {
        panic!("{said}");
    }
}

/// Runs a command that may fail; the error is what it said.
pub(crate) fn try_to(command: &mut Command) -> Result<(), String> {
    let output = command.output().unwrap();
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {said}"))
}
