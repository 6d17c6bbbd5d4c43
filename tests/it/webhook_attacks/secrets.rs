//! W25 to W32: App Secrets that are none, that are written in another form, or that are not the one.

use serde_json::{Value, json};
use whatsapp_adapter::{Adapter, AdapterOptions, Kind};

use super::refused;
use super::sender::{
    BODY, Host, PHONE_NUMBER_ID, SECRET, SIGNATURE, TOKEN, base64, properties, signature,
    unsigned_properties,
};

/// No adapter is made with this App Secret, and none takes it later; the message says `why` and never
/// shows the value. A second secret is held to the same.
fn secret_refused(secret: &Value, why: &str) {
    for name in ["appSecret", "appSecretPrevious"] {
        let mut properties = properties();
        properties[name] = secret.clone();
        let made = Adapter::new(&properties.to_string(), AdapterOptions::default());
        let error = made.expect_err(&format!("{name}: {secret}"));
        assert_eq!(error.kind(), Kind::InvalidRequest, "{error}");
        assert!(error.message().contains(why), "{secret}: {error}");
        assert!(error.message().contains(name), "{secret}: {error}");
        let shown = secret.as_str().filter(|text| text.trim().len() > 3);
        assert!(
            !shown.is_some_and(|text| error.message().contains(text.trim())),
            "{error}"
        );

        let host = Host::secured();
        let kept = host.adapter.update_properties(&properties.to_string());
        assert_eq!(kept.unwrap_err().kind(), Kind::InvalidRequest);
        let forged = signature("", BODY.as_bytes());
        let posted = host.post(BODY.as_bytes(), Some(forged.as_bytes()));
        assert_eq!(posted.result, "UNAUTHENTIC", "{secret}");
        let posted = host.post(BODY.as_bytes(), Some(SIGNATURE.as_bytes()));
        assert_eq!(posted.result, "OK", "the old secret holds: {secret}");
    }
}

#[test]
fn w25_an_empty_secret_is_refused() {
    secret_refused(&json!(""), "empty");
    secret_refused(&json!("===="), "Base64");
    for no_text in [json!(7), json!(true), json!([]), json!({})] {
        secret_refused(&no_text, "must be a string");
    }
}

#[test]
fn w26_without_a_secret_nothing_that_wants_a_check_is_taken() {
    for secret in ["", SECRET, TOKEN, PHONE_NUMBER_ID] {
        let host = Host::new(&unsigned_properties());
        let header = signature(secret, BODY.as_bytes());
        let posted = host.post(BODY.as_bytes(), Some(header.as_bytes()));
        assert_eq!(posted.result, "UNAUTHENTIC");
        assert_eq!(posted.details("reason"), "no_app_secret");
        // A host that passes a signature to the command expects it to be checked.
        let posted = host.command(BODY, Some(&header));
        assert_eq!(posted.result, "UNAUTHENTIC");
        assert_eq!(posted.details("reason"), "no_app_secret");
        for header in [None, Some(b"".as_slice()), Some(b"x")] {
            let posted = host.post(BODY.as_bytes(), header);
            assert_eq!(posted.result, "UNAUTHENTIC");
            assert!(posted.events.is_empty());
        }
        assert_eq!(host.remembered(), 0);
        // As specified, the command alone leaves the check to the host, and says so.
        let posted = host.command(BODY, None);
        assert_eq!(posted.result, "OK");
        assert_eq!(posted.details("verified"), "host");
    }
}

#[test]
fn w26_setting_a_secret_ends_the_trust_in_the_host() {
    let host = Host::new(&unsigned_properties());
    let updated = host.adapter.update_properties(&properties().to_string());
    updated.unwrap();
    assert_eq!(host.command(BODY, None).result, "UNAUTHENTIC");
    assert_eq!(host.command(BODY, Some("")).result, "UNAUTHENTIC");
    assert_eq!(host.command(BODY, Some(SIGNATURE)).result, "OK");
}

#[test]
fn w26_a_secret_is_not_taken_away_without_a_word() {
    let host = Host::secured();
    let refused = host
        .adapter
        .update_properties(&unsigned_properties().to_string());
    let error = refused.unwrap_err();
    assert_eq!(error.kind(), Kind::InvalidRequest);
    assert!(error.message().contains("\"appSecret\""), "{error}");
    assert_eq!(host.command(BODY, None).result, "UNAUTHENTIC");
}

/// A forged notification may have no header or an empty one, which the host passes on.
#[test]
fn w26_an_empty_signature_is_one_that_does_not_fit() {
    for host in [Host::secured(), Host::new(&unsigned_properties())] {
        let posted = host.command(BODY, Some(""));
        assert_eq!(posted.result, "UNAUTHENTIC");
        assert!(posted.events.is_empty());
    }
}

#[test]
fn w27_white_space_around_or_inside_a_secret_is_refused() {
    let encoded = base64(SECRET);
    for around in [" ", "\n", "\r\n", "\t", "\0", "\u{feff}"] {
        secret_refused(&json!(format!("{encoded}{around}")), "Base64");
        secret_refused(&json!(format!("{around}{encoded}")), "Base64");
        let (first, second) = encoded.split_at(20);
        secret_refused(&json!(format!("{first}{around}{second}")), "Base64");
    }
}

#[test]
fn w28_a_secret_that_is_not_encoded_is_refused() {
    // Its 32 characters are sound Base64 of 24 other bytes: it would be taken, and never fit.
    secret_refused(&json!(SECRET), "encode");
    secret_refused(&json!("fedcba9876543210fedcba9876543210"), "encode");
}

#[test]
fn w29_the_other_alphabet_and_missing_padding_are_refused() {
    let encoded = base64(SECRET);
    secret_refused(&json!(encoded.trim_end_matches('=')), "Base64");
    let with_signs = base64("~~~>>>???");
    assert!(with_signs.contains('+') && with_signs.contains('/'));
    let other = with_signs.replace('+', "-").replace('/', "_");
    secret_refused(&json!(other), "Base64");
    // One padding sign too many.
    secret_refused(&json!(format!("{encoded}=")), "Base64");
}

#[test]
fn w30_signatures_with_other_things_that_an_attacker_may_know_are_refused() {
    let encoded = base64(SECRET);
    let upper = SECRET.to_ascii_uppercase();
    for key in [
        "",
        "my verify token",
        TOKEN,
        PHONE_NUMBER_ID,
        "102290129340398",
        "null",
        "\0",
        &SECRET[..31],
        &upper,
        &encoded,
    ] {
        let header = signature(key, BODY.as_bytes());
        let header = Some(header.as_bytes());
        refused(BODY.as_bytes(), header, "signature_wrong_key");
    }
}

#[test]
fn w31_the_old_secret_ends_with_its_rotation() {
    let newer = "fedcba9876543210fedcba9876543210";
    let host = Host::secured();
    let post = |id: &str, secret: &str| {
        let body = BODY.replace("wamid.W00", id);
        let header = signature(secret, body.as_bytes());
        let raw = host.post(body.as_bytes(), Some(header.as_bytes()));
        let command = host.command(&body, Some(&header));
        assert_eq!(raw.result, command.result);
        raw.result
    };
    assert_eq!(post("a", SECRET), "OK");
    assert_eq!(post("b", newer), "UNAUTHENTIC");

    let mut rotating = properties();
    rotating["appSecret"] = base64(newer).into();
    rotating["appSecretPrevious"] = base64(SECRET).into();
    host.adapter
        .update_properties(&rotating.to_string())
        .unwrap();
    assert_eq!(post("c", SECRET), "OK");
    assert_eq!(post("d", newer), "OK");

    let mut rotated = properties();
    rotated["appSecret"] = base64(newer).into();
    host.adapter
        .update_properties(&rotated.to_string())
        .unwrap();
    assert_eq!(post("e", SECRET), "UNAUTHENTIC");
    assert_eq!(post("f", newer), "OK");

    // The previous one is never the only one.
    let mut alone = unsigned_properties();
    alone["appSecretPrevious"] = base64(SECRET).into();
    assert!(host.adapter.update_properties(&alone.to_string()).is_err());
}

#[test]
fn w32_the_secret_of_another_instance_is_refused() {
    let mut other = properties();
    other["appSecret"] = base64("fedcba9876543210fedcba9876543210").into();
    let (mine, theirs) = (Host::secured(), Host::new(&other));
    let posted = theirs.post(BODY.as_bytes(), Some(SIGNATURE.as_bytes()));
    assert_eq!(posted.result, "UNAUTHENTIC");
    assert_eq!(theirs.command(BODY, Some(SIGNATURE)).result, "UNAUTHENTIC");
    assert_eq!(theirs.remembered(), 0);
    let posted = mine.post(BODY.as_bytes(), Some(SIGNATURE.as_bytes()));
    assert_eq!(posted.result, "OK");
    assert_eq!(mine.remembered(), 1);
    assert_eq!(theirs.remembered(), 0, "each remembers for itself");
}

/// A template that fills in nothing must not turn verification off.
#[test]
fn w62_an_app_secret_that_is_null_is_refused() {
    let host = Host::secured();
    for mut properties in [properties(), unsigned_properties()] {
        properties["appSecret"] = Value::Null;
        let made = Adapter::new(&properties.to_string(), AdapterOptions::default());
        let error = made.unwrap_err();
        assert_eq!(error.kind(), Kind::InvalidRequest);
        assert!(error.message().contains("\"appSecret\" is null"), "{error}");
        for host in [&host, &Host::new(&unsigned_properties())] {
            let error = host.adapter.update_properties(&properties.to_string());
            assert_eq!(error.unwrap_err().kind(), Kind::InvalidRequest);
        }
    }
    let posted = host.post(BODY.as_bytes(), None);
    assert_eq!(posted.result, "UNAUTHENTIC", "the secret holds");
    // For every other property null means that it is not given.
    let mut rotated = properties();
    rotated["appSecretPrevious"] = Value::Null;
    host.adapter
        .update_properties(&rotated.to_string())
        .unwrap();
    assert_eq!(
        host.post(BODY.as_bytes(), Some(SIGNATURE.as_bytes()))
            .result,
        "OK"
    );
}

/// What templates leave in the place of a variable that is not set is a secret that everybody knows.
#[test]
fn w62_an_app_secret_that_is_a_templates_placeholder_is_refused() {
    let host = Host::secured();
    for placeholder in [
        "null",
        "null\n",
        "undefined",
        "None",
        "${APP_SECRET}",
        "${{ secrets.APP_SECRET }}",
        "{{APP_SECRET}}",
        "{{ .Values.appSecret }}",
        "\0",
        &"\0".repeat(32),
    ] {
        for name in ["appSecret", "appSecretPrevious"] {
            let mut configured = properties();
            configured[name] = base64(placeholder).into();
            let text = configured.to_string();
            let error = Adapter::new(&text, AdapterOptions::default()).unwrap_err();
            assert_eq!(error.kind(), Kind::InvalidRequest);
            for part in [name, "template"] {
                assert!(error.message().contains(part), "{placeholder:?}: {error}");
            }
            assert!(host.adapter.update_properties(&text).is_err());
        }
    }
    // As they are, without Base64.
    for placeholder in ["null", "undefined", "None", "${APP_SECRET}", "{{ x }}"] {
        let mut configured = properties();
        configured["appSecret"] = placeholder.into();
        let made = Adapter::new(&configured.to_string(), AdapterOptions::default());
        assert!(made.unwrap_err().message().contains("template"));
    }
    let posted = host.post(BODY.as_bytes(), Some(SIGNATURE.as_bytes()));
    assert_eq!(posted.result, "OK", "the secret holds");
    // A secret that only has such a thing in it is one.
    for secret in ["nullify", "a${b}", "{{a}}b", "0\0", "nonexistent"] {
        let mut configured = properties();
        configured["appSecret"] = base64(secret).into();
        Adapter::new(&configured.to_string(), AdapterOptions::default()).unwrap();
    }
}
