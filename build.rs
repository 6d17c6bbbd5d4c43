//! Generates the C header into `OUT_DIR`, where a test compares it with the committed one, and sets
//! the link arguments of the shared library. Writes nothing into the tree.

use std::env;
use std::fs;
use std::path::Path;

/// In the order of the header.
const SOURCES: &[&str] = &[
    "crates/contract/src/result.rs",
    "crates/contract/src/buffer.rs",
    "crates/contract/src/error.rs",
    "crates/contract/src/descriptor.rs",
    "crates/contract/src/host.rs",
    "crates/contract/src/callback.rs",
    "crates/contract/src/table.rs",
    "crates/contract/src/extension.rs",
    "crates/contract/src/exports.rs",
    "crates/contract/src/exports/lifecycle.rs",
    "crates/contract/src/exports/command.rs",
    "crates/contract/src/exports/event.rs",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    println!("cargo::rerun-if-changed=build.rs");
    // A package of this crate has neither the contract's crate beside it nor the test.
    if Path::new(&root).join("crates/contract").is_dir() {
        header(Path::new(&root))?;
    }
    if env::var("CARGO_CFG_TARGET_OS")? == "linux" {
        // Threads and thread-local destructors may outlive a dlclose: the library stays mapped.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        // Two plugins in one process: each calls its own functions, also under RTLD_GLOBAL.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-Bsymbolic");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,relro,-z,now");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libwhatsapp_adapter.so");
    }
    Ok(())
}

/// Writes the header that the contract's sources in `root` say.
fn header(root: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = cbindgen::Builder::new()
        .with_config(cbindgen::Config::from_file(root.join("cbindgen.toml"))?);
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        builder = builder.with_src(root.join(source));
    }
    println!("cargo::rerun-if-changed=cbindgen.toml");
    let mut header = Vec::new();
    builder.generate()?.write(&mut header);
    let header = conventions(&String::from_utf8(header)?);
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("workflow_adapter.h"),
        header,
    )?;
    Ok(())
}

/// Adds what cbindgen cannot express: `extern "C"` around the whole header and not only around its
/// functions, and the macros for export and calling convention.
fn conventions(header: &str) -> String {
    const OPENING: &str = "#ifdef __cplusplus\nextern \"C\" {\n#endif // __cplusplus\n\n";
    let header = header.replacen(OPENING, "", 1);
    let mut out = String::with_capacity(header.len() + 4_096);
    // By how much the parameters below a changed line move, so that they stay under each other.
    let mut moved = 0;
    for line in header.lines() {
        let (changed, by) = if moved > 0 {
            (format!("{}{line}", " ".repeat(moved)), moved)
        } else {
            with_convention(line)
        };
        moved = if changed.ends_with(';') { 0 } else { by };
        out.push_str(&changed);
        out.push('\n');
    }
    out
}

/// Adds the macros to a line that begins the declaration of a function or of a pointer to one, and returns
/// by how much the text after its opening bracket has moved. Returns every other line unchanged.
fn with_convention(line: &str) -> (String, usize) {
    const EXPORT: &str = "WFA_EXPORT ";
    const EXTERN: &str = "extern ";
    const CALL: &str = "WFA_CALL ";
    let is_code = !line.trim_start().starts_with(['/', '*', '#']);
    if is_code && line.contains("(*") {
        return (line.replacen("(*", &format!("({CALL}*"), 1), CALL.len());
    }
    let function = line
        .find("wfa_")
        .and_then(|_| line.split_once('('))
        .and_then(|(before, _)| before.rfind("wfa_"));
    match function {
        Some(at) if is_code && !line.starts_with([' ', '}']) && !line.starts_with("typedef") => {
            let (type_, rest) = line.split_at(at);
            // How cbindgen writes a function that is declared and not defined.
            let declared = type_.strip_prefix(EXTERN).unwrap_or(type_);
            let moved = EXPORT.len() + CALL.len() + declared.len() - type_.len();
            (format!("{EXPORT}{declared}{CALL}{rest}"), moved)
        }
        _ => (line.to_owned(), 0),
    }
}
