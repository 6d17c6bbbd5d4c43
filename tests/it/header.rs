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

/// F78: what a host's own build may ask of every file.
#[test]
fn both_headers_compile_with_every_warning_on() {
    let c = [
        "-Wconversion",
        "-Wsign-conversion",
        "-Wshadow",
        "-Wstrict-prototypes",
    ];
    let cpp = [
        "-Wconversion",
        "-Wsign-conversion",
        "-Wshadow",
        "-Wold-style-cast",
    ];
    for compiler in ["cc", "gcc", "clang"] {
        compiles_with(compiler, "c99", "workflow_adapter.h", "c", &c);
    }
    for compiler in ["c++", "g++", "clang++"] {
        compiles_with(compiler, "c++11", "workflow_adapter.h", "cpp", &cpp);
        compiles_with(compiler, "c++17", "workflow_adapter.hpp", "cpp", &cpp);
        let without = [&cpp[..], &["-fno-exceptions"]].concat();
        compiles_with(compiler, "c++17", "workflow_adapter.hpp", "cpp", &without);
        compiles_with(compiler, "c++20", "workflow_adapter.hpp", "cpp", &without);
    }
}

/// C18: callbacks and types too have C's linkage, and every function its words.
#[test]
fn everything_in_the_header_is_extern_c_and_every_function_says_its_convention() {
    let header = std::fs::read_to_string(plugin::repository("include/workflow_adapter.h")).unwrap();
    let opening = header.find("extern \"C\" {").unwrap();
    let closing = header.rfind("}  // extern \"C\"").unwrap();
    assert_eq!(header.matches("extern \"C\" {").count(), 1);
    assert!(opening < header.find("typedef").unwrap());
    assert!(closing > header.rfind("wfa_").unwrap());
    let code = header.lines().filter(|line| {
        let line = line.trim_start();
        !line.starts_with(['/', '*', '#'])
    });
    let mut functions = 0;
    for line in code {
        assert!(!line.contains("(*"), "without WFA_CALL: {line}");
        let names_one = line.contains("wfa_") && line.contains('(');
        if names_one && !line.starts_with([' ', '}']) && !line.starts_with("typedef") {
            let words = line.starts_with("WFA_EXPORT ") && line.contains("WFA_CALL wfa_");
            assert!(words, "{line}");
            functions += 1;
        }
    }
    assert_eq!(functions, 17);
}

/// Two files that include the header twice and nothing before it, linked into one program. `cc` and
/// `c++` must be there; the others are tried where they are.
fn compiles(compiler: &str, standard: &str, header: &str, extension: &str) {
    compiles_with(compiler, standard, header, extension, &[]);
}

/// As `compiles`, with more warnings or other options.
fn compiles_with(compiler: &str, standard: &str, header: &str, extension: &str, more: &[&str]) {
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
    let other = write(
        "other",
        "int64_t uses_macros(const wfa_call_options *options);\n\
         int64_t uses_macros(const wfa_call_options *options) {\n  \
         size_t length = options->correlation_id_len;\n  \
         if (length == WFA_STRLEN || (options->flags & WFA_CALL_POLLED) != 0) return WFA_UNSET;\n  \
         return WFA_HAS(options, call_id) ? 1 : 0;\n}\n",
    );
    let program: &Path = &folder.path().join("program");
    let mut command = c_program::compiler(compiler, standard);
    command
        .args(more)
        .arg(main)
        .arg(other)
        .arg("-o")
        .arg(program)
        .args(["-pthread", "-ldl"]);
    c_program::run(&mut command);
    c_program::run(&mut Command::new(program));
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}
