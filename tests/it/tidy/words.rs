//! Household words that have a term of the field in their place: whoever searches for the term finds it.

use super::files::{File, text_files};
use super::report;

/// The word, and the term to write instead.
const WORDS: [(&str, &str); 5] = [
    (concat!("bor", "der"), "FFI boundary"),
    (concat!("do", "or"), "entry point"),
    (concat!("gover", "nor"), "rate limiter or retry budget"),
    (concat!("se", "am"), "trait or interface"),
    (concat!("question at ni", "ght"), "troubleshooting"),
];

/// Where a word has its own meaning (on the page, and as a crate's name), and texts that are not ours.
const EXCEPTED: [&str; 7] = [
    "tools/emulator/page/",
    "tools/page-test/",
    "host-example/rust/Cargo.toml",
    "host-example/rust/src/server/sources.rs",
    "tests/fixtures/",
    "tests/golden/",
    "fuzz/seeds/",
];

/// Names of files are texts as well.
pub(super) fn lines(file: &File) -> impl Iterator<Item = &str> {
    std::iter::once(file.path.as_str()).chain(file.text.lines())
}

/// The words of a line in lower case and in the singular, one blank between them; a name is taken apart.
pub(super) fn words(line: &str) -> String {
    let mut words = String::from(" ");
    let mut before = ' ';
    for c in line.chars() {
        let begins = c.is_ascii_uppercase() && before.is_ascii_lowercase();
        if (begins || !c.is_ascii_alphabetic()) && !words.ends_with(' ') {
            words.push(' ');
        }
        if c.is_ascii_alphabetic() {
            words.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    let singular = words.split_whitespace();
    let singular = singular.map(|word| word.strip_suffix('s').unwrap_or(word));
    let singular: Vec<&str> = singular.filter(|word| !word.is_empty()).collect();
    format!(" {} ", singular.join(" "))
}

#[test]
fn no_household_word_stands_for_a_term_of_the_field() {
    let mut findings = Vec::new();
    for file in text_files() {
        let ending = file.path.rsplit('.').next().unwrap_or_default();
        let is_excepted = ["lock", "svg", "css"].contains(&ending)
            || EXCEPTED.iter().any(|place| file.path.starts_with(place));
        if is_excepted {
            continue;
        }
        for (number, line) in lines(&file).enumerate() {
            let line = words(line);
            let found = WORDS
                .iter()
                .find(|(word, _)| line.contains(&format!(" {word} ")));
            if let Some((word, term)) = found {
                findings.push(format!("{}:{number}: {word}: write {term}", file.path));
            }
        }
    }
    report(&findings);
}

#[test]
fn words_are_found_in_names_and_in_the_plural() {
    assert_eq!(words("let rustHosts = HOST_1;"), " let rust host host ");
    assert_eq!(words("the C-table's"), " the c table ");
    assert_eq!(words("Notes at noon"), " note at noon ");
    assert!(!words("ghosts").contains(" host "));
}
