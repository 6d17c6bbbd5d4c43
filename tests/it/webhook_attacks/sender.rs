//! Both ends of a webhook: Meta's, which makes bodies and signs them, and a host's, which takes events.

use std::sync::{Arc, Mutex};

use base16ct::HexDisplay;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use whatsapp_adapter::{
    Adapter, AdapterOptions, CallOptions, Event, Execution, Level, Log, Verdict,
};

use crate::rig;

/// An App Secret as Meta shows it.
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const PHONE_NUMBER_ID: &str = "106540352242922";
pub(crate) const TOKEN: &str = "EAAGofflineofflineoffline";

/// One message in the form Meta sends: no white space, `/` and every non-ASCII character escaped.
pub(crate) const BODY: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"J\u00f6rg"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.W00","timestamp":"1749416383","type":"text","text":{"body":"https:\/\/example.org \ud83d\ude00"}}]}}]}]}"#;
/// `printf %s "$BODY" | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef`
pub(crate) const SIGNATURE: &str =
    "sha256=6867c35c8a9bcb58b0502e2e78e151c4b15d8d966ff7ff76c7879c6836407048";

/// `X-Hub-Signature-256` of `body`.
pub(crate) fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    format!("sha256={:x}", HexDisplay(&mac.finalize().into_bytes()))
}

/// Properties of an adapter that checks signatures itself, as an object to be changed.
pub(crate) fn properties() -> Value {
    let mut properties = unsigned_properties();
    properties["appSecret"] = base64(SECRET).into();
    properties
}

/// Properties of an adapter whose host checks.
pub(crate) fn unsigned_properties() -> Value {
    json!({
        "authenticationToken": TOKEN,
        "apiVersion": "v26.0",
        "phoneNumberId": PHONE_NUMBER_ID,
        "baseUrl": rig::NOBODY,
    })
}

pub(crate) fn base64(text: &str) -> String {
    STANDARD.encode(text)
}

/// A text message, as an element of `messages`.
pub(crate) fn message(id: &str) -> Value {
    json!({ "from": "16505551234", "id": id, "timestamp": "1749416383", "type": "text",
            "text": { "body": "Does it come in another color?" } })
}

/// A status, as an element of `statuses`.
pub(crate) fn status(id: &str, status: &str) -> Value {
    json!({ "id": id, "status": status, "timestamp": "1750030073", "recipient_id": "16505551234" })
}

/// The body with one change of the field `messages`.
pub(crate) fn notification(messages: &[Value], statuses: &[Value]) -> String {
    let mut value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550783881", "phone_number_id": PHONE_NUMBER_ID },
    });
    if !messages.is_empty() {
        value["contacts"] =
            json!([{ "profile": { "name": "Sheena Nelson" }, "wa_id": "16505551234" }]);
        value["messages"] = messages.into();
    }
    if !statuses.is_empty() {
        value["statuses"] = statuses.into();
    }
    body_of(&json!({ "field": "messages", "value": value }))
}

/// The body with this one change.
pub(crate) fn body_of(change: &Value) -> String {
    let entry = json!({ "id": "102290129340398", "changes": [change] });
    json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string()
}

/// An adapter, and what its host sees of it.
pub(crate) struct Host {
    pub(crate) adapter: Adapter,
    log: Arc<Mutex<String>>,
}

/// What became of one delivery.
#[derive(Debug)]
pub(crate) struct Posted {
    /// `OK`, or the result's name without `WFA_ERR_`.
    pub(crate) result: &'static str,
    /// What the failure says.
    pub(crate) message: String,
    pub(crate) response: Value,
    pub(crate) events: Vec<Received>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) name: String,
    pub(crate) json: String,
}

impl Received {
    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(&self.json).unwrap_or_else(|error| panic!("{error}: {}", self.json))
    }
}

impl From<&Event<'_>> for Received {
    fn from(event: &Event<'_>) -> Self {
        Self {
            name: event.name().to_owned(),
            json: event.json().to_owned(),
        }
    }
}

impl Posted {
    fn new(execution: &Execution, events: Vec<Received>) -> Self {
        let failure = execution.failure.as_ref();
        Self {
            result: failure.map_or("OK", |error| error.kind().name()),
            message: failure.map_or(String::new(), |error| error.message().to_owned()),
            response: serde_json::from_str(&execution.response).unwrap(),
            events,
        }
    }

    /// One member of the response's `details`.
    pub(crate) fn details(&self, name: &str) -> &Value {
        &self.response["details"][name]
    }

    /// `accepted`, `refused`, `dropped`, `duplicates` and `ignored`.
    pub(crate) fn counts(&self) -> [u64; 5] {
        ["accepted", "refused", "dropped", "duplicates", "ignored"]
            .map(|name| self.details(name).as_u64().unwrap())
    }

    /// The ids of the events, in order.
    pub(crate) fn ids(&self) -> Vec<String> {
        let id = |event: &Received| event.value()["eventId"].as_str().unwrap().to_owned();
        self.events.iter().map(id).collect()
    }
}

impl Host {
    /// With `properties`, recording every log record.
    pub(crate) fn new(properties: &Value) -> Self {
        let log = Arc::new(Mutex::new(String::new()));
        let written = Arc::clone(&log);
        let options = AdapterOptions {
            instance_name: Some("desk".to_owned()),
            log: Log::new(Level::Trace, move |level, target, message, fields| {
                let line = format!("{level:?} {target} {message} {fields}\n");
                written.lock().unwrap().push_str(&line);
            }),
            ..AdapterOptions::default()
        };
        let adapter = Adapter::new(&properties.to_string(), options);
        Self {
            adapter: adapter.unwrap_or_else(|error| panic!("{error}")),
            log,
        }
    }

    /// Checking signatures with [`SECRET`].
    pub(crate) fn secured() -> Self {
        Self::new(&properties())
    }

    /// A POST request; the host accepts every event.
    pub(crate) fn post(&self, body: &[u8], signature: Option<&[u8]>) -> Posted {
        self.post_to(body, signature, |_| Verdict::Accepted)
    }

    /// A POST request; `verdict` is the host's callback.
    pub(crate) fn post_to(
        &self,
        body: &[u8],
        signature: Option<&[u8]>,
        mut verdict: impl FnMut(&Event<'_>) -> Verdict,
    ) -> Posted {
        let mut events = Vec::new();
        let ended = self.adapter.process_webhook(body, signature, |event| {
            events.push(event.into());
            verdict(event)
        });
        Posted::new(&ended.unwrap(), events)
    }

    /// A POST request with the signature it needs.
    pub(crate) fn post_signed(&self, body: &[u8]) -> Posted {
        self.post(body, Some(signature(SECRET, body).as_bytes()))
    }

    /// The same through the command.
    pub(crate) fn command(&self, body: &str, signature: Option<&str>) -> Posted {
        let mut request = json!({ "whatsAppNotification": body });
        if let Some(signature) = signature {
            request["signature"] = signature.into();
        }
        let (request, options) = (request.to_string(), CallOptions::default());
        let mut events = Vec::new();
        let ended = self
            .adapter
            .execute("processWebhook", &request, &options, |event| {
                events.push(event.into());
                Verdict::Accepted
            });
        Posted::new(&ended.unwrap(), events)
    }

    /// The log so far, a line for each record.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn metrics(&self) -> Value {
        serde_json::from_str(&self.adapter.metrics().unwrap()).unwrap()
    }

    /// How many events are remembered.
    pub(crate) fn remembered(&self) -> u64 {
        self.metrics()["wfa.dedup"]["entries"].as_u64().unwrap()
    }
}
