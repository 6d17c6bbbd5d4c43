//! Imports stand where the order looks for them: nothing brings a name, or a file's text, in another way.

use super::super::files::{File, is_in, rust_files};
use super::super::report;
use super::super::source::{Token, lines_of};
use super::syntax;

/// What brings names or files without an import or a `mod`; who needs one writes a module.
const HIDDEN: [&str; 5] = [
    "macro_use",
    "[ path =",
    "include !",
    "extern crate",
    "$ crate",
];
/// Where macros name items of their crate for whoever expands them.
const EXPORTED: [&str; 3] = [
    "crates/sdk/src/export.rs",
    "crates/sdk/src/rows/forms.rs",
    "crates/loader/src/foreign.rs",
];

/// The tokens of every macro's rules.
fn bodies(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    let texts: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    let macros = (0..tokens.len()).filter(|at| tokens[*at].text == "macro_rules");
    macros.map(move |at| {
        // `macro_rules ! name {`
        let from = texts.len().min(at + 3);
        &tokens[from..from + syntax::group(&texts[from..])]
    })
}

fn hidden(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    let places = ["src/", "crates/"];
    for file in files
        .iter()
        .filter(|file| places.iter().any(|place| is_in(file, place)))
    {
        let tokens = file.tokens();
        let mut add = |what: &str, lines: Vec<usize>| {
            let finding = |line| format!("{}:{line}: {what} hides an import", file.path);
            findings.extend(lines.into_iter().map(finding));
        };
        let is_exported = EXPORTED.contains(&&*file.path);
        for what in HIDDEN
            .iter()
            .filter(|what| !is_exported || **what != "$ crate")
        {
            add(what, lines_of(tokens, what));
        }
        for body in bodies(tokens).filter(|_| !is_exported) {
            for what in ["crate ::", "super ::", "self ::"] {
                add(what, lines_of(body, what));
            }
        }
    }
    findings
}

#[test]
fn no_import_is_hidden() {
    report(&hidden(rust_files()));
    for text in [
        "#[macro_use]\nmod a;",
        "#[path = \"../b.rs\"]\nmod a;",
        "include!(\"a.inc\");",
        "extern crate self as me;",
        "macro_rules! a { () => { $crate::b::c() } }",
        "macro_rules! a { ($b:ident) => { crate::$b::c() } }",
        "macro_rules! a { () => { super::b::c() } }",
    ] {
        assert!(!hidden(&[File::of("src/a.rs", text)]).is_empty(), "{text}");
    }
    let fine = "const A: &str = include_str!(\"a.txt\");\nfn b() { crate::c(); }\n// #[macro_use]";
    assert_eq!(hidden(&[File::of("src/a.rs", fine)]), [""; 0]);
}
