//! The library's file: what it exports, what it needs, and how it was linked.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::elf::Elf;
use crate::{golden, plugin};

/// In `DT_FLAGS_1`: the library stays mapped after `dlclose`.
const NODELETE: u64 = 0x8;
/// In `DT_FLAGS_1`: every symbol is bound when the library is loaded.
const NOW: u64 = 0x1;
/// In `DT_FLAGS`: the library's own definitions come first.
const SYMBOLIC: u64 = 0x2;

fn library() -> Elf {
    Elf::read(&plugin::path())
}

/// The committed list: a symbol and the version of the contract that brought it, one a line.
fn committed() -> BTreeMap<String, String> {
    let path = plugin::repository("tests/golden/symbols.txt");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    lines
        .map(|(name, version)| (name.to_owned(), version.to_owned()))
        .collect()
}

#[test]
fn the_library_exports_the_committed_symbols_and_no_other() {
    let versions = committed();
    let mut listed = String::new();
    for name in library().exports {
        // A new symbol gets the version of today; the review puts that right if it is wrong.
        let today = format!(
            "{}.{}",
            workflow_adapter_loader::WFA_ABI_MAJOR,
            workflow_adapter_loader::WFA_ABI_MINOR
        );
        let version = versions.get(&name).unwrap_or(&today);
        writeln!(listed, "{name} {version}").unwrap();
    }
    golden::compare("symbols.txt", listed.as_bytes());
}

#[test]
fn every_function_of_the_header_is_exported_and_nothing_else_but_abi_stables_one() {
    let header = std::fs::read_to_string(plugin::repository("include/workflow_adapter.h")).unwrap();
    let declared = header
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let mut names: Vec<String> = declared
        .filter(|line| !line.starts_with("typedef") && !line.starts_with(' '))
        .filter_map(|line| line.split_once('(')?.0.rsplit(|c: char| !is_name(c)).next())
        .filter(|name| name.starts_with("wfa_"))
        .map(str::to_owned)
        .collect();
    names.sort();
    let (ours, others): (Vec<_>, Vec<_>) = library()
        .exports
        .into_iter()
        .partition(|name| name.starts_with("wfa_"));
    assert_eq!(ours, names);
    assert_eq!(others.len(), 1, "{others:?}");
    assert!(others[0].contains("root_bmodule_bloader"), "{others:?}");
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[test]
fn the_library_stays_mapped_binds_at_once_and_calls_its_own_functions() {
    let library = library();
    let flags_1 = library.dynamic(0x6fff_fffb);
    assert_eq!(flags_1 & NODELETE, NODELETE, "DT_FLAGS_1 {flags_1:#x}");
    assert_eq!(flags_1 & NOW, NOW, "DT_FLAGS_1 {flags_1:#x}");
    let flags = library.dynamic(30);
    assert_eq!(flags & SYMBOLIC, SYMBOLIC, "DT_FLAGS {flags:#x}");
}

#[test]
fn the_library_needs_nothing_but_the_c_library_and_the_unwinder() {
    let allowed = |library: &str| {
        [
            "libc.so",
            "libm.so",
            "libgcc_s.so",
            "ld-linux",
            "libdl.so",
            "libpthread.so",
        ]
        .iter()
        .any(|name| library.starts_with(name))
    };
    let library = library();
    for needed in &library.needed {
        assert!(allowed(needed), "it needs {needed}");
    }
    for (symbol, from) in &library.undefined {
        let place = from.as_deref().unwrap_or("nowhere");
        assert!(allowed(place), "{symbol} comes from {place}");
    }
}
