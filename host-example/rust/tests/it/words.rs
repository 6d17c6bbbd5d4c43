//! The host knows adapters by their descriptors: where it knows more of one, the file says so in its first
//! lines.

use std::fs;
use std::path::{Path, PathBuf};

/// Words of WhatsApp and of its adapter's descriptor, in small letters.
const WORDS: [&str; 18] = [
    "callbackdata",
    "app secret",
    "whatsapp",
    "wamid",
    "wa_id",
    "meta's",
    "facebook",
    "cloud api",
    "cloud_api",
    "phonenumber",
    "phone_number_id",
    "customer_message",
    "status_changed",
    "sendmessage",
    "templatename",
    "messagespersecond",
    "timeoutms",
    "dedupjournal",
];

/// Where they may stand.
const HERE: [&str; 3] = ["whatsapp.rs", "broadcast/", "demo/"];
/// Brings the stores of versions that knew no other adapter up to date.
const MIGRATION: &str = "store/schema/";

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// A file without its tests, whose examples are of some adapter: they stand at its end.
fn without_tests(text: &str) -> &str {
    let at = ["\n#[cfg(test)]\nmod ", "\n#[cfg(test)]\npub(super) mod "]
        .iter()
        .filter_map(|begin| text.find(begin));
    text.get(..at.min().unwrap_or(text.len())).unwrap()
}

#[test]
fn the_host_has_no_word_of_whatsapp_but_where_it_says_so() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&root, &mut all);
    let mut findings = Vec::new();
    for path in &all {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
        let is_test = name.ends_with("tests.rs") || name.ends_with("fixtures.rs");
        let is_exempt = HERE
            .iter()
            .chain([&MIGRATION])
            .any(|here| name.starts_with(here));
        if is_test || is_exempt {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        for (number, line) in without_tests(&text).lines().enumerate() {
            // What is imported from there is named there.
            let mut line = line.to_lowercase();
            for import in ["mod whatsapp;", "crate::whatsapp", "whatsapp::"] {
                line = line.replace(import, "");
            }
            if let Some(word) = WORDS.iter().find(|word| line.contains(**word)) {
                findings.push(format!("{name}:{}: {word}", number + 1));
            }
        }
    }
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
    for file in ["whatsapp.rs", "broadcast/mod.rs", "demo/mod.rs"] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let header: String = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        assert!(header.contains("WhatsApp"), "{file} does not say so");
    }
}
