//! The modules of a crate, and which file imports from which.

use std::collections::BTreeMap;

use super::super::files::File;
use super::syntax::{self, Module};

/// One crate, from its `lib.rs` or `main.rs` down.
pub(super) struct Crate<'a> {
    nodes: Vec<Node<'a>>,
    /// `mod` declarations whose file is not there.
    pub(super) missing: Vec<String>,
}

struct Node<'a> {
    /// From the crate's root on.
    path: Vec<String>,
    file: &'a str,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    module: Module,
}

/// An import from one file into another.
#[derive(Debug)]
pub(super) struct Import<'a> {
    pub(super) from: &'a str,
    pub(super) line: usize,
    /// The path as it stands in the file.
    pub(super) path: String,
    /// The file in which the imported item is defined.
    pub(super) to: &'a str,
    /// The modules of both, from the crate's root on.
    pub(super) from_module: &'a [String],
    pub(super) to_module: &'a [String],
}

/// Where a path leads.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Target {
    Module(usize),
    /// An item of this module.
    Item(usize),
    /// Another crate, or a name that no module has.
    Outside,
}

/// More steps than a path needs that leads somewhere.
const STEPS: usize = 40;

impl<'a> Crate<'a> {
    pub(super) fn read(root: &'a File, files: &'a [File]) -> Self {
        let mut this = Self {
            nodes: Vec::new(),
            missing: Vec::new(),
        };
        this.add(root, &[], None, files);
        this
    }

    /// The path of every module.
    pub(super) fn modules(&self) -> impl Iterator<Item = &[String]> {
        self.nodes.iter().map(|node| node.path.as_slice())
    }

    fn add(&mut self, file: &'a File, path: &[String], parent: Option<usize>, files: &'a [File]) {
        let first = self.nodes.len();
        let mut declared = Vec::new();
        for module in syntax::modules(file) {
            let mut module_path = path.to_vec();
            module_path.extend(module.inline.iter().cloned());
            let parent = match module.inline.split_last() {
                None => parent,
                Some((_, around)) => {
                    (first..self.nodes.len()).find(|node| self.nodes[*node].module.inline == around)
                }
            };
            let index = self.nodes.len();
            if let (Some(parent), Some(name)) = (parent, module_path.last()) {
                self.nodes[parent].children.insert(name.clone(), index);
            }
            for (name, line, at) in &module.children {
                declared.push((index, name.clone(), *line, at.clone()));
            }
            self.nodes.push(Node {
                path: module_path,
                file: &file.path,
                parent,
                children: BTreeMap::new(),
                module,
            });
        }
        if self.nodes[first].module.has_macro_children {
            let folder = folder_of_children(&file.path, &[]);
            for name in files
                .iter()
                .filter_map(|other| module_in(&folder, &other.path))
            {
                if !declared.iter().any(|(_, known, ..)| known == name) {
                    declared.push((first, name.to_owned(), 1, None));
                    // The macro names it, in a path that only its expansion has.
                    let path = vec![name.to_owned(), "$".to_owned()];
                    self.nodes[first].module.paths.push((path, 1));
                }
            }
        }
        for (parent, name, line, at) in declared {
            let folder = folder_of_children(&file.path, &self.nodes[parent].module.inline);
            let places = match at {
                Some(at) => [joined(&file.path, &at), String::new()],
                None => [
                    format!("{folder}/{name}.rs"),
                    format!("{folder}/{name}/mod.rs"),
                ],
            };
            if let Some(child) = files.iter().find(|file| places.contains(&file.path)) {
                let mut child_path = self.nodes[parent].path.clone();
                child_path.push(name);
                self.add(child, &child_path, Some(parent), files);
            } else {
                let finding = format!("{}:{line}: no file of mod {name}", file.path);
                self.missing.push(finding);
            }
        }
    }

    /// Every import from another file of the crate. What a file only passes on by `pub use` counts for
    /// whoever imports it from there, not for the file that passes it on.
    pub(super) fn imports(&self) -> Vec<Import<'_>> {
        let mut imports = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let mut add = |path: &[String], line: usize, target: Target| {
                if let Target::Item(to) = target
                    && self.nodes[to].file != node.file
                {
                    imports.push(Import {
                        from: node.file,
                        line,
                        path: path.join("::"),
                        to: self.nodes[to].file,
                        from_module: &node.path,
                        to_module: &self.nodes[to].path,
                    });
                }
            };
            for used in &node.module.uses {
                let target = self.resolve(index, &used.path, STEPS);
                if used.name == "*" {
                    for word in &node.module.words {
                        if let Target::Module(from) = target {
                            let found = self.find(from, word, true, STEPS);
                            add(&used.path, used.line, found.unwrap_or(Target::Outside));
                        }
                    }
                }
                if !used.is_public || node.module.words.contains(&used.name) {
                    add(&used.path, used.line, target);
                }
            }
            for (path, line) in &node.module.paths {
                add(path, *line, self.resolve(index, path, STEPS));
            }
        }
        imports
    }

    /// Where `path` leads that stands in this module.
    fn resolve(&self, module: usize, path: &[String], steps: usize) -> Target {
        let mut at = Target::Module(module);
        for (place, segment) in path.iter().enumerate() {
            let is_last = place + 1 == path.len();
            at = match (at, segment.as_str()) {
                (Target::Module(_), "crate") => Target::Module(0),
                (Target::Module(module), "self") => Target::Module(module),
                (Target::Module(module), "super") => {
                    (self.nodes[module].parent).map_or(Target::Outside, Target::Module)
                }
                (Target::Module(module), name) => {
                    let unknown = if place == 0 {
                        Target::Outside
                    } else {
                        Target::Item(module)
                    };
                    self.find(module, name, is_last, steps).unwrap_or(unknown)
                }
                (of_item, _) => return of_item,
            };
        }
        at
    }

    /// What `name` is in this module, if it is there.
    fn find(&self, module: usize, name: &str, is_last: bool, steps: usize) -> Option<Target> {
        let steps = steps.checked_sub(1)?;
        let node = &self.nodes[module];
        let child = node.children.get(name).map(|child| Target::Module(*child));
        let imported = || {
            let mut uses = node.module.uses.iter();
            let used = uses.find(|used| used.name == name && used.path != [name])?;
            Some(self.resolve(module, &used.path, steps))
        };
        // A function may have the name of its module; then whoever goes no further means the function.
        let named = if is_last {
            imported().or(child)
        } else {
            child.or_else(imported)
        };
        if named.is_some() {
            return named;
        }
        if node.module.defines.contains(name) {
            return Some(Target::Item(module));
        }
        let mut globs = node.module.uses.iter().filter(|used| used.name == "*");
        globs.find_map(|used| match self.resolve(module, &used.path, steps) {
            Target::Module(from) if from != module => self.find(from, name, is_last, steps),
            _ => None,
        })
    }
}

/// Where the files of a module's children lie.
fn folder_of_children(file: &str, inline: &[String]) -> String {
    let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
    let mut parts = vec![folder];
    if !["lib.rs", "main.rs", "mod.rs"].contains(&name) {
        parts.push(name.trim_end_matches(".rs"));
    }
    parts.extend(inline.iter().map(String::as_str));
    parts.join("/")
}

/// The module whose file this is, directly in this folder; files of tests are none.
fn module_in<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let name = path.strip_prefix(folder)?.strip_prefix('/')?;
    let name = name
        .strip_suffix("/mod.rs")
        .or_else(|| name.strip_suffix(".rs"))?;
    let is_module = !name.contains('/') && name != "mod" && !name.ends_with("tests");
    is_module.then_some(name)
}

/// A path as `#[path]` says it, from the folder of the file in which it stands.
fn joined(file: &str, path: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[cfg(test)]
fn imports_of(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<File> = (files.iter())
        .map(|(path, text)| File::of(path, text))
        .collect();
    let read = Crate::read(&files[0], &files);
    assert_eq!(read.missing, [""; 0]);
    let mut imports: Vec<String> = (read.imports().iter())
        .map(|import| format!("{}:{} {}", import.from, import.line, import.to))
        .collect();
    imports.sort();
    imports.dedup();
    imports
}

#[test]
fn an_import_leads_to_the_file_that_defines_the_item() {
    let imports = imports_of(&[
        (
            "s/lib.rs",
            "mod a;\nmod b;\npub use a::A;\npub use b::passed_on;",
        ),
        (
            "s/a.rs",
            "mod deep;\nuse crate::b;\nuse super::b::c::C as Sea;\npub struct A;\npub use deep::Deep;\n\
             fn f(_: Sea) {\n  b::g();\n  deep::h(); outside::i();\n  crate::passed_on(); }",
        ),
        (
            "s/a/deep.rs",
            "use super::A;\npub struct Deep;\npub fn h() {}",
        ),
        (
            "s/b/mod.rs",
            "pub mod c;\npub use c::passed_on;\npub fn g() {}\nfn j() { passed_on(); }",
        ),
        (
            "s/b/c.rs",
            "pub struct C;\npub fn passed_on(_: crate::a::Deep) {}",
        ),
    ]);
    assert_eq!(
        imports,
        [
            "s/a.rs:3 s/b/c.rs",
            "s/a.rs:7 s/b/mod.rs",
            "s/a.rs:8 s/a/deep.rs",
            "s/a.rs:9 s/b/c.rs",
            "s/a/deep.rs:1 s/a.rs",
            "s/b/c.rs:2 s/a/deep.rs",
            "s/b/mod.rs:2 s/b/c.rs",
        ]
    );
}

#[test]
fn modules_that_a_macro_declares_are_found_by_their_files() {
    let imports = imports_of(&[
        ("s/lib.rs", "mod a;"),
        (
            "s/a/mod.rs",
            "macro_rules! all { ($($name:ident),+) => { $(mod $name;)+ } }\nall![b, c];",
        ),
        ("s/a/b.rs", "use super::c::d;"),
        ("s/a/c/mod.rs", "pub fn d() { super::b::e(); }"),
        ("s/a/tests.rs", "use super::b;"),
    ]);
    let to_children = ["s/a/mod.rs:1 s/a/b.rs", "s/a/mod.rs:1 s/a/c/mod.rs"];
    assert_eq!(
        imports[..2],
        ["s/a/b.rs:1 s/a/c/mod.rs", "s/a/c/mod.rs:1 s/a/b.rs"]
    );
    assert_eq!(imports[2..], to_children);
}

#[test]
fn globs_inline_modules_and_functions_named_like_their_module_lead_to_their_file() {
    let imports = imports_of(&[
        (
            "s/main.rs",
            "#[path = \"../t/x.rs\"]\nmod a;\nmod b { pub mod c; pub use c::c; }\nmod d;",
        ),
        (
            "t/x.rs",
            "use crate::d::*;\nfn f() { let _ = Known; unknown(); }\nfn g() { super::b::c(); }",
        ),
        ("s/b/c.rs", "pub fn c() { crate::d::Known::new(); }"),
        (
            "s/d.rs",
            "pub struct Known;\n#[cfg(test)]\nmod tests { use crate::b::c::c; }",
        ),
    ]);
    assert_eq!(
        imports,
        ["s/b/c.rs:1 s/d.rs", "t/x.rs:1 s/d.rs", "t/x.rs:3 s/b/c.rs"]
    );
}
