//! S01: a token, an App Secret, a number and a text that stand nowhere else, sent through everything that
//! can go wrong, with every log record kept.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloud_api_emulator::{Config, Fault, Injection, sign};
use serde_json::{Value, json};
use whatsapp_adapter::{Adapter, AdapterOptions, CallOptions, Level, Log, Verdict};

use super::{APP_SECRET, TOKEN, assert_hides};
use crate::faults::{Mode, Server, all_hold, modes};
use crate::rig;

const NUMBER: &str = "+16505559182";
const TEXT: &str = "the quince canary sings at seven";

/// What a send of each kind asks for.
fn requests() -> [(&'static str, Value); 3] {
    let template = json!({
        "phoneNumber": NUMBER, "templateName": "hello_world", "languageCode": "en_US"
    });
    let reaction = json!({ "phoneNumber": NUMBER, "messageId": "wamid.1", "emoji": "👍" });
    [
        (
            "sendMessageText",
            json!({ "phoneNumber": NUMBER, "message": TEXT }),
        ),
        ("sendMessageTextTemplate", template),
        ("sendMessageReaction", reaction),
    ]
}

/// An adapter, and everything that it shows besides responses and events.
struct Open {
    adapter: Adapter,
    log: Arc<Mutex<String>>,
    /// Errors, and what prints in a debugger.
    said: String,
}

impl Open {
    fn new(properties: &Value) -> Self {
        let log = Arc::new(Mutex::new(String::new()));
        let book = Arc::clone(&log);
        let options = AdapterOptions {
            log: Log::new(Level::Trace, move |level, target, message, fields| {
                let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = writeln!(book, "{level:?} {target} {message} {fields}");
            }),
            ..AdapterOptions::default()
        };
        let said = format!("{options:?}");
        let adapter = Adapter::new(&properties.to_string(), options);
        Self {
            adapter: adapter.unwrap_or_else(|error| panic!("{error}")),
            log,
            said,
        }
    }

    /// Runs a command; its response and events.
    fn run(&mut self, command: &str, request: &Value) -> (Value, String) {
        let mut events = String::new();
        let options = CallOptions::default();
        let _ = write!(self.said, "{options:?}");
        let ended = self
            .adapter
            .execute(command, &request.to_string(), &options, |event| {
                let _ = write!(events, "{} {} {event:?}", event.name(), event.json());
                Verdict::Accepted
            });
        let ended = ended.unwrap_or_else(|error| panic!("{error}"));
        if let Some(error) = &ended.failure {
            let _ = write!(self.said, "{error} {error:?} {}", error.message());
        }
        (serde_json::from_str(&ended.response).unwrap(), events)
    }

    /// All of it, once nothing more is done.
    fn shown(mut self) -> String {
        let _ = write!(
            self.said,
            "{} {:?}",
            self.adapter.metrics().unwrap(),
            self.adapter
        );
        let _ = write!(
            self.said,
            "{}",
            self.log.lock().unwrap_or_else(PoisonError::into_inner)
        );
        self.said
    }
}

fn server(tls: bool) -> Server {
    let config = Config {
        access_token: TOKEN.to_owned(),
        app_secret: APP_SECRET.to_owned(),
        ..rig::emulator_config()
    };
    let mut server = if tls {
        Server::tls_with(config)
    } else {
        Server::plain_with(config)
    };
    server.properties["appSecret"] = STANDARD.encode(APP_SECRET).into();
    server
}

/// Neither secret in anything, neither number nor text in what an operator sees.
fn assert_clean(what: &str, mut response: Value, events: &str, shown: &str) {
    assert_hides(what, shown, &[TOKEN, APP_SECRET, NUMBER, TEXT]);
    assert_hides(what, events, &[TOKEN, APP_SECRET]);
    // The recipient's id is the host's to know.
    if let Some(details) = response["details"].as_object_mut() {
        details.remove("waId");
    }
    assert_hides(
        what,
        &response.to_string(),
        &[TOKEN, APP_SECRET, NUMBER, TEXT],
    );
}

fn under(mode: &Mode, kind: usize, tls: bool) {
    let server = server(tls);
    let mut properties = server.properties.clone();
    properties["timeoutMs"] = mode.times_ms(tls)[0].into();
    (mode.prepare)(&server.emulator, &mut properties);
    let mut open = Open::new(&properties);
    for fault in &mode.faults {
        server.emulator.inject(fault.clone());
    }
    let (command, request) = &requests()[kind];
    let (response, events) = open.run(command, request);
    let shown = open.shown();
    assert!(
        shown.contains("send attempt"),
        "{}: nothing was logged",
        mode.what
    );
    assert_clean(&mode.what, response, &events, &shown);
}

#[test]
fn s01_nothing_shows_a_secret_a_number_or_a_text_whatever_goes_wrong() {
    let mut all = Vec::new();
    for (at, (number, mode)) in modes().into_iter().enumerate() {
        for (tls, ends) in [(false, &mode.plain), (true, &mode.tls)] {
            if !ends.is_empty() {
                all.push((
                    number.clone(),
                    mode.clone(),
                    (at + usize::from(tls)) % 3,
                    tls,
                ));
            }
        }
    }
    all_hold(
        &all,
        |(number, mode, _, tls)| format!("{number} {} tls={tls}", mode.what),
        |(_, mode, kind, tls)| under(mode, *kind, *tls),
    );
}

/// An answer that repeats the token.
struct Echo {
    what: String,
    fault: Injection,
    /// Something of the answer is passed on to the host.
    passed_on: bool,
}

/// In each form in which a server may have it.
fn echoes() -> Vec<Echo> {
    let forms = [
        ("as it is", TOKEN.to_owned()),
        ("in Base64", STANDARD.encode(TOKEN)),
        ("with the scheme", format!("Bearer {TOKEN}")),
        (
            "in a URL",
            format!("https://host/?access_token={TOKEN}&x=1"),
        ),
        ("twice", format!("{TOKEN}{TOKEN}")),
    ];
    let mut all = Vec::new();
    for (form, text) in forms {
        let error = json!({ "error": {
            "message": text, "code": 190, "type": text, "fbtrace_id": text,
            "error_user_msg": text, "error_data": { "details": format!("details {text}") },
        }});
        let accepted = json!({
            "messaging_product": text, "contacts": [{ "input": text, "wa_id": text }],
            "messages": [{ "id": text, "message_status": text }],
        });
        let headers: Vec<(String, String)> = [
            "x-fb-request-id",
            "x-fb-trace-id",
            "x-ad-api-version-warning",
            "facebook-api-version",
            "x-app-usage",
            "retry-after",
            "location",
            "www-authenticate",
        ]
        .map(|name| (name.to_owned(), text.clone()))
        .into();
        for (status, body, passed_on) in [
            (400, error.to_string(), true),
            (500, error.to_string(), true),
            (200, error.to_string(), false),
            (200, accepted.to_string(), true),
            (200, text.clone(), false),
            (302, text.clone(), false),
            (403, text.clone(), false),
            (429, text.clone(), false),
            (502, text.clone(), false),
        ] {
            let fault = Fault::Answer {
                status,
                headers: headers.clone(),
                body,
            };
            all.push(Echo {
                what: format!("{status} repeats the token {form}"),
                fault: fault.into(),
                passed_on,
            });
        }
    }
    all
}

#[test]
fn s01_a_secret_that_the_server_repeats_is_cut_out() {
    all_hold(
        &echoes(),
        |echo| echo.what.clone(),
        |echo| {
            let server = server(false);
            let mut open = Open::new(&server.properties);
            server.emulator.inject(echo.fault.clone());
            let (command, request) = &requests()[0];
            let (response, events) = open.run(command, request);
            let shown = open.shown();
            let what = &echo.what;
            if echo.passed_on {
                assert!(response.to_string().contains("***"), "{what}: {response}");
            }
            assert_clean(what, response, &events, &shown);
        },
    );
}

/// Meta's words reach the host; the customer's do not, whatever of them Meta repeats.
#[test]
fn s01_a_number_and_a_text_that_the_server_repeats_are_cut_out() {
    let server = server(false);
    let digits = NUMBER.trim_start_matches('+');
    for (status, code) in [(400, 131_026), (400, 100), (500, 131_000), (200, 100)] {
        let text = format!("cannot send {TEXT:?} to {NUMBER} ({digits})");
        let error = json!({ "error": {
            "message": text, "code": code, "fbtrace_id": "Az8or2yhqkZfEZ",
            "error_data": { "details": format!("details: {text}") },
        }});
        let answer = Fault::Answer {
            status,
            headers: Vec::new(),
            body: error.to_string(),
        };
        server.emulator.inject(answer);
        let mut open = Open::new(&server.properties);
        let (command, request) = &requests()[0];
        let (response, events) = open.run(command, request);
        let told = response["error"].as_str().unwrap();
        assert!(
            told.contains("cannot send") && told.contains("***"),
            "{response}"
        );
        let shown = open.shown();
        assert_hides("digits", &shown, &[digits]);
        assert_clean("what Meta repeats", response, &events, &shown);
    }
}

#[test]
fn s01_neither_notifications_nor_refused_ones_show_a_secret() {
    let server = server(false);
    let mut open = Open::new(&server.properties);
    let message = json!({
        "from": NUMBER.trim_start_matches('+'), "id": "wamid.C", "timestamp": "1749416383",
        "type": "text", "text": { "body": TEXT },
    });
    let body = crate::webhook_attacks::sender::notification(&[message], &[]);
    let right = sign(APP_SECRET, body.as_bytes());
    let wrong = sign("another", body.as_bytes());
    for (body, signature) in [
        (body.as_str(), right.as_str()),
        (body.as_str(), wrong.as_str()),
        (body.as_str(), APP_SECRET),
        (TOKEN, right.as_str()),
        (body.as_str(), ""),
    ] {
        let request = json!({ "whatsAppNotification": body, "signature": signature });
        let (response, events) = open.run("processWebhook", &request);
        // A customer's text reaches the host only.
        assert_hides("an event", &events, &[TOKEN, APP_SECRET]);
        assert_hides(
            "a response",
            &response.to_string(),
            &[TOKEN, APP_SECRET, NUMBER, TEXT],
        );
    }
    let _ = open
        .adapter
        .answer_challenge("hub.mode=subscribe&hub.verify_token=x", TOKEN);
    let shown = open.shown();
    assert!(shown.contains("notification"), "{shown}");
    assert_hides("what is shown", &shown, &[TOKEN, APP_SECRET, NUMBER, TEXT]);
}

#[test]
fn s01_properties_that_are_refused_are_not_repeated() {
    for (name, value) in [
        ("authenticationToken", format!("{TOKEN} ")),
        ("authenticationToken", format!("{TOKEN}\n")),
        ("appSecret", APP_SECRET.to_owned()),
        ("appSecret", format!("{} ", STANDARD.encode(APP_SECRET))),
        ("proxy", format!("ftp://{TOKEN}:{APP_SECRET}@host")),
        ("baseUrl", format!("https://{TOKEN}:x@host")),
        ("apiVersion", TOKEN.to_owned()),
        ("phoneNumberId", TOKEN.to_owned()),
        ("caFile", format!("/{TOKEN}")),
    ] {
        let mut properties = super::properties();
        properties[name] = value.into();
        let made = Adapter::new(&properties.to_string(), AdapterOptions::default());
        let error = made.expect_err(name);
        let said = format!("{error} {error:?} {}", error.message());
        assert!(said.contains(name), "{said}");
        assert_hides(name, &said, &[TOKEN, APP_SECRET]);
    }
}
