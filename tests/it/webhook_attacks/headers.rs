//! W01 to W16: headers that are no signature, or the signature of something else.

use super::sender::{BODY, Host, SECRET, SIGNATURE, base64, properties, signature};
use super::{accepted, refused};

/// The digits of [`SIGNATURE`].
const DIGITS: &str = "6867c35c8a9bcb58b0502e2e78e151c4b15d8d966ff7ff76c7879c6836407048";
/// `printf %s "$BODY" | openssl dgst -sha1 -hmac 0123456789abcdef0123456789abcdef`
const SHA1: &str = "sha1=e73e94a2f4e5884e75121d5f1fc56743f97130dd";

fn header_refused(header: &str, reason: &str) {
    refused(BODY.as_bytes(), Some(header.as_bytes()), reason);
}

#[test]
fn signatures_made_by_openssl_are_understood_and_made_alike() {
    assert_eq!(signature(SECRET, BODY.as_bytes()), SIGNATURE);
    // printf %s "$BODY" | openssl dgst -sha256 -hmac fedcba9876543210fedcba9876543210
    let (other, theirs) = (
        "fedcba9876543210fedcba9876543210",
        "sha256=208f9b7378de783f3b6dc1e2c90c5764fb5737fb52daa3daa30e867fa51bf29b",
    );
    assert_eq!(signature(other, BODY.as_bytes()), theirs);
    // printf '' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    let empty = "sha256=796cd3078af14636753d26b3b5555422ff55a3e261cf847b48e95371b9bd0aa2";
    assert_eq!(signature(SECRET, b""), empty);

    for posted in accepted(BODY, SIGNATURE) {
        assert_eq!(posted.counts(), [1, 0, 0, 0, 0]);
        assert_eq!(
            posted.events[0].value()["contacts"][0]["profile"]["name"],
            "Jörg"
        );
    }
    let mut rotated = properties();
    rotated["appSecret"] = base64(other).into();
    let posted = Host::new(&rotated).post(BODY.as_bytes(), Some(theirs.as_bytes()));
    assert_eq!(posted.result, "OK");
}

#[test]
fn w01_a_delivery_without_the_header_is_refused() {
    refused(BODY.as_bytes(), None, "signature_missing");
}

#[test]
fn w02_an_empty_header_is_refused() {
    header_refused("", "signature_missing");
}

#[test]
fn w03_a_header_that_ends_after_its_prefix_is_refused() {
    header_refused("sha256=", "signature_wrong_length");
}

#[test]
fn w04_a_digit_too_few_or_too_many_is_refused() {
    for header in [
        &SIGNATURE[..SIGNATURE.len() - 1],
        &format!("{SIGNATURE}0"),
        &SIGNATURE[..SIGNATURE.len() - 2],
        &format!("{SIGNATURE}{DIGITS}"),
        &format!("sha256=0{DIGITS}"),
        &format!("sha256=00{DIGITS}"),
    ] {
        header_refused(header, "signature_wrong_length");
    }
}

#[test]
fn w05_characters_that_are_no_hexadecimal_digits_are_refused() {
    for (at, bad) in [(0, "g"), (31, "-"), (63, "z"), (0, "+"), (10, "．")] {
        let mut digits = DIGITS.to_owned();
        digits.replace_range(at..=at, bad);
        header_refused(&format!("sha256={digits}"), "signature_malformed");
    }
    // What some parsers of numbers take for digits.
    header_refused(&format!("sha256=0x{}", &DIGITS[2..]), "signature_malformed");
    header_refused(
        &format!("sha256={}_{}", &DIGITS[..31], &DIGITS[32..]),
        "signature_malformed",
    );
    refused(
        BODY.as_bytes(),
        Some(&[b"sha256=".as_slice(), &[0xff; 64]].concat()),
        "signature_malformed",
    );
}

#[test]
fn w06_upper_case_digits_mean_the_same() {
    accepted(BODY, &format!("sha256={}", DIGITS.to_ascii_uppercase()));
    let (low, high) = DIGITS.split_at(32);
    accepted(BODY, &format!("sha256={low}{}", high.to_ascii_uppercase()));
}

#[test]
fn w07_a_prefix_in_other_case_is_refused() {
    for prefix in ["SHA256=", "Sha256=", "sHA256="] {
        header_refused(&format!("{prefix}{DIGITS}"), "signature_malformed");
    }
}

#[test]
fn w08_digits_without_the_prefix_are_refused() {
    for prefix in [
        "",
        "=",
        "sha256",
        "sha256:",
        "sha256 =",
        "sha512=",
        "hmac-sha256=",
    ] {
        header_refused(&format!("{prefix}{DIGITS}"), "signature_malformed");
    }
}

#[test]
fn w09_a_right_sha_1_signature_is_refused() {
    header_refused(SHA1, "signature_malformed");
}

#[test]
fn w10_the_older_header_alone_is_no_signature() {
    // A host that finds no X-Hub-Signature-256 has nothing to pass; one that passes the other header's
    // value, with or without the newer prefix, is refused as well.
    refused(BODY.as_bytes(), None, "signature_missing");
    header_refused(&SHA1.replace("sha1=", "sha256="), "signature_wrong_length");
}

#[test]
fn w11_a_right_sha_1_does_not_help_a_wrong_sha_256() {
    let wrong = signature("another secret", BODY.as_bytes());
    header_refused(&wrong, "signature_wrong_key");
    for joined in [
        format!("{wrong}, {SHA1}"),
        format!("{SHA1}, {wrong}"),
        format!("{SHA1},{SIGNATURE}"),
    ] {
        header_refused(&joined, "signature_malformed");
    }
}

#[test]
fn w12_a_digest_in_base64_is_refused() {
    // printf %s "$BODY" | openssl dgst -sha256 -hmac 0123…cdef -binary | base64
    let digest = "aGfDXIqby1iwUC4ueOFRxLFdjZZv9/92x4ecaDZAcEg=";
    header_refused(&format!("sha256={digest}"), "signature_malformed");
    header_refused(digest, "signature_malformed");
}

#[test]
fn w13_a_header_with_anything_around_the_signature_is_refused() {
    for around in [" ", "\t", "\r", "\n", "\r\n", "\0", "\u{a0}", "\""] {
        header_refused(&format!("{around}{SIGNATURE}"), "signature_malformed");
        header_refused(&format!("{SIGNATURE}{around}"), "signature_malformed");
        header_refused(&format!("sha256={around}{DIGITS}"), "signature_malformed");
    }
}

#[test]
fn w14_two_headers_joined_into_one_are_refused() {
    let wrong = signature("another secret", BODY.as_bytes());
    for joint in [",", ", ", ";", " "] {
        header_refused(&format!("{wrong}{joint}{SIGNATURE}"), "signature_malformed");
        header_refused(&format!("{SIGNATURE}{joint}{wrong}"), "signature_malformed");
        header_refused(
            &format!("{SIGNATURE}{joint}{SIGNATURE}"),
            "signature_malformed",
        );
    }
}

#[test]
fn w15_the_signature_of_another_body_is_refused() {
    let other = BODY.replace("wamid.W00", "wamid.W15");
    let theirs = signature(SECRET, other.as_bytes());
    refused(
        BODY.as_bytes(),
        Some(theirs.as_bytes()),
        "signature_wrong_key",
    );
    refused(
        other.as_bytes(),
        Some(SIGNATURE.as_bytes()),
        "signature_wrong_key",
    );
}

#[test]
fn w16_one_changed_bit_is_refused_wherever_it_is() {
    let host = Host::secured();
    for at in [0, BODY.len() / 2, BODY.len() - 1] {
        for bit in 0..8 {
            let mut body = BODY.as_bytes().to_vec();
            body[at] ^= 1 << bit;
            let posted = host.post(&body, Some(SIGNATURE.as_bytes()));
            assert_eq!(posted.result, "UNAUTHENTIC", "bit {bit} of byte {at}");
            assert!(posted.events.is_empty());
            if let Ok(text) = std::str::from_utf8(&body) {
                let posted = host.command(text, Some(SIGNATURE));
                assert_eq!(posted.result, "UNAUTHENTIC", "bit {bit} of byte {at}");
            }
        }
    }
    for at in 0..64 {
        let digit = u8::from_str_radix(&DIGITS[at..=at], 16).unwrap();
        for bit in 0..4 {
            let mut digits = DIGITS.to_owned();
            digits.replace_range(at..=at, &format!("{:x}", digit ^ (1 << bit)));
            let header = format!("sha256={digits}");
            let posted = host.post(BODY.as_bytes(), Some(header.as_bytes()));
            assert_eq!(
                posted.details("reason"),
                "signature_wrong_key",
                "digit {at}"
            );
        }
    }
    assert_eq!(host.remembered(), 0);
}
