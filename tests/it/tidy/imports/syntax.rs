//! What a Rust file declares, imports and names, module by module; code of tests is left out.

use std::collections::BTreeSet;

use super::super::files::File;
use super::super::source::Token;

/// One module: a file, or a `mod name { … }` inside one.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// Names of the inline modules around it, in this file, and its own.
    pub(super) inline: Vec<String>,
    /// `mod name;`, each with its line and what `#[path]` says.
    pub(super) children: Vec<(String, usize, Option<String>)>,
    /// Whether a macro here declares further modules: `mod $name;`.
    pub(super) has_macro_children: bool,
    pub(super) uses: Vec<Use>,
    /// Names of the items that stand here.
    pub(super) defines: BTreeSet<String>,
    /// Paths of at least two segments outside of `use`, each with its line.
    pub(super) paths: Vec<(Vec<String>, usize)>,
    /// Every name outside of `use`.
    pub(super) words: BTreeSet<String>,
}

/// One name that a `use` brings into its module; braces are taken apart.
#[derive(Debug)]
pub(super) struct Use {
    /// The name here; `*` for all names of `path`.
    pub(super) name: String,
    pub(super) path: Vec<String>,
    pub(super) is_public: bool,
    pub(super) line: usize,
}

/// The modules of a file, the file's own first.
pub(super) fn modules(file: &File) -> Vec<Module> {
    let tokens = without_tests(file.tokens());
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        source: &file.text,
        modules: vec![Module::default()],
    };
    reader.read(0);
    reader.modules
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Cuts out every item under `#[cfg(test)]` or `#[cfg(all(test, …))]`; nothing is left of a file that
/// is under it as a whole.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let texts: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let rest = &texts[at..];
        let is_test = |rest: &[&str]| {
            rest.starts_with(&["[", "cfg", "(", "test", ")"])
                || rest.starts_with(&["[", "cfg", "(", "all", "(", "test", ","])
        };
        if rest[0] == "#" && rest.get(1) == Some(&"!") && is_test(&rest[2..]) {
            return Vec::new();
        }
        if rest[0] == "#" && is_test(&rest[1..]) {
            at += end_of_item(rest);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// How many tokens the item has that begins here with its attributes.
fn end_of_item(tokens: &[&str]) -> usize {
    let mut at = 0;
    while tokens.get(at) == Some(&"#") {
        at += 1 + group(&tokens[at + 1..]);
    }
    let mut keyword = at;
    if tokens.get(keyword) == Some(&"pub") {
        keyword += 1;
        if tokens.get(keyword) == Some(&"(") {
            keyword += group(&tokens[keyword..]);
        }
    }
    let is_use = tokens.get(keyword) == Some(&"use");
    while let Some(token) = tokens.get(at) {
        match *token {
            ";" => return at + 1,
            "{" if !is_use => return at + group(&tokens[at..]),
            "(" | "[" | "{" => at += group(&tokens[at..]),
            // The end of what it stands in.
            "}" | ")" | "]" => return at,
            _ => at += 1,
        }
    }
    at
}

/// How many tokens stand from this bracket to the one that closes it.
pub(super) fn group(tokens: &[&str]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    source: &'a str,
    modules: Vec<Module>,
}

/// Words that stand before the name of an item.
const ITEMS: [&str; 8] = [
    "fn", "struct", "enum", "union", "trait", "type", "const", "static",
];

impl<'a> Reader<'a> {
    fn text(&self, ahead: usize) -> &'a str {
        self.tokens
            .get(self.at + ahead)
            .map_or("", |token| &token.text)
    }

    fn before(&self, back: usize) -> &'a str {
        let at = self.at.checked_sub(back);
        at.and_then(|at| self.tokens.get(at))
            .map_or("", |token| &token.text)
    }

    /// Reads to the bracket that closes the module.
    fn read(&mut self, module: usize) {
        let mut depth = 0;
        let mut path_attribute = None;
        while let Some(token) = self.tokens.get(self.at) {
            let (text, line) = (token.text.as_str(), token.line);
            match text {
                "{" => depth += 1,
                "}" if depth == 0 => return,
                "}" => depth -= 1,
                "#" if self.text(2) == "path" && self.text(3) == "=" => {
                    let written = self.source.lines().nth(line - 1).unwrap_or_default();
                    path_attribute = written.split('"').nth(1).map(str::to_owned);
                }
                "mod" if self.text(1) == "$" => self.modules[module].has_macro_children = true,
                "mod" if self.text(2) == ";" => {
                    let child = (self.text(1).to_owned(), line, path_attribute.take());
                    self.modules[module].children.push(child);
                    self.at += 1;
                }
                "mod" if self.text(2) == "{" => {
                    let mut inline = self.modules[module].inline.clone();
                    inline.push(self.text(1).to_owned());
                    self.modules.push(Module {
                        inline,
                        ..Module::default()
                    });
                    self.at += 3;
                    self.read(self.modules.len() - 1);
                }
                "use" if self.text(1) != "<" => {
                    let is_public = matches!(self.before(1), "pub" | ")");
                    self.at += 1;
                    self.read_use(module, &[], is_public);
                }
                "macro_rules" => {
                    let name = self.text(2).to_owned();
                    self.modules[module].defines.insert(name);
                }
                _ if text.starts_with(is_name) => self.read_name(module, text, line),
                _ => {}
            }
            self.at += 1;
        }
    }

    fn read_name(&mut self, module: usize, text: &str, line: usize) {
        let next = self.text(1);
        if ITEMS.contains(&text) && next.starts_with(is_name) {
            self.modules[module].defines.insert(next.to_owned());
        }
        self.modules[module].words.insert(text.to_owned());
        let of_visibility = self.before(1) == "in" && self.before(3) == "pub";
        if next != "::" || matches!(self.before(1), "::" | ".") || of_visibility {
            return;
        }
        let mut path = vec![text.to_owned()];
        while self.text(1) == "::" && self.text(2).starts_with(is_name) {
            self.at += 2;
            let segment = self.text(0).to_owned();
            path.push(segment.clone());
            self.modules[module].words.insert(segment);
        }
        self.modules[module].paths.push((path, line));
    }

    /// Reads one path of a `use`, or several in braces, up to the mark behind it.
    fn read_use(&mut self, module: usize, prefix: &[String], is_public: bool) {
        let mut path = prefix.to_vec();
        let line = self.tokens.get(self.at).map_or(0, |token| token.line);
        let mut name = None;
        loop {
            match self.text(0) {
                "::" => {}
                "{" => {
                    while !matches!(self.text(0), "}" | "") {
                        self.at += 1;
                        if self.text(0) != "}" {
                            self.read_use(module, &path, is_public);
                        }
                    }
                    self.at += 1;
                    return;
                }
                "as" => {
                    self.at += 1;
                    name = Some(self.text(0).to_owned());
                }
                "*" => name = Some("*".to_owned()),
                // `a::{self}` brings `a` itself.
                "self" if !path.is_empty() => {}
                text if text.starts_with(is_name) => path.push(text.to_owned()),
                _ => break,
            }
            self.at += 1;
        }
        if let Some(name) = name.or_else(|| path.last().cloned()) {
            self.modules[module].uses.push(Use {
                name,
                path,
                is_public,
                line,
            });
        }
    }
}

#[test]
fn uses_are_read_in_every_form() {
    let code = "use crate::log::Log;\npub(crate) use a::{\n  self, b::{C, D as E},\n  f::*, };\n\
                use <'a>; fn g() { let x: other::H; use super::i; }";
    let modules = modules(&File::of("a.rs", code));
    let found: Vec<String> = (modules[0].uses.iter())
        .map(|used| {
            let public = if used.is_public { "pub " } else { "" };
            format!(
                "{} {public}{} = {}",
                used.line,
                used.name,
                used.path.join("::")
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "1 Log = crate::log::Log",
            "3 pub a = a",
            "3 pub C = a::b::C",
            "3 pub E = a::b::D",
            "4 pub * = a::f",
            "5 i = super::i",
        ]
    );
    assert_eq!(
        modules[0].paths,
        [(vec!["other".to_owned(), "H".to_owned()], 5)]
    );
}

#[test]
fn modules_are_read_with_what_stands_in_them_and_without_their_tests() {
    let code = "mod a;\n#[cfg(test)]\nmod b { use crate::c; }\n#[path = \"../d.rs\"]\nmod d;\n\
                mod e {\n  pub(in crate::f) fn g() { crate::h::i::<u8>(); }\n  mod j; }\n\
                #[cfg(test)] use k::{l, m};\nstruct N { #[cfg(test)] o: p::Q }\n\
                #[cfg(all(test, unix))]\n#[allow(dead_code)]\nimpl R { fn s() { t::U } }\nfn v() {}";
    let modules = modules(&File::of("a.rs", code));
    let children: Vec<_> = modules[0].children.iter().collect();
    assert_eq!(
        children,
        [
            &("a".to_owned(), 1, None),
            &("d".to_owned(), 5, Some("../d.rs".to_owned()))
        ]
    );
    assert_eq!(modules[1].inline, ["e"]);
    assert_eq!(modules[1].children[0].0, "j");
    assert_eq!(
        modules[1].paths,
        [(["crate", "h", "i"].map(str::to_owned).to_vec(), 7)]
    );
    assert!(modules[0].uses.is_empty() && modules[0].paths.is_empty());
    let defined: Vec<&String> = modules[0].defines.iter().collect();
    assert_eq!(defined, ["N", "v"]);
    assert_eq!(modules.len(), 2);
    let all_tests = "//! Tests.\n#![cfg(test)]\nuse crate::a;";
    let all_tests = super::syntax::modules(&File::of("a.rs", all_tests));
    assert!(all_tests[0].uses.is_empty());
}
