//! An adapter whose events are counted, so that losing events does not look like speed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use adapter_bench::{Body, Corpus, Outcome};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use workflow_adapter_loader::{
    Adapter, CommandOutput, HostInfo, Plugin, Registration, Verdict, WFA_OK,
};

use crate::properties::Properties;

/// The App Secret's bytes.
pub(super) const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

/// One adapter with a callback that accepts everything.
pub(crate) struct Receiver {
    adapter: Adapter,
    events: Arc<Events>,
    _registration: Registration,
}

#[derive(Default)]
struct Events {
    messages: AtomicU64,
    statuses: AtomicU64,
    others: AtomicU64,
}

/// How many messages and statuses came.
pub(crate) type Counts = (u64, u64);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    whats_app_notification: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'a str>,
}

impl Receiver {
    /// An adapter that checks signatures if there is a secret.
    pub(crate) fn new(plugin: &Plugin, secret: Option<&[u8]>) -> Outcome<Self> {
        let mut properties = Properties::of(plugin);
        if let Some(secret) = secret {
            properties = properties.with("appSecret", STANDARD.encode(secret));
        }
        let host = HostInfo::new("adapter-bench", env!("CARGO_PKG_VERSION"));
        let adapter = plugin.create(&host, &properties.to_json())?;
        let events = Arc::new(Events::default());
        let counted = Arc::clone(&events);
        let registration = adapter.on_event(None, move |name, _| {
            let count = match name {
                "customer_message" => &counted.messages,
                "status_changed" => &counted.statuses,
                _ => &counted.others,
            };
            count.fetch_add(1, Ordering::Relaxed);
            Verdict::Accepted
        })?;
        Ok(Self {
            adapter,
            events,
            _registration: registration,
        })
    }

    /// Hands every body over as raw bytes.
    pub(crate) fn process(&self, bodies: &[Body]) -> Outcome<()> {
        let webhook = self.adapter.webhook().ok_or("there is no wfa.webhook/1")?;
        for body in bodies {
            let signature = body.signature().as_bytes();
            success(&webhook.process(body.bytes(), Some(signature))?)?;
        }
        Ok(())
    }

    /// Runs processWebhook with every request.
    pub(crate) fn execute(&self, requests: &[String]) -> Outcome<()> {
        for request in requests {
            success(&self.adapter.execute("processWebhook", request)?)?;
        }
        Ok(())
    }

    /// Messages and statuses so far.
    pub(crate) fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (read(&self.events.messages), read(&self.events.statuses))
    }

    /// Events so far.
    pub(crate) fn received(&self) -> u64 {
        self.counts().0 + self.counts().1
    }

    /// # Errors
    /// The events since `before` are not this number of messages and statuses.
    pub(crate) fn check(&self, before: Counts, messages: u64, statuses: u64) -> Outcome<()> {
        let (wanted, now) = ((before.0 + messages, before.1 + statuses), self.counts());
        let others = self.events.others.load(Ordering::Relaxed);
        if now == wanted && others == 0 {
            return Ok(());
        }
        let (messages, statuses) = (now.0 - before.0, now.1 - before.1);
        Err(format!(
            "events were lost or invented: {messages} messages and {statuses} statuses came, and \
             {others} others; it should have been {} and {}",
            wanted.0 - before.0,
            wanted.1 - before.1
        )
        .into())
    }
}

/// The requests of processWebhook with these bodies.
pub(crate) fn requests(corpus: &Corpus, signed: bool) -> Outcome<Vec<String>> {
    let request = |body: &Body| {
        serde_json::to_string(&Request {
            whats_app_notification: body.text(),
            signature: signed.then(|| body.signature()),
        })
    };
    Ok(corpus
        .bodies()
        .iter()
        .map(request)
        .collect::<Result<_, _>>()?)
}

fn success(output: &CommandOutput) -> Outcome<()> {
    match &output.error {
        None if output.result == WFA_OK => Ok(()),
        _ => Err(format!("the plugin answered {}", output.response).into()),
    }
}
