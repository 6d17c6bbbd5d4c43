//! S19 to S22: servers that cannot prove who they are get nothing.

use cloud_api_emulator::Fault;
use serde_json::{Value, json};

use super::{TOKEN, assert_hides};
use crate::faults::{LoggedAdapter, PATIENCE, Server};

/// Nothing is sent to a server with this certificate, and it is said why and what to do.
fn gets_nothing(fault: Option<Fault>, change: impl Fn(&mut Value)) {
    let server = Server::tls();
    let mut properties = server.properties.clone();
    properties["maxAttempts"] = 3.into();
    change(&mut properties);
    let watched = LoggedAdapter::create(&properties);
    if let Some(fault) = fault {
        server.emulator.inject(fault.times(3));
    }
    let request = json!({ "phoneNumber": "+16505551234", "message": "Hello" });
    let ran = watched
        .adapter
        .execute("sendMessageText", &request.to_string());
    let details = &ran.json()["details"];
    assert_eq!(details["outcome"], "not_sent", "{details}");
    assert_eq!(details["phase"], "tls", "{details}");
    assert_eq!(details["reason"], "certificate", "{details}");
    // A person has to fix this: the adapter does not retry and does not advise the host to.
    assert_eq!(details["attempts"], 1, "{details}");
    assert_eq!(details["retryable"], false, "{details}");
    let hint = details["hint"].as_str().unwrap();
    assert!(
        hint.contains("baseUrl") && hint.contains("caFile"),
        "{hint}"
    );
    assert_hides("the failure", ran.message(), &[TOKEN]);
    drop(watched);
    assert!(server.emulator.settle(PATIENCE));
    assert_eq!(server.emulator.ledger().complete(), 0);
}

#[test]
fn s19_a_certificate_that_has_expired_gets_nothing() {
    gets_nothing(Some(Fault::TlsExpired), |_| {});
}

#[test]
fn s20_a_certificate_for_another_name_gets_nothing() {
    gets_nothing(Some(Fault::TlsWrongName), |_| {});
}

#[test]
fn s21_a_certificate_of_an_unknown_authority_gets_nothing() {
    gets_nothing(Some(Fault::TlsUnknownCa), |_| {});
    // Without configuration, the emulator's own authority is unknown, too.
    gets_nothing(None, |properties| {
        properties.as_object_mut().unwrap().remove("caFile");
    });
}

#[test]
fn s22_a_weak_signature_gets_nothing_even_from_a_trusted_authority() {
    gets_nothing(Some(Fault::TlsSha1), |_| {});
    gets_nothing(Some(Fault::TlsShortKey), |_| {});
}
