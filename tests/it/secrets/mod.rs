//! The cases of `tests/SECRETS_CASES.md`, by number: what must not leave, what must not be let into a
//! URL or a header, and whom the token is shown to.

mod canary;
mod certificates;
mod network;
mod paths;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::plugin;

/// An access token that stands nowhere else.
const TOKEN: &str = "EAAGq7Xw2m9ZkT4vLp8RsY3dNfB6hJ1cU5eQ";
/// An App Secret, as Meta shows it, that stands nowhere else.
const APP_SECRET: &str = "9c4e17ab5d03f682e1b97a40c5d8362f";

/// Properties without a server.
fn properties() -> Value {
    json!({
        "authenticationToken": TOKEN, "apiVersion": "v26.0", "phoneNumberId": "106540352242922",
        "baseUrl": crate::rig::NOBODY, "appSecret": STANDARD.encode(APP_SECRET),
    })
}

/// Each byte's two hexadecimal digits, with something before each.
fn hex(text: &str, before: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        let _ = write!(all, "{before}{byte:02x}");
        all
    })
}

/// What may not be shown of a secret: any ten characters in a row of it, of its reverse, or of its
/// Base64, hexadecimal and percent-encoded forms.
fn shards(secret: &str) -> HashSet<Vec<u8>> {
    let forms = [
        secret.to_owned(),
        secret.chars().rev().collect(),
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        hex(secret, ""),
        hex(secret, "").to_uppercase(),
        hex(secret, "%").to_uppercase(),
    ];
    let windows = forms.iter().flat_map(|form| form.as_bytes().windows(SHARD));
    windows.map(<[u8]>::to_vec).collect()
}

/// So many characters in a row are a part of a secret.
const SHARD: usize = 10;

/// The part of a secret that is shown, if any.
fn shown_of<'s>(shards: &HashSet<Vec<u8>>, shown: &'s str) -> Option<Cow<'s, str>> {
    let mut windows = shown.as_bytes().windows(SHARD);
    let shard = windows.find(|window| shards.contains(*window))?;
    Some(String::from_utf8_lossy(shard))
}

/// Fails if `shown` holds a part of any of `secrets`.
#[track_caller]
pub(crate) fn assert_hides(what: &str, shown: &str, secrets: &[&str]) {
    for secret in secrets {
        if let Some(shard) = shown_of(&shards(secret), shown) {
            panic!("{what} shows {shard}, a part of {secret}:\n{shown}");
        }
    }
}

#[test]
fn parts_of_a_secret_are_found_in_every_form() {
    let shards = shards(TOKEN);
    let found = |shown: &str| shown_of(&shards, shown).is_some();
    for shown in [
        TOKEN.to_owned(),
        TOKEN[7..20].to_owned(),
        TOKEN.chars().rev().collect(),
        STANDARD.encode(TOKEN),
        format!("Bearer {}", &TOKEN[20..]),
        hex(TOKEN, ""),
        hex(TOKEN, "%").to_uppercase(),
    ] {
        assert!(found(&shown), "{shown}");
    }
    assert!(!found("nothing of it: EAAG, 9ZkT4v"));
}

/// The tests of this folder whose name begins with `s01_` to `s22_`.
fn tests() -> Vec<String> {
    let mut code = String::new();
    for file in std::fs::read_dir(plugin::repository("tests/it/secrets")).unwrap() {
        code += &std::fs::read_to_string(file.unwrap().path()).unwrap();
    }
    let lines = code.lines().filter_map(|line| line.strip_prefix("fn "));
    let names = lines.filter_map(|line| line.split_once('(').map(|(name, _)| name.to_owned()));
    names.filter(|name| is_case(name)).collect()
}

fn is_case(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next() == Some(b's')
        && bytes.by_ref().take(2).all(|byte| byte.is_ascii_digit())
        && bytes.next() == Some(b'_')
}

#[test]
fn every_case_of_the_list_has_its_test_and_every_test_its_case() {
    let list = std::fs::read_to_string(plugin::repository("tests/SECRETS_CASES.md")).unwrap();
    let tests = tests();
    for case in 1..=22 {
        let row = list
            .lines()
            .find(|line| line.starts_with(&format!("| S{case:02} |")));
        let row = row.unwrap_or_else(|| panic!("S{case:02} has no row"));
        let of_case = |name: &str| name.starts_with(&format!("s{case:02}_"));
        let named: BTreeSet<&str> = row.split('`').filter(|part| of_case(part)).collect();
        let there = tests
            .iter()
            .map(String::as_str)
            .filter(|name| of_case(name));
        assert_eq!(named, there.collect(), "S{case:02}");
        assert!(!named.is_empty(), "S{case:02} has no test");
    }
}
