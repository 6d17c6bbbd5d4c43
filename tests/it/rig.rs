//! An adapter as tests use it, through either entry point: the Rust type, or the library behind the
//! C contract.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cloud_api_emulator::{Clock, Config, Emulator};
use serde_json::{Value, json};
use workflow_adapter_loader::{HostInfo, result_name};

use crate::plugin;

/// The way to the adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryPoint {
    /// `whatsapp_adapter::Adapter`.
    Native,
    /// The library, loaded.
    Loaded,
}

/// One adapter, accepting every event.
pub(crate) enum Adapter {
    Native(Box<whatsapp_adapter::Adapter>),
    Loaded(workflow_adapter_loader::Adapter, Events),
}

/// Name and JSON of the events so far.
pub(crate) type Events = Arc<Mutex<Vec<(String, String)>>>;

/// Why a call did not succeed, in the form both entry points share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The result's name without `WFA_ERR_`.
    pub(crate) result: String,
    pub(crate) message: String,
    pub(crate) retryable: bool,
    pub(crate) maybe_sent: bool,
    pub(crate) http_status: i64,
    pub(crate) remote_code: i64,
    pub(crate) retry_after_ms: u64,
}

/// All that one command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) response: Option<String>,
    pub(crate) failure: Option<Failure>,
    pub(crate) events: Vec<(String, String)>,
}

impl Ran {
    /// The result's name without `WFA_ERR_`, or `OK`.
    pub(crate) fn result(&self) -> &str {
        self.failure
            .as_ref()
            .map_or("OK", |failure| &failure.result)
    }

    /// The response, parsed.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(self.response.as_deref().unwrap()).unwrap()
    }

    /// What the failure says; nothing if there is none.
    pub(crate) fn message(&self) -> &str {
        self.failure.as_ref().map_or("", |failure| &failure.message)
    }
}

impl Adapter {
    /// An adapter named `desk`.
    pub(crate) fn create(entry_point: EntryPoint, properties: &str) -> Result<Self, Failure> {
        match entry_point {
            EntryPoint::Native => {
                let options = whatsapp_adapter::AdapterOptions {
                    instance_name: Some("desk".to_owned()),
                    ..Default::default()
                };
                let adapter = whatsapp_adapter::Adapter::new(properties, options);
                let adapter = adapter.map_err(|error| of_native(&error))?;
                Ok(Self::Native(Box::new(adapter)))
            }
            EntryPoint::Loaded => {
                let host = HostInfo::new("tests", "1").instance("desk");
                let adapter = plugin::loaded().create(&host, properties);
                let adapter = adapter.map_err(|failure| of_loaded(&failure))?;
                let events = Events::default();
                let seen = Arc::clone(&events);
                let accept = move |name: &str, json: &str| {
                    seen.lock()
                        .unwrap()
                        .push((name.to_owned(), json.to_owned()));
                    workflow_adapter_loader::Verdict::Accepted
                };
                adapter.on_event(None, accept).unwrap().keep();
                Ok(Self::Loaded(adapter, events))
            }
        }
    }

    /// A native one, for whose host it is this second.
    pub(crate) fn at(now_s: i64, properties: &str) -> Self {
        let options = whatsapp_adapter::AdapterOptions {
            clock: whatsapp_adapter::Clock::of_host(move || now_s * 1000),
            ..Default::default()
        };
        let adapter = whatsapp_adapter::Adapter::new(properties, options).unwrap();
        Self::Native(Box::new(adapter))
    }

    pub(crate) fn execute(&self, command: &str, request: &str) -> Ran {
        self.execute_with(command, request, None)
    }

    /// With the host's id for the call.
    pub(crate) fn execute_with(&self, command: &str, request: &str, id: Option<&str>) -> Ran {
        self.execute_within(None, command, request, id)
    }

    /// With a time for this call alone.
    pub(crate) fn execute_within(
        &self,
        timeout: Option<Duration>,
        command: &str,
        request: &str,
        id: Option<&str>,
    ) -> Ran {
        let (ended, events) = match self {
            Self::Native(adapter) => {
                let mut events = Vec::new();
                let options = whatsapp_adapter::CallOptions {
                    timeout,
                    correlation_id: id,
                };
                let ended = adapter.execute(command, request, &options, |event| {
                    events.push((event.name().to_owned(), event.json().to_owned()));
                    whatsapp_adapter::Verdict::Accepted
                });
                let ended = ended.map(|execution| (execution.response, execution.failure));
                let ended =
                    ended.map(|(response, error)| (response, error.as_ref().map(of_native)));
                (ended.map_err(|error| of_native(&error)), events)
            }
            Self::Loaded(adapter, events) => {
                let options = workflow_adapter_loader::CallOptions {
                    timeout,
                    correlation_id: id,
                };
                let ended = adapter.execute_with(command, request, &options);
                let ended =
                    ended.map(|output| (output.response, output.error.as_ref().map(of_loaded)));
                let events = std::mem::take(&mut *events.lock().unwrap());
                (ended.map_err(|failure| of_loaded(&failure)), events)
            }
        };
        match ended {
            Ok((response, failure)) => Ran {
                response: Some(response),
                failure,
                events,
            },
            Err(failure) => Ran {
                response: None,
                failure: Some(failure),
                events,
            },
        }
    }
}

fn of_native(error: &whatsapp_adapter::Error) -> Failure {
    Failure {
        result: error.kind().name().to_owned(),
        message: error.message().to_owned(),
        retryable: error.is_retryable(),
        maybe_sent: error.is_maybe_sent(),
        http_status: error.http_status().map_or(0, i64::from),
        remote_code: error.remote_code().unwrap_or(0),
        retry_after_ms: error.retry_after_ms().unwrap_or(0),
    }
}

fn of_loaded(failure: &workflow_adapter_loader::Failure) -> Failure {
    assert!(!failure.is_panic(), "the plugin panicked: {failure}");
    Failure {
        result: result_name(failure.result)
            .trim_start_matches("WFA_ERR_")
            .to_owned(),
        message: failure.message.clone(),
        retryable: failure.is_retryable(),
        maybe_sent: failure.is_maybe_sent(),
        http_status: failure.http_status.into(),
        remote_code: failure.remote_code,
        retry_after_ms: failure.retry_after_ms,
    }
}

/// An emulator whose ids and timestamps are the same in every run, and which posts no webhooks.
pub(crate) fn emulator() -> Emulator {
    Emulator::start(emulator_config()).unwrap()
}

/// What it is started with.
pub(crate) fn emulator_config() -> Config {
    Config {
        clock: Clock::Fixed(1_700_000_000),
        seed: 7,
        statuses: false,
        ..Config::default()
    }
}

/// The properties that lead to `emulator`, as a JSON object to be changed.
pub(crate) fn properties(emulator: &Emulator) -> Value {
    let config = emulator.config();
    // One attempt without pacing: retries and pacing have tests of their own.
    json!({
        "authenticationToken": config.access_token,
        "apiVersion": "v26.0",
        "phoneNumberId": config.phone_number_id,
        "baseUrl": emulator.base_url(),
        "maxAttempts": 1,
        "messagesPerSecond": 0,
    })
}

/// An adapter without a server, for tests that need no network.
pub(crate) fn offline(entry_point: EntryPoint) -> Adapter {
    let properties = json!({
        "authenticationToken": "EAAGofflineofflineoffline",
        "apiVersion": "v26.0",
        "phoneNumberId": "106540352242922",
        "baseUrl": NOBODY,
    });
    Adapter::create(entry_point, &properties.to_string()).unwrap()
}

/// Nothing listens there: emulators bind 127.0.0.1 only, and this is another loopback address.
pub(crate) const NOBODY: &str = "http://127.77.0.1:9";

/// An adapter for `emulator`.
pub(crate) fn online(entry_point: EntryPoint, emulator: &Emulator) -> Adapter {
    Adapter::create(entry_point, &properties(emulator).to_string()).unwrap()
}

/// A processWebhook request around a notification's text.
pub(crate) fn webhook_request(notification: &str) -> String {
    json!({ "whatsAppNotification": notification }).to_string()
}
