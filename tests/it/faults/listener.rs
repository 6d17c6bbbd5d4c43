//! A host with a listener for Meta's webhook: every body goes to an adapter, and the result is the answer.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloud_api_emulator::Config;
use serde_json::{Value, json};
use whatsapp_adapter::{Adapter, AdapterOptions, Clock, Error, Kind, Level, Log, Verdict};

use super::PATIENCE;
use crate::rig;

/// The previous App Secret.
pub(super) const OLD_SECRET: &str = "fedcba9876543210fedcba9876543210";
pub(super) const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The texts that reached the workflow.
#[derive(Default)]
struct Heard {
    texts: Mutex<Vec<String>>,
    more: Condvar,
}

impl Heard {
    fn texts(&self) -> MutexGuard<'_, Vec<String>> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A host: its listener, its adapter, its clock, and the texts that reached its workflow.
pub(super) struct Host {
    pub(super) url: String,
    pub(super) now_ms: Arc<AtomicI64>,
    heard: Arc<Heard>,
    /// Events that it cannot keep yet.
    pub(super) busy_for: Arc<AtomicI64>,
    log: Arc<Mutex<String>>,
}

struct Inside {
    adapter: Adapter,
    heard: Arc<Heard>,
    busy_for: Arc<AtomicI64>,
}

impl Host {
    pub(super) fn start(config: &Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = Self {
            url: format!("http://{}/webhook", listener.local_addr().unwrap()),
            now_ms: Arc::new(AtomicI64::new(20_000 * DAY_MS)),
            heard: Arc::default(),
            busy_for: Arc::default(),
            log: Arc::default(),
        };
        let log = Arc::clone(&host.log);
        let now_ms = Arc::clone(&host.now_ms);
        let options = AdapterOptions {
            clock: Clock::of_host(move || now_ms.load(Ordering::Relaxed)),
            log: Log::new(Level::Trace, move |_, target, message, fields| {
                let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = writeln!(log, "{target} {message} {fields}");
            }),
            ..AdapterOptions::default()
        };
        let properties = json!({
            "authenticationToken": config.access_token, "apiVersion": "v26.0",
            "phoneNumberId": config.phone_number_id, "baseUrl": rig::NOBODY,
            "appSecret": STANDARD.encode(&config.app_secret),
            "appSecretPrevious": STANDARD.encode(OLD_SECRET),
        });
        let inside = Arc::new(Inside {
            adapter: Adapter::new(&properties.to_string(), options).unwrap(),
            heard: Arc::clone(&host.heard),
            busy_for: Arc::clone(&host.busy_for),
        });
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let inside = Arc::clone(&inside);
                thread::spawn(move || while inside.serve(&connection).is_some() {});
            }
        });
        host
    }

    /// What its adapter has logged, at every level.
    pub(super) fn log(&self) -> String {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The texts in the order in which they came.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.texts().clone()
    }

    /// Whether this text comes.
    pub(super) fn wait_for(&self, text: &str) -> bool {
        let is_missing = |texts: &mut Vec<String>| !texts.iter().any(|heard| heard == text);
        let texts = self.heard.texts();
        let waited = self
            .heard
            .more
            .wait_timeout_while(texts, PATIENCE, is_missing);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

impl Inside {
    /// One request; none at the end of the connection.
    fn serve(&self, connection: &TcpStream) -> Option<()> {
        let mut reader = BufReader::new(connection);
        let (mut line, mut signature, mut length) = (String::new(), None, None);
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let query = line.split(['?', ' ']).nth(2).unwrap_or_default().to_owned();
        loop {
            let mut field = String::new();
            reader.read_line(&mut field).ok()?;
            let Some((name, value)) = field.trim_end().split_once(": ") else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "x-hub-signature-256" => signature = Some(value.to_owned()),
                "content-length" => length = Some(value.parse().unwrap()),
                _ => {}
            }
        }
        let (status, answer) = if line.starts_with("GET ") {
            match self
                .adapter
                .answer_challenge(&query, &Config::default().verify_token)
            {
                Ok(challenge) => (200, challenge),
                Err(_) => (403, String::new()),
            }
        } else {
            let body = body(&mut reader, length)?;
            (self.take(&body, signature.as_deref()), String::new())
        };
        let mut writer = connection;
        let length = answer.len();
        write!(
            writer,
            "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n\r\n{answer}"
        )
        .ok()
    }

    /// What a host answers: by the result, as the header says.
    fn take(&self, body: &[u8], signature: Option<&str>) -> u16 {
        let signature = signature.map(str::as_bytes);
        let ended = self.adapter.process_webhook(body, signature, |event| {
            if self.busy_for.fetch_sub(1, Ordering::Relaxed) > 0 {
                return Verdict::Retry;
            }
            let json: Value = serde_json::from_str(event.json()).unwrap();
            let text = json["messages"][0]["text"]["body"].as_str().unwrap_or("-");
            self.heard.texts().push(text.to_owned());
            self.heard.more.notify_all();
            Verdict::Accepted
        });
        match ended.unwrap().failure.as_ref().map(Error::kind) {
            None => 200,
            Some(Kind::Unauthentic) => 401,
            Some(_) => 500,
        }
    }
}

fn body(reader: &mut BufReader<&TcpStream>, length: Option<usize>) -> Option<Vec<u8>> {
    if let Some(length) = length {
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        return Some(body);
    }
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let size = usize::from_str_radix(line.trim(), 16).ok()?;
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}
