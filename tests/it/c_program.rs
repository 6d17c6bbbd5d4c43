//! Small programs in C and C++: compiled with the system's compiler, and run as a host would run.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::plugin;

const WARNINGS: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// A compiled program; its file goes when this does.
pub(crate) struct Program {
    path: PathBuf,
    _folder: TempDir,
}

/// Compiles `tests/c/<name>.c` as C99, with every warning an error.
pub(crate) fn of_file(name: &str) -> Program {
    compile(&plugin::repository("tests/c").join(format!("{name}.c")))
}

/// Compiles a program whose text was generated.
pub(crate) fn of_text(text: &str) -> Program {
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("generated.c");
    std::fs::write(&source, text).unwrap();
    compile(&source)
}

fn compile(source: &Path) -> Program {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("program");
    let mut cc = compiler("cc", "c99");
    cc.arg("-g")
        .arg(source)
        .arg("-o")
        .arg(&path)
        .args(["-ldl", "-lpthread"]);
    run(&mut cc);
    Program {
        path,
        _folder: folder,
    }
}

/// A compiler call for this language standard, warnings and include path set.
pub(crate) fn compiler(name: &str, standard: &str) -> Command {
    let mut command = Command::new(name);
    command.arg(format!("-std={standard}")).args(WARNINGS);
    command.arg("-I").arg(plugin::repository("include"));
    command
}

impl Program {
    /// Runs it and answers what it printed; panics with everything it said if it fails.
    pub(crate) fn output(&self, arguments: &[&Path]) -> String {
        let output = run(Command::new(&self.path).args(arguments));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Runs a command that must succeed.
pub(crate) fn run(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
