//! What Python's `cryptography` and openssl made (`tests/fixtures/flows`), opened and sealed here.

use serde_json::Value;

use super::reply::SECONDS;
use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const NOW: u64 = 1_800_000_000;

fn known() -> Value {
    serde_json::from_str(include_str!("../../tests/fixtures/flows/known.json")).unwrap()
}

fn text<'v>(known: &'v Value, pointer: &str) -> &'v str {
    known.pointer(pointer).unwrap().as_str().unwrap()
}

fn key(known: &Value, name: &str) -> FlowKey {
    let password = Some(text(known, "/password"));
    let pem = known["keys"].get(name).unwrap_or(&known[name]);
    FlowKey::parse("flowPrivateKey", pem.as_str().unwrap(), password).unwrap()
}

#[test]
fn every_form_of_a_key_is_the_same_key() {
    let known = known();
    for (name, pem) in known["keys"].as_object().unwrap() {
        let pem = pem.as_str().unwrap();
        for pem in [
            pem.to_owned(),
            pem.replace('\n', "\r\n"),
            pem.replace('\n', "\\n"),
            format!("\n  {}", pem.trim_end()),
        ] {
            let parsed = FlowKey::parse("flowPrivateKey", &pem, Some(text(&known, "/password")));
            let parsed = parsed.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(
                parsed.public_pem().unwrap(),
                text(&known, "/public"),
                "{name}"
            );
            assert_eq!(
                *parsed.derived(b"a"),
                *key(&known, "PKCS#8").derived(b"a"),
                "{name}"
            );
        }
    }
}

#[test]
fn what_is_no_key_for_flows_is_refused_and_never_shown() {
    let known = known();
    let mut refused: Vec<(String, String, Option<&str>, &str)> = Vec::new();
    for (name, says) in [
        ("AES-128-CBC", "openssl pkcs8"),
        ("PBES1", "openssl pkcs8"),
        ("1,024 bits", "2,048"),
        ("an elliptic curve", "RSA"),
        ("the public half", "private key"),
        ("OpenSSH", "ssh-keygen"),
    ] {
        let pem = known["refused"][name].as_str().unwrap().to_owned();
        refused.push((name.to_owned(), pem, Some(text(&known, "/password")), says));
    }
    for (name, pem) in known["keys"].as_object().unwrap() {
        let pem = pem.as_str().unwrap();
        let is_protected = pem.contains("ENCRYPTED");
        if is_protected {
            refused.push((name.clone(), pem.to_owned(), None, "flowPrivateKeyPassword"));
            let wrong = Some("wrong");
            refused.push((
                name.clone(),
                pem.to_owned(),
                wrong,
                "flowPrivateKeyPassword",
            ));
        }
        let cut: String = pem.chars().take(pem.len() - 40).collect();
        refused.push((name.clone(), cut, Some(text(&known, "/password")), "PEM"));
        let changed = pem.replacen('M', "?", 3);
        refused.push((
            name.clone(),
            changed,
            Some(text(&known, "/password")),
            "flowPrivateKey",
        ));
    }
    refused.push(("nothing".to_owned(), String::new(), None, "PEM"));
    for (name, pem, password, says) in refused {
        let error = FlowKey::parse("flowPrivateKey", &pem, password).expect_err(&name);
        let message = error.message();
        assert!(
            message.starts_with("property \"flowPrivateKey\""),
            "{name}: {message}"
        );
        assert!(message.contains(says), "{name}: {message}");
        let shows = pem
            .lines()
            .any(|line| line.len() > 40 && message.contains(line));
        assert!(!shows, "{name}: {message}");
    }
}

#[test]
fn what_another_program_encrypted_opens_and_the_answer_is_what_it_would_send() {
    let known = known();
    let keys = [key(&known, "DES-EDE3-CBC")];
    for (name, request) in known["requests"].as_object().unwrap() {
        let body = request["body"].as_str().unwrap();
        let (opened, reply) = open(body.as_bytes(), &keys).unwrap();
        let plain = text(request, "/plain");
        assert_eq!(opened.is_error, name == "error", "{name}");
        assert_eq!(opened.action == "ping", name == "ping", "{name}");
        if opened.data != "{}" {
            assert!(plain.contains(&opened.data), "{name}: {}", opened.data);
        }
        let sealed = reply.encrypt(text(request, "/answer")).unwrap();
        assert_eq!(sealed, text(request, "/sealed"), "{name}");
        // The same through a reply key, opened by another instance with another form of the key.
        let carried = reply.seal(&keys[0], NOW).unwrap();
        let other = [key(&known, "other"), key(&known, "PKCS#1")];
        let again = ReplyKey::open(&carried, &other, NOW + SECONDS).unwrap();
        assert_eq!(
            again.encrypt(text(request, "/answer")).unwrap(),
            sealed,
            "{name}"
        );
    }
    let request = &known["requests"]["data_exchange"];
    let (opened, _) = open(text(request, "/body").as_bytes(), &keys).unwrap();
    assert_eq!(opened.screen, "APPOINTMENT");
    assert_eq!(opened.version, "3.0");
    assert_eq!(opened.flow_token, "flows-builder-3f");
    // Numbers are as they came.
    assert!(opened.data.contains("1.10") && opened.data.contains("12345678901234567890"));
}

#[test]
fn answers_are_written_as_meta_has_them() {
    let known = known();
    let answer = |name: &str| text(&known["requests"][name], "/answer").to_owned();
    assert_eq!(ping(), answer("ping"));
    assert_eq!(client_error(), answer("error"));
    assert_eq!(token_invalid("The form is closed."), answer("token"));
    let data = r#"{"slots":["10:00","ä"],"n":1.10}"#;
    assert_eq!(screen("SUMMARY", data), answer("data_exchange"));
}

#[test]
fn during_a_rotation_both_keys_open() {
    let known = known();
    let body = text(&known["requests"]["INIT"], "/body");
    let (new, old) = (key(&known, "other"), key(&known, "PKCS#8"));
    for keys in [
        vec![new.clone(), old.clone()],
        vec![old.clone(), new.clone()],
    ] {
        assert_eq!(open(body.as_bytes(), &keys).unwrap().0.action, "INIT");
    }
    assert_eq!(
        open(body.as_bytes(), &[new]).unwrap_err(),
        NotOpened::NotDecrypted
    );
    assert_eq!(
        open(body.as_bytes(), &[]).unwrap_err(),
        NotOpened::NotDecrypted
    );
}

#[test]
fn whatever_is_broken_is_refused_alike() {
    let known = known();
    let keys = [key(&known, "PKCS#8")];
    let good: Value =
        serde_json::from_str(text(&known["requests"]["data_exchange"], "/body")).unwrap();
    let mut bodies: Vec<String> = known["broken"]
        .as_object()
        .unwrap()
        .values()
        .map(|body| body.as_str().unwrap().to_owned())
        .collect();
    for name in ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"] {
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(name);
        bodies.push(without.to_string());
        for value in [Value::Null, 1.into(), "".into(), "?".into(), "AAAA".into()] {
            let mut changed = good.clone();
            changed[name] = value;
            bodies.push(changed.to_string());
        }
        let raw = STANDARD.decode(good[name].as_str().unwrap()).unwrap();
        for at in [0, raw.len() / 2, raw.len() - 1] {
            let mut raw = raw.clone();
            raw[at] ^= 1;
            let mut changed = good.clone();
            changed[name] = STANDARD.encode(raw).into();
            bodies.push(changed.to_string());
        }
    }
    bodies.extend(["", "{}", "null", "[]", "{\"a\":", "\u{0}"].map(str::to_owned));
    // A nonce and a key of zeros are what stands in for those that cannot be read.
    let cipher = primitives::Cipher::new(&[0; 16].into());
    let forged = cipher
        .encrypt(&[0; 16].into(), br#"{"action":"ping"}"#.as_slice())
        .unwrap();
    let mut zeros = good.clone();
    zeros["encrypted_flow_data"] = STANDARD.encode(forged).into();
    for (key, iv) in [("?", "?"), ("AAAA", "AAAAAAAAAAAAAAAAAAAAAA==")] {
        zeros["encrypted_aes_key"] = key.into();
        zeros["initial_vector"] = iv.into();
        bodies.push(zeros.to_string());
    }
    for body in bodies {
        assert_eq!(
            open(body.as_bytes(), &keys).unwrap_err(),
            NotOpened::NotDecrypted,
            "{body}"
        );
    }
}

use aes_gcm::aead::{Aead as _, KeyInit as _};

fn reply(known: &Value) -> (FlowKey, ReplyKey) {
    let key = key(known, "PKCS#8");
    let body = text(&known["requests"]["INIT"], "/body").as_bytes();
    let (_, reply) = open(body, std::slice::from_ref(&key)).unwrap();
    (key, reply)
}

#[test]
fn a_reply_key_is_good_for_a_minute_and_for_who_has_the_private_key() {
    let known = known();
    let (owner, reply) = reply(&known);
    let carried = reply.seal(&owner, NOW).unwrap();
    assert_eq!(carried, reply.seal(&owner, NOW).unwrap(), "no randomness");
    let open = |text: &str, at| ReplyKey::open(text, std::slice::from_ref(&owner), at).err();
    assert_eq!(
        open(&carried, NOW - SECONDS),
        None,
        "another clock is behind"
    );
    assert_eq!(open(&carried, NOW + SECONDS), None);
    assert_eq!(
        open(&carried, NOW + SECONDS + 1),
        Some(NotSealable::Expired)
    );
    assert_eq!(
        open(&carried, NOW - SECONDS - 1),
        Some(NotSealable::Expired)
    );
    let other = [key(&known, "other")];
    let foreign = ReplyKey::open(&carried, &other, NOW).err();
    assert_eq!(foreign, Some(NotSealable::Foreign));
    for at in 0..carried.len() {
        let mut changed = carried.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(open(&changed, NOW), Some(NotSealable::Foreign), "{at}");
    }
    for text in [
        "",
        "A",
        "AAAAAAAAAAAAAAAAAAAAAAAA",
        "ä",
        &carried[..carried.len() - 4],
    ] {
        assert_eq!(open(text, NOW), Some(NotSealable::Foreign), "{text}");
    }
}

#[test]
fn a_key_seals_one_content_as_often_as_one_likes() {
    let known = known();
    let (_, reply) = reply(&known);
    let used = UsedKeys::default();
    assert_eq!(used.claim(&reply, "a", NOW), Ok(()));
    assert_eq!(used.claim(&reply, "a", NOW), Ok(()));
    assert_eq!(
        used.claim(&reply, "b", NOW + 2 * SECONDS),
        Err(NotFree::Used)
    );
}

#[test]
fn no_key_in_use_is_forgotten_for_another_and_every_old_one_is() {
    let used = UsedKeys::default();
    let numbered = |n: u64| {
        let mut iv = [0; 16];
        iv[..8].copy_from_slice(&n.to_be_bytes());
        ReplyKey::new(zeroize::Zeroizing::default(), iv)
    };
    for n in 0..65_536 {
        assert_eq!(used.claim(&numbered(n), "a", NOW), Ok(()));
    }
    assert_eq!(used.claim(&numbered(65_536), "a", NOW), Err(NotFree::Full));
    assert_eq!(used.claim(&numbered(0), "b", NOW), Err(NotFree::Used));
    assert_eq!(
        used.claim(&numbered(65_536), "a", NOW + 2 * SECONDS + 1),
        Ok(())
    );
    assert_eq!(used.claim(&numbered(0), "b", NOW + 2 * SECONDS + 1), Ok(()));
}
