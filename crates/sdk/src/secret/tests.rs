//! Secrets in every form, and which of them are in force.

use super::*;

#[test]
fn every_form_of_a_secret_is_cut_out() {
    let secret = Secret::new("TKNG|to\"ken/with+signs==".to_owned());
    let redactor = Redactor::default();
    redactor.add(std::slice::from_ref(&secret));
    for form in [
        "TKNG|to\"ken/with+signs==",
        "TKNG|to\\\"ken/with+signs==",
        "TKNG%7Cto%22ken%2Fwith%2Bsigns%3D%3D",
        &STANDARD.encode("TKNG|to\"ken/with+signs=="),
    ] {
        let text = format!("before {form} after");
        let redacted = redactor.redact(&text);
        assert!(!redacted.contains(form.trim_end_matches('=')), "{redacted}");
        assert!(redacted.contains("***"), "{redacted}");
    }
    assert!(matches!(
        redactor.redact("nothing secret"),
        Cow::Borrowed(_)
    ));
}

#[test]
fn a_part_of_a_long_secret_is_cut_out_in_every_form() {
    let value = "TKNGq7Xw2m9ZkT4vLp8RsY3dNfB6hJ1cU5eQ";
    let redactor = Redactor::default();
    redactor.add(&[
        Secret::new(value.to_owned()),
        Secret::new("Quince7".to_owned()),
    ]);
    for form in [
        &value[..30],
        &value[9..],
        &value.to_uppercase(),
        "TKNGq7Xw\u{a0}2m9Zk\u{200b}T4vLp8RsY3dNfB6hJ1cU5eQ",
        &value.chars().rev().collect::<String>(),
        &encode_string(value.as_bytes()),
        &STANDARD.encode(format!("Bearer {value}")),
        "TKNG&#113;7Xw2m9ZkT4v%4cp8RsY3d",
    ] {
        let text = format!("Malformed access token {form}...");
        let redacted = redactor.redact(&text);
        assert!(
            redacted.starts_with("Malformed access token "),
            "{redacted}"
        );
        assert!(
            redacted.len() <= "Malformed access token ***...".len() + 12,
            "{redacted}"
        );
    }
    assert_eq!(redactor.redact("Quince7 in quince 7"), "*** in quince 7");
}

#[test]
fn every_form_of_a_short_secret_is_cut_out() {
    let value = "Q~7?\u{fc}>>9";
    let redactor = redactor(value);
    for form in [
        value.to_owned(),
        STANDARD.encode(value),
        URL_SAFE.encode(value),
        encode_string(value.as_bytes()),
        encode_string(value.as_bytes()).to_uppercase(),
        "Q~7%3F%C3%BC%3E%3E9".to_owned(),
        "Q%7E7%3F%C3%BC%3E%3E9".to_owned(),
        r"Q~7?\u00fc>>9".to_owned(),
    ] {
        let redacted = redactor.redact(&form).into_owned();
        assert_eq!(redacted.trim_end_matches('='), "***", "{form}");
    }
}

/// However many there are, and in however many steps they come.
#[test]
fn what_is_in_force_is_never_forgotten() {
    let secret = |n: u32| Secret::new(format!("Quince7-{n};"));
    let told = |redactor: &Redactor, n: u32| redactor.redact(secret(n).expose()) != "***";
    let redactor = Redactor::default();
    for n in 0..20 {
        redactor.add(&[secret(n)]);
    }
    assert!((0..20).all(|n| !told(&redactor, n)));
    // The set before is met by calls that run; of the older ones three stay.
    for n in 20..23 {
        redactor.replace(&[secret(n)]);
    }
    assert!((0..23).all(|n| !told(&redactor, n)));
    // The same set again pushes none out, and is the newest then.
    for _ in 0..9 {
        redactor.replace(&[secret(20)]);
    }
    assert!((0..23).all(|n| !told(&redactor, n)));
    redactor.replace(&[secret(23)]);
    assert!((0..20).all(|n| told(&redactor, n)));
    redactor.replace(&[secret(24)]);
    redactor.replace(&[secret(25)]);
    assert!(!told(&redactor, 20) && told(&redactor, 21) && told(&redactor, 22));
}

fn redactor(secret: &str) -> Redactor {
    let redactor = Redactor::default();
    redactor.add(&[Secret::new(secret.to_owned())]);
    redactor
}

#[test]
fn redacted_json_is_json_with_the_same_names() {
    for (secret, json, redacted) in [
        (
            r#"text":"hi"#,
            r#"{"text":"hi","code":""}"#,
            r#"{"text":"hi","code":""}"#,
        ),
        ("text", r#"{"text":"a text"}"#, r#"{"text":"a ***"}"#),
        (
            "pass\tword1",
            r#"{"a":"pass\tword1","b":"x\u0070ass\u0009word1\n"}"#,
            r#"{"a":"***","b":"x***\n"}"#,
        ),
        (
            "Quince7",
            r#"{"a":"{\"b\":\"\\u0051uince7\"}"}"#,
            r#"{"a":"{\"b\":\"***\"}"}"#,
        ),
        ("1234567", r#"{"a":12345678}"#, r#"{"a":"***8"}"#),
        (
            "TKNGq7Xw2m9ZkT4vLp8RsY3d",
            r#"{"TKNGq7Xw2m9ZkT4vLp8RsY3d":1}"#,
            r#"{"***":1}"#,
        ),
        (
            "TKNGq7Xw2m9ZkT4vLp8RsY3dNfB6hJ1c",
            r#"{"a/T4vLp8RsY3dNfB6h":1}"#,
            r#"{"a/***":1}"#,
        ),
    ] {
        assert_eq!(redactor(secret).redact_json(json), redacted, "{secret}");
    }
}

#[test]
fn a_key_goes_with_the_dashes_around_it() {
    let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END PRIVATE KEY-----\n";
    let redactor = redactor(key);
    for text in [
        key.trim().to_owned(),
        key.trim().replace('\n', "\r\n"),
        key.trim().replace('\n', "\\n"),
    ] {
        assert_eq!(redactor.redact(&format!("of {text}!")), "of ***!", "{text}");
    }
    assert_eq!(redactor.redact("MIIEvQIBADANB-----"), "***");
}

#[test]
fn a_response_that_was_fit_is_not_fit_for_a_new_secret() {
    let redactor = redactor("Quince7");
    let response = || Some(r#"{"a":"Medlar8"}"#.to_owned());
    for _ in 0..2 {
        assert_eq!(redactor.response(response().unwrap(), true), response());
    }
    redactor.add(&[Secret::new("Medlar8".to_owned())]);
    let redacted = redactor.response(response().unwrap(), true);
    assert_eq!(redacted.as_deref(), Some(r#"{"a":"***"}"#));
    for no_object in ["", "[]", "{", "{}}", r#"{"a":***}"#, "\"a\""] {
        assert_eq!(redactor.response(no_object.to_owned(), true), None);
    }
}

#[test]
fn a_secret_prints_as_stars() {
    assert_eq!(
        format!("{:?}", Secret::new("hunter2hunter2hunter2".to_owned())),
        "***"
    );
}
