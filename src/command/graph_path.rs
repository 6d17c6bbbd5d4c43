//! The path of a request that a host writes: it stays below the Graph version, and sends no message.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::rows::{Say, TextCheck};

/// A path below the Graph version.
pub(super) const PATH: TextCheck = TextCheck {
    name: "graph path",
    demands: "ids and names with single slashes between them, without a version, a host, a query, a percent \
              sign or a segment of dots; no path that ends in /messages, /marketing_messages or \
              /messages_encrypted",
    find: find_in_path,
};

/// Ends of paths that send a message.
const SENDS: [&str; 3] = ["messages", "marketing_messages", "messages_encrypted"];

fn find_in_path(path: &str, say: &mut Say<'_, '_>) {
    if sends(path) {
        say.refuse(
            "",
            "sends a message; use sendMessage, which keeps to the rate and to the correlation id",
        );
    } else if is_version(below_version(path).split('/').next().unwrap_or_default()) {
        say.refuse(
            "",
            "begins with a version; leave it out, the property apiVersion says it",
        );
    } else if !below_version(path).split('/').all(is_segment) {
        say.refuse(
            "",
            "must be ids and names with single slashes between them: letters, digits and any of -_.:=+; the \
             member query holds the parameters",
        );
    }
}

/// The path without one slash at its beginning and one at its end, which mean nothing.
pub(super) fn below_version(path: &str) -> &str {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path)
}

/// Whether servers may take the path for one that sends, however it is written.
fn sends(path: &str) -> bool {
    let path = decoded(path).to_ascii_lowercase();
    let path = path.split(['?', '#', ';', '\0']).next().unwrap_or_default();
    let is_no_part = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let mut segments = path
        .split(['/', '\\'])
        .map(|part| part.trim_matches(is_no_part));
    let last = segments.rfind(|part| !part.is_empty());
    last.is_some_and(|last| SENDS.contains(&last))
}

fn is_version(segment: &str) -> bool {
    let digits = segment.strip_prefix(['v', 'V']).unwrap_or_default();
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn is_segment(segment: &str) -> bool {
    let may_be = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:=+".contains(&byte);
    segment.bytes().all(may_be)
        && !segment.ends_with(':')
        && !segment.bytes().all(|byte| byte == b'.')
}

/// `text` without percent-encoding, even where that is encoded itself.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    // Each round makes it shorter, so this ends.
    while text.contains('%') {
        let next = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        if next.len() >= text.len() {
            break;
        }
        text = Cow::Owned(next);
    }
    text
}
