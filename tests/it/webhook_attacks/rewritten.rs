//! W17 to W23: the right signature, and a body that somebody read and wrote again on its way.

use serde_json::Value;

use super::sender::{BODY, SECRET, SIGNATURE, signature};
use super::{accepted, refused};

/// The signature of [`BODY`] does not fit `rewritten`, which means the same; the reason says why.
fn refused_as_rewritten(rewritten: &str) {
    assert_ne!(rewritten, BODY);
    refused(
        rewritten.as_bytes(),
        Some(SIGNATURE.as_bytes()),
        "signature_body_changed",
    );
    // Over its own bytes a signature does fit: it is the change that is refused, not the form.
    accepted(rewritten, &signature(SECRET, rewritten.as_bytes()));
}

#[test]
fn w17_a_line_end_behind_the_body_is_refused() {
    refused_as_rewritten(&format!("{BODY}\n"));
    refused_as_rewritten(&format!("{BODY}\r\n"));
}

#[test]
fn w18_json_that_was_written_again_is_refused() {
    let value: Value = serde_json::from_str(BODY).unwrap();
    refused_as_rewritten(&value.to_string()); // other order, nothing escaped
    refused_as_rewritten(&serde_json::to_string_pretty(&value).unwrap());
    refused_as_rewritten(&BODY.replace("\":", "\": ").replace(",\"", ", \""));
}

#[test]
fn w19_characters_in_the_place_of_their_escapes_are_refused() {
    refused_as_rewritten(&BODY.replace("\\u00f6", "ö"));
    refused_as_rewritten(&BODY.replace("\\ud83d\\ude00", "😀"));
}

#[test]
fn w20_slashes_without_their_escapes_are_refused() {
    refused_as_rewritten(&BODY.replace("\\/", "/"));
}

#[test]
fn w21_escapes_with_upper_case_digits_are_refused() {
    // This form cannot be distinguished from Meta's own, so the reason is the general one.
    let rewritten = BODY.replace("\\u00f6", "\\u00F6");
    let header = Some(SIGNATURE.as_bytes());
    refused(rewritten.as_bytes(), header, "signature_wrong_key");
    accepted(&rewritten, &signature(SECRET, rewritten.as_bytes()));
}

#[test]
fn w22_a_byte_order_mark_before_the_body_is_refused() {
    refused_as_rewritten(&format!("\u{feff}{BODY}"));
}

#[test]
fn w23_line_ends_that_were_converted_are_refused() {
    let value: Value = serde_json::from_str(BODY).unwrap();
    let sent = serde_json::to_string_pretty(&value).unwrap();
    let header = signature(SECRET, sent.as_bytes());
    accepted(&sent, &header);
    let converted = sent.replace('\n', "\r\n");
    refused(
        converted.as_bytes(),
        Some(header.as_bytes()),
        "signature_body_changed",
    );
}
