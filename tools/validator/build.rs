//! Compiles the checks, which are in C, into the program.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let checks = root.join("checks");
    let header = root.join("../../include");
    println!("cargo::rerun-if-env-changed=ADAPTER_VALIDATOR_WERROR");
    println!("cargo::rerun-if-changed=checks");
    println!("cargo::rerun-if-changed=../../include/workflow_adapter.h");
    cc::Build::new()
        .files(sources(&checks)?)
        .include(&header)
        .std("c11")
        .define("_GNU_SOURCE", None)
        .warnings(true)
        .extra_warnings(true)
        .flag("-Wpedantic")
        // A warning that another compiler adds must not keep anybody from building this; whoever
        // develops the checks sets the variable, as `.ci/run` does.
        .warnings_into_errors(env::var_os("ADAPTER_VALIDATOR_WERROR").is_some())
        .compile("validator_checks");
    println!("cargo::rustc-link-lib=dl");
    println!("cargo::rustc-link-lib=pthread");
    Ok(())
}

fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "c") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
