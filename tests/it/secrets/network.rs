//! S17 and S18: whom the token is shown to, and which way it goes.

use std::env;
use std::net::TcpListener;
use std::process::Command;

use cloud_api_emulator::Fault;
use serde_json::{Value, json};

use super::{APP_SECRET, TOKEN, assert_hides, properties};
use crate::faults::{LoggedAdapter, Proxy, Server};
use crate::rig::{self, Adapter, EntryPoint};

const PROXY_PASSWORD: &str = "correct-horse-battery";

fn send(watched: &LoggedAdapter) -> Value {
    let request = json!({ "phoneNumber": "+16505551234", "message": "Hello" });
    watched
        .adapter
        .execute("sendMessageText", &request.to_string())
        .json()
}

#[test]
fn s17_a_base_url_is_https_or_this_machine_and_holds_nothing_but_where() {
    for base_url in [
        "http://graph.facebook.com",
        "http://10.0.0.1",
        "http://169.254.169.254",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://127.0.0.1@evil.example",
        "https://user:password@graph.facebook.com",
        "https://token@graph.facebook.com",
        "https://graph.facebook.com?x=1",
        "https://graph.facebook.com#x",
        "https://graph.facebook.com\r\nHost: evil.example",
        "ftp://graph.facebook.com",
        "file:///etc/passwd",
        "gopher://127.0.0.1",
        "//graph.facebook.com",
        "graph.facebook.com",
    ] {
        let mut properties = properties();
        properties["baseUrl"] = base_url.into();
        let failure = Adapter::create(EntryPoint::Loaded, &properties.to_string()).err();
        let failure = failure.unwrap_or_else(|| panic!("{base_url}"));
        assert_eq!(failure.result, "INVALID_REQUEST", "{base_url}");
        assert!(
            failure.message.contains("baseUrl"),
            "{base_url}: {}",
            failure.message
        );
    }
}

#[test]
fn s17_a_redirect_is_not_followed() {
    let (server, elsewhere) = (Server::plain(), Server::plain());
    let watched = LoggedAdapter::create(&server.properties);
    for status in [301, 302, 303, 307, 308] {
        server.emulator.inject(Fault::Redirect {
            status,
            location: elsewhere.emulator.base_url() + "/v26.0/106540352242922/messages",
        });
        let response = send(&watched);
        // See other: that says that the request was done.
        let reason = if status == 303 {
            "contradictory"
        } else {
            "redirect"
        };
        assert_eq!(
            response["details"]["reason"], reason,
            "{status}: {response}"
        );
    }
    // No connection was made: the next one is the first.
    let other = LoggedAdapter::create(&elsewhere.properties);
    assert_eq!(send(&other)["status"], "SUCCESS");
    let requests = elsewhere.emulator.ledger().requests;
    assert_eq!((requests.len(), requests[0].connection), (1, 1));
}

#[test]
fn s17_links_in_notifications_are_not_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let link = format!("http://{}/media", listener.local_addr().unwrap());
    let watched = LoggedAdapter::create(&{
        let mut properties = properties();
        properties.as_object_mut().unwrap().remove("appSecret");
        properties
    });
    for kind in ["image", "video", "audio", "document", "sticker"] {
        let message = json!({
            "from": "16505551234", "id": format!("wamid.{kind}"), "timestamp": "1749416383",
            "type": kind, kind: { "id": "1", "link": link, "url": link, "mime_type": "image/png" },
        });
        let body = crate::webhook_attacks::sender::notification(&[message], &[]);
        let ran = watched
            .adapter
            .execute("processWebhook", &rig::webhook_request(&body));
        assert_ne!(ran.result(), "INVALID_REQUEST", "{ran:?}");
    }
    drop(watched);
    let nobody = listener.accept().unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
}

/// A proxy that lets everything through, and its URL with a user and a password.
fn proxy() -> (Proxy, String) {
    let proxy = Proxy::tunnel();
    let url = proxy
        .url
        .replace("://", &format!("://operator:{PROXY_PASSWORD}@"));
    (proxy, url)
}

#[test]
fn s18_a_proxy_sees_neither_token_nor_message_and_its_password_is_not_shown() {
    let server = Server::tls();
    let (proxy, url) = proxy();
    let mut properties = server.properties.clone();
    properties["proxy"] = url.as_str().into();
    let watched = LoggedAdapter::create(&properties);
    assert_eq!(send(&watched)["status"], "SUCCESS");
    let [head] = proxy.heads().try_into().unwrap();
    assert!(head.contains("Proxy-Authorization: Basic "), "{head}");
    assert_hides(
        "the proxy's request",
        &head,
        &[&server.emulator.config().access_token],
    );
    server.emulator.inject(Fault::Garbage);
    let response = send(&watched);
    let shown = format!("{response} {:?}", watched.records());
    assert_hides("what is shown", &shown, &[PROXY_PASSWORD, &url]);
}

#[test]
fn s18_a_refusal_of_the_proxy_does_not_show_its_password() {
    for (url, listens) in [
        (
            format!("http://operator:{PROXY_PASSWORD}@127.77.0.1:9"),
            true,
        ),
        (
            format!("socks5://operator:{PROXY_PASSWORD}@127.77.0.1:9"),
            false,
        ),
        (
            format!("http://operator:{PROXY_PASSWORD}@127.77.0.1:9/path"),
            false,
        ),
    ] {
        let mut properties = properties();
        properties["proxy"] = url.as_str().into();
        if listens {
            let watched = LoggedAdapter::create(&properties);
            let response = send(&watched);
            let shown = format!("{response} {:?}", watched.records());
            assert_hides(
                "what is shown",
                &shown,
                &[PROXY_PASSWORD, TOKEN, APP_SECRET],
            );
        } else {
            let failure = Adapter::create(EntryPoint::Loaded, &properties.to_string())
                .err()
                .unwrap();
            assert_hides("the refusal", &failure.message, &[PROXY_PASSWORD, TOKEN]);
        }
    }
}

const MODE: &str = "WFA_TEST_PROXY_MODE";

/// Sends once, in a process whose environment names a proxy; how many connections that proxy got.
fn through_the_environment(mode: &str, variable: &str) -> usize {
    let (server, (proxy, url)) = (Server::tls(), proxy());
    let file = server.properties["caFile"].as_str().unwrap().to_owned();
    let output = Command::new(env::current_exe().unwrap())
        .args([
            "secrets::network::s18_child_that_sends_once",
            "--exact",
            "--nocapture",
        ])
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env(variable, url)
        .env(MODE, mode)
        .env("WFA_TEST_BASE_URL", server.emulator.base_url())
        .env("WFA_TEST_CA_FILE", file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(server.emulator.ledger().accepted(), 1, "{said}");
    assert_hides("the child", &said, &[PROXY_PASSWORD]);
    proxy.heads().len()
}

#[test]
fn s18_child_that_sends_once() {
    let Ok(mode) = env::var(MODE) else { return };
    let emulator = rig::emulator_config();
    let properties = json!({
        "authenticationToken": emulator.access_token, "apiVersion": "v26.0",
        "phoneNumberId": emulator.phone_number_id, "proxy": mode,
        "baseUrl": env::var("WFA_TEST_BASE_URL").unwrap(),
        "caFile": env::var("WFA_TEST_CA_FILE").unwrap(),
    });
    // The word comes back in the response, if it is not known for a secret.
    let request = json!({
        "phoneNumber": "+16505551234", "message": "Hello", "callbackData": PROXY_PASSWORD,
    });
    let watched = LoggedAdapter::create(&properties);
    let sent = watched
        .adapter
        .execute("sendMessageText", &request.to_string());
    let response = sent.json();
    assert_eq!(response["status"], "SUCCESS", "{response}");
    let shown = response["details"]["correlationId"] == PROXY_PASSWORD;
    assert_eq!(shown, mode == "none", "{response}");
}

#[test]
fn s18_the_environment_names_a_proxy_only_if_it_is_asked() {
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"] {
        assert_eq!(through_the_environment("none", variable), 0, "{variable}");
    }
    assert_eq!(through_the_environment("env", "HTTPS_PROXY"), 1);
    assert_eq!(through_the_environment("env", "ALL_PROXY"), 1);
}
