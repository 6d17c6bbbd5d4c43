//! The checks and the template compile as their authors and the README say, with every warning an error.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected has failed, and says where"
)]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use support::{cc, here, succeed};
use tempfile::TempDir;

#[test]
fn the_template_compiles_as_its_first_lines_say() {
    let folder = TempDir::new().unwrap();
    let text = fs::read_to_string(here("template/minimal.c")).unwrap();
    let line: String = text
        .lines()
        .skip_while(|line| !line.starts_with(" *   cc "))
        .take_while(|line| !line.contains("cargo run"))
        .map(|line| line.trim_start_matches(" *").trim_end_matches('\\'))
        .collect();
    let mut words = line.split_whitespace().skip(1);
    let more: Vec<&str> = words.by_ref().collect();
    for compiler in ["cc", "clang", "gcc-14"] {
        if Command::new(compiler).arg("--version").output().is_err() {
            continue;
        }
        let mut command = Command::new(compiler);
        // Newer compilers refuse these two by default; older ones need to be told.
        command.args([
            "-Werror=implicit-function-declaration",
            "-Werror=int-conversion",
        ]);
        command.args(&more).current_dir(here("../.."));
        let library = folder.path().join("libecho.so");
        let at = more.iter().position(|word| *word == "-o").unwrap();
        assert_eq!(more[at + 1], "libecho.so");
        command.arg("-o").arg(&library);
        succeed(&mut command);
        assert!(library.is_file());
    }
}

#[test]
fn the_checks_compile_without_a_warning_at_every_optimisation() {
    let folder = TempDir::new().unwrap();
    let sources = fs::read_dir(here("checks")).unwrap();
    let sources: Vec<PathBuf> = sources
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "c"))
        .collect();
    for level in ["-O1", "-O3", "-Os"] {
        let mut cc = cc();
        cc.arg(level).arg("-c").args(&sources);
        succeed(cc.current_dir(folder.path()));
    }
}

/// With its own headers and the kernel's, and nothing of the C library of this system.
#[test]
fn the_checks_compile_with_musl() {
    if Command::new("musl-gcc").arg("--version").output().is_err() {
        eprintln!("skipped: musl-gcc is not installed");
        return;
    }
    let folder = TempDir::new().unwrap();
    let kernel = [
        ("linux", "/usr/include/linux"),
        ("asm-generic", "/usr/include/asm-generic"),
        ("asm", "/usr/include/x86_64-linux-gnu/asm"),
    ];
    for (name, from) in kernel {
        std::os::unix::fs::symlink(from, folder.path().join(name)).unwrap();
    }
    let mut command = Command::new("musl-gcc");
    command
        .args([
            "-std=c11",
            "-D_GNU_SOURCE",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-c",
        ])
        .arg("-I")
        .arg(here("../../include"))
        .arg("-isystem")
        .arg(folder.path())
        .current_dir(folder.path());
    for entry in fs::read_dir(here("checks")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "c") {
            command.arg(path);
        }
    }
    succeed(&mut command);
}
