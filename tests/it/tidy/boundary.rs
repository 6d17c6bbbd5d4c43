//! Who may know what: the adapter no C and no unsafe code, the SDK no service.

use super::files::{File, is_in, rust_files, text_files};
use super::source::{Token, lines_of};
use super::words::{lines, words};
use super::{has_word, in_code, report};

/// The FFI boundary, and tools that call C themselves.
const UNSAFE: [&str; 5] = [
    "crates/contract/",
    "crates/loader/",
    "crates/sdk/src/ffi/",
    "tools/validator/src/ffi.rs",
    "fuzz/targets/c_table.rs",
];

/// The macros with which the SDK exports an adapter; no other one brings unsafe code into an adapter.
const EXPORT: &str = "crates/sdk/src/export.rs";

/// Crates outside of the workspace, which have lints of their own or none.
const OUTSIDE: [&str; 2] = ["fuzz/Cargo.toml", "tools/bench/peers/Cargo.toml"];

/// The lines that allow unsafe code: the lint behind the nearest bracket of a lower level than `deny`.
fn lifts(tokens: &[Token]) -> Vec<usize> {
    let is_lint = |at: &usize| tokens[*at].text == concat!("un", "safe_code");
    let level = |at: usize| {
        let open = tokens[..at].iter().rposition(|token| token.text == "(");
        let before = open.and_then(|open| open.checked_sub(1));
        before.map_or("", |before| &tokens[before].text)
    };
    let lints = (0..tokens.len()).filter(is_lint);
    let lifted = lints.filter(|at| ["allow", "expect", "warn"].contains(&level(*at)));
    lifted.map(|at| tokens[at].line).collect()
}

/// Where unsafe code is allowed, used where there are no lints, or brought in by a macro of the SDK.
fn unsafe_code(files: &[File]) -> Vec<String> {
    let word = concat!("un", "safe");
    let mut findings = Vec::new();
    for file in files {
        let tokens = file.tokens();
        let mut lines = Vec::new();
        let is_boundary = UNSAFE.iter().any(|place| is_in(file, place));
        if !is_boundary {
            lines.extend(lifts(tokens));
        }
        let exports = is_in(file, "crates/sdk/") && !lines_of(tokens, "[ macro_export").is_empty();
        if (exports && file.path != EXPORT) || (is_in(file, "fuzz/") && !is_boundary) {
            lines.extend(lines_of(tokens, word));
        }
        let finding = |line| format!("{}:{line}: {word} code is allowed here", file.path);
        findings.extend(lines.into_iter().map(finding));
    }
    findings
}

#[test]
fn unsafe_code_is_allowed_at_the_ffi_boundary_only() {
    report(&unsafe_code(rust_files()));
    let code = concat!("un", "safe");
    for text in [
        format!("#![allow({code}_code)]"),
        format!("#![deny(unused)] #![allow({code}_code)]"),
        format!("#![allow(\n    {code}_code,\n    reason = \"deny(this)\"\n)]"),
        format!("#![cfg_attr(all(), expect(unused, {code}_code))]"),
    ] {
        let found = unsafe_code(&[File::of("crates/sdk/src/a.rs", &text)]);
        assert_eq!(found.len(), 1, "{text}");
    }
    let exported = format!("#[macro_export]\nmacro_rules! a {{ () => {{ {code} {{ b() }} }} }}");
    for place in ["crates/sdk/src/a.rs", "crates/sdk/src/ffi/a.rs"] {
        assert_eq!(
            unsafe_code(&[File::of(place, &exported)]).len(),
            1,
            "{place}"
        );
    }
    let fine = format!("#![deny({code}_code)]\n// #![allow({code}_code)]");
    assert!(unsafe_code(&[File::of("src/a.rs", &fine)]).is_empty());
}

/// The roots of adapters that do not forbid unsafe code.
fn do_not_forbid(files: &[File]) -> Vec<String> {
    let roots = ["src/lib.rs", "crates/echo-adapter/src/lib.rs"];
    let roots = files.iter().filter(|file| roots.contains(&&*file.path));
    let forbid = concat!("# ! [ forbid ( un", "safe_code ) ]");
    let without = roots.filter(|file| lines_of(file.tokens(), forbid).is_empty());
    without
        .map(|file| format!("{}:1: it does not forbid it", file.path))
        .collect()
}

/// The members of the workspace without its lints.
fn without_lints(files: &[File]) -> Vec<String> {
    let manifests = (files.iter())
        .filter(|file| file.path.rsplit('/').next() == Some("Cargo.toml"))
        .filter(|file| !OUTSIDE.contains(&&*file.path));
    let has_lints = |file: &&File| {
        let mut lines = file.text.lines().skip_while(|line| *line != "[lints]");
        lines.nth(1) == Some("workspace = true")
    };
    let without = manifests.filter(|file| !has_lints(file));
    without
        .map(|file| format!("{}:1: it has not the workspace's lints", file.path))
        .collect()
}

/// What the workspace's lints must say; without it, a crate that has them is not held to anything.
const LINTS: [&str; 3] = [
    concat!("un", "safe_code = \"deny\""),
    concat!("un", "safe_op_in_un", "safe_fn = \"deny\""),
    concat!("undocumented_un", "safe_blocks = \"deny\""),
];

fn missing_lints(manifest: &str) -> Vec<&str> {
    let missing = (LINTS.into_iter()).filter(|lint| manifest.lines().all(|line| line != *lint));
    missing.collect()
}

#[test]
fn adapters_forbid_unsafe_code_and_every_crate_has_the_workspace_s_lints() {
    let files = text_files();
    let mut findings = do_not_forbid(&files);
    findings.extend(without_lints(&files));
    report(&findings);
    let root = files.iter().find(|file| file.path == "Cargo.toml").unwrap();
    assert_eq!(missing_lints(&root.text), [""; 0]);
    assert_eq!(missing_lints("# unsafe_code = \"deny\"\n").len(), 3);
    let comment = concat!(
        "// #![forbid(un",
        "safe_code)]\n/* #![forbid(un",
        "safe_code)] */"
    );
    assert_eq!(do_not_forbid(&[File::of("src/lib.rs", comment)]).len(), 1);
    for manifest in [
        "[package]\n",
        "# [lints]\n# workspace = true\n",
        "[lints]\n\n[dependencies]\n",
    ] {
        assert_eq!(
            without_lints(&[File::of("tools/a/Cargo.toml", manifest)]).len(),
            1,
            "{manifest}"
        );
    }
}

/// Words and beginnings of words that only the service's own names have, as `words` writes them: in the
/// singular, without a last `s`.
const SERVICE: [&str; 11] = [
    " graph ",
    " meta ",
    " hub ",
    " waba ",
    " wa id ",
    " biz opaque ",
    " busines account ",
    " send message ",
    " eaag",
    " wamid",
    " phone",
];
/// Names that are found in whatever way they are written, also put together from parts.
const NAMES: [&str; 3] = ["whatsapp", "facebook", "graphapi"];

fn words_of_service(files: &[File]) -> Vec<String> {
    let sdk = ["crates/sdk/", "crates/echo-adapter/"];
    let mut findings = Vec::new();
    for file in files
        .iter()
        .filter(|file| sdk.iter().any(|place| is_in(file, place)))
    {
        for (number, line) in lines(file).enumerate() {
            let (line, words) = (line.to_lowercase(), words(line));
            let letters: String = line.chars().filter(char::is_ascii_alphanumeric).collect();
            let name = NAMES.iter().find(|name| letters.contains(**name));
            let word = name.or_else(|| SERVICE.iter().find(|word| words.contains(**word)));
            if let Some(word) = word {
                findings.push(format!("{}:{number}: {}", file.path, word.trim()));
            }
        }
    }
    findings
}

#[test]
fn the_sdk_has_no_word_of_whatsapp() {
    report(&words_of_service(&text_files()));
    for line in [
        "// The whats-app service",
        "// Whats App, or What\u{2019}sApp, or W\u{200b}hatsApp",
        "const A: &str = concat!(\"what\", \"sapp\");",
        "const A: &str = \"waba\";",
        "let wa_id = waId();",
        "// A token begins with EAAGq7Xw2m9",
        "const A: &str = \"X-Hub-Signature-256\";",
        "\"biz_opaque_callback_data\"",
        "\"hubMode\"",
        "graphApi(graph_version)",
        "// sendMessageTextTemplate",
        "// A business account",
        "phoneNumberId",
        "// Meta's",
    ] {
        let found = words_of_service(&[File::of("crates/sdk/src/a.rs", line)]);
        assert_eq!(found.len(), 1, "{line}");
    }
    let path = File::of("crates/sdk/src/graph/a.rs", "");
    assert_eq!(words_of_service(&[path]).len(), 1, "a file's name");
    let fine = "// metadata, a metaphor, photographs, ascii_graphic, await it, github\n";
    assert_eq!(
        words_of_service(&[File::of("crates/sdk/src/a.rs", fine)]),
        [""; 0]
    );
}

/// Names that belong to C, or to the SDK's side of the FFI boundary.
const C_NAMES: [&str; 9] = [
    "CStr",
    "CString",
    "NonNull",
    "c_void",
    "extern",
    "no_mangle",
    "workflow_adapter_contract",
    "ffi",
    "abi_stable",
];
/// C's types of numbers, in `std::ffi` and in `libc`.
const C_NUMBERS: [&str; 12] = [
    "char", "schar", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "longlong",
    "float", "double",
];

/// The FFI boundary is the SDK's: an adapter is safe Rust that knows no pointer and no function of C.
fn of_c(files: &[File]) -> Vec<String> {
    in_code(files, |file, line| {
        if !is_in(file, "src/") && !is_in(file, "crates/echo-adapter/") {
            return None;
        }
        let name = C_NAMES.iter().find(|name| has_word(line, name));
        let number = C_NUMBERS
            .iter()
            .find(|name| has_word(line, &format!("c_{name}")));
        let other = ["*const ", "*mut ", "wfa_"]
            .into_iter()
            .find(|part| line.contains(part));
        let what = name.or(number).copied().or(other)?;
        Some(format!("{what} belongs to the SDK"))
    })
}

#[test]
fn the_adapter_has_no_c_type() {
    report(&of_c(rust_files()));
    for line in [
        "type A = std::ffi::c_uint;",
        "fn a(_: libc::c_ulong) {}",
        "use std::ptr::NonNull;",
        "use workflow_adapter_sdk::ffi::Raw;",
        "use workflow_adapter_sdk as sdk; fn a(_: sdk::ffi::contract::Raw) {}",
        "fn a(_: *mut u8) {}",
        "extern crate self as me;",
    ] {
        assert_eq!(of_c(&[File::of("src/a.rs", line)]).len(), 1, "{line}");
    }
    let manifest = text_files()
        .into_iter()
        .find(|file| file.path == "Cargo.toml");
    let manifest = manifest.unwrap().text;
    let dependency = (manifest.lines()).find(|line| line.starts_with("abi_stable = { version"));
    assert_eq!(dependency, None, "abi_stable is a feature of the SDK");
}
