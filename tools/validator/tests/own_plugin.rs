//! The plugin of this repository conforms.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected has failed, and says where"
)]

mod support;

use support::{here, others, own_arguments, own_plugin, report};

/// Checks that do not apply to it, each with the reason it must have.
const SKIPPED: [(&str, &str); 10] = [
    (
        "execute-too-long-member",
        "no request member has a max_length",
    ),
    ("source-silent-before-start", "--raise-outside"),
    ("source-raises-events", "--raise-outside"),
    ("source-ids-are-unique", "--raise-outside"),
    ("source-redelivers-after-retry", "--raise-outside"),
    ("source-ends-with-destroy", "--raise-outside"),
    ("source-destroy-waits", "--raise-outside"),
    ("source-destroy-without-waiting", "--raise-outside"),
    (
        "secret-not-in-webhook-responses",
        "no secret to sign webhooks with",
    ),
    ("webhook-takes-signed", "no secret to sign webhooks with"),
];

#[test]
fn every_check_passes_on_our_own_plugin() {
    let arguments = own_arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let report = report(&own_plugin(), &arguments);
    let bad: Vec<_> = others(&report, &["pass"])
        .into_iter()
        .filter(|line| {
            let allowed = |(id, reason): &(&str, &str)| {
                line.starts_with("\"skip\"") && line.contains(id) && line.contains(reason)
            };
            !SKIPPED.iter().any(allowed)
        })
        .collect();
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
    assert_eq!(report["conforms"], true);
}

/// An own run, because with a secret `processWebhook` raises no event without a signature.
#[test]
fn webhooks_that_are_signed_as_declared_are_taken_and_tell_no_secret() {
    let text = std::fs::read(here("fixtures/whatsapp.properties.json")).unwrap();
    let mut properties: serde_json::Value = serde_json::from_slice(&text).unwrap();
    properties["appSecret"] = "M2Y5YzFkN2FlNThiNDI2MDkxN2ZkMGNlMmFiNjg0NWI=".into();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), properties.to_string()).unwrap();
    let mut arguments = vec!["--properties", file.path().to_str().unwrap()];
    for id in [
        "webhook-takes-signed",
        "webhook-refuses-unsigned",
        "secret-not-in-errors",
        "secret-not-in-update-errors",
        "secret-not-in-webhook-errors",
        "secret-not-in-webhook-responses",
    ] {
        arguments.extend(["--only", id]);
    }
    let report = report(&own_plugin(), &arguments);
    assert_eq!(others(&report, &["pass"]), [""; 0]);
}
