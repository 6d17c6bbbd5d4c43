//! The C header: it is the generated one, and it compiles alone wherever it promises to.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::golden;
use crate::{c_program, plugin};

#[test]
fn the_committed_header_is_the_generated_one() {
    let generated = std::fs::read(concat!(env!("OUT_DIR"), "/workflow_adapter.h")).unwrap();
    golden::compare_file(
        &plugin::repository("include/workflow_adapter.h"),
        &generated,
    );
}

#[test]
fn the_c_header_compiles_alone_in_every_c_since_c99() {
    for standard in ["c99", "c11", "c17"] {
        for compiler in ["cc", "gcc", "clang"] {
            compiles(compiler, standard, "workflow_adapter.h", "c");
        }
    }
}

#[test]
fn the_c_header_compiles_alone_in_every_cpp_since_cpp11() {
    for standard in ["c++11", "c++17", "c++20"] {
        for compiler in ["c++", "g++", "clang++"] {
            compiles(compiler, standard, "workflow_adapter.h", "cpp");
        }
    }
}

#[test]
fn the_cpp_header_compiles_alone_in_every_cpp_since_cpp17() {
    for standard in ["c++17", "c++20"] {
        for compiler in ["c++", "g++", "clang++"] {
            compiles(compiler, standard, "workflow_adapter.hpp", "cpp");
        }
    }
}

#[test]
fn the_programs_of_the_tests_are_right_in_every_c_since_c99() {
    let files = std::fs::read_dir(plugin::repository("tests/c")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let sources: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "c"))
        .collect();
    assert!(!sources.is_empty());
    for standard in ["c99", "c11", "c17"] {
        let mut command = c_program::compiler("cc", standard);
        c_program::run(command.arg("-fsyntax-only").args(&sources));
    }
}

/// Two files that include the header twice and nothing before it, linked into one program. `cc` and
/// `c++` must be there; the others are tried where they are.
fn compiles(compiler: &str, standard: &str, header: &str, extension: &str) {
    if !["cc", "c++"].contains(&compiler) && !is_there(compiler) {
        return;
    }
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(format!("{name}.{extension}"));
        std::fs::write(
            &path,
            format!("#include \"{header}\"\n#include \"{header}\"\n{text}"),
        )
        .unwrap();
        path
    };
    let main = write("main", "int main(void) { return WFA_OK; }\n");
    let other = write("other", "const size_t other = sizeof(wfa_error);\n");
    let program: &Path = &folder.path().join("program");
    let mut command = c_program::compiler(compiler, standard);
    command
        .arg(main)
        .arg(other)
        .arg("-o")
        .arg(program)
        .arg("-ldl");
    c_program::run(&mut command);
    c_program::run(&mut Command::new(program));
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}
