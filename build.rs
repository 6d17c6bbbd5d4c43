//! Generates the C header into `OUT_DIR`, where a test compares it with the committed one, and sets
//! the link arguments of the shared library. Writes nothing into the tree.

use std::env;
use std::path::Path;

/// In the order of the header.
const SOURCES: &[&str] = &[
    "abi/src/result.rs",
    "abi/src/buffer.rs",
    "abi/src/error.rs",
    "abi/src/descriptor.rs",
    "abi/src/host.rs",
    "abi/src/callback.rs",
    "abi/src/table.rs",
    "abi/src/extension.rs",
    "src/abi/exports.rs",
    "src/abi/exports/lifecycle.rs",
    "src/abi/exports/command.rs",
    "src/abi/exports/event.rs",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let out = env::var("OUT_DIR")?;
    let mut builder = cbindgen::Builder::new().with_config(cbindgen::Config::from_file(
        Path::new(&root).join("cbindgen.toml"),
    )?);
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        builder = builder.with_src(Path::new(&root).join(source));
    }
    println!("cargo::rerun-if-changed=cbindgen.toml");
    println!("cargo::rerun-if-changed=build.rs");
    builder
        .generate()?
        .write_to_file(Path::new(&out).join("workflow_adapter.h"));

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
