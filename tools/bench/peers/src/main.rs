//! Other libraries on the same bodies, measured in the same way: CPU time to verify and parse a
//! notification and to see every event of it, as a multiple of the same floor.
//!
//! `cargo run --release` in this directory. A library is left out with
//! `--no-default-features --features …`; the table then says so.
#![allow(clippy::print_stdout)] // the table

use std::time::{Duration, Instant};

use adapter_bench::{Body, Corpus, Floor, Outcome, Series, Shape, cpu_time};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const TIME: Duration = Duration::from_secs(5);

/// Takes one body and answers how many events it saw.
type Peer = Box<dyn Fn(&Body) -> Outcome<u64>>;

fn main() -> Outcome<()> {
    for (what, shape, bodies) in [
        ("message", Shape::Message, 256),
        ("1,000 changes", Shape::Batch { changes: 1000 }, 1),
    ] {
        let floor = Floor::new(SECRET)?;
        for (name, peer) in peers()? {
            let Some(peer) = peer else {
                println!("{what}: {name}: not installed (feature {name})");
                continue;
            };
            match measure(&floor, &peer, shape, bodies) {
                Ok(line) => println!("{what}: {name}: {line}"),
                Err(error) => println!("{what}: {name}: failed: {error}"),
            }
        }
    }
    Ok(())
}

fn measure(floor: &Floor, peer: &Peer, shape: Shape, bodies: usize) -> Outcome<String> {
    let mut corpus = Corpus::new(shape, bodies, SECRET, 1)?;
    let (mut floored, mut took) = (Series::default(), Series::default());
    let mut seen = 0;
    let until = Instant::now() + TIME;
    while Instant::now() < until {
        corpus.renew();
        let before = cpu_time()?;
        corpus
            .bodies()
            .iter()
            .try_for_each(|body| floor.run(body))?;
        floored.push(cpu_time()?.saturating_sub(before), bodies);
        let before = cpu_time()?;
        seen = 0;
        for body in corpus.bodies() {
            seen += peer(body)?;
        }
        took.push(cpu_time()?.saturating_sub(before), bodies);
    }
    let events = corpus.messages() + corpus.statuses();
    Ok(format!(
        "{:.1} µs, {:.2} x floor, {seen} of {events} events",
        took.nanoseconds() / 1000.0,
        took.times(&floored)
    ))
}

fn peers() -> Outcome<Vec<(&'static str, Option<Peer>)>> {
    Ok(vec![
        ("whatsapp", whatsapp_peer()?),
        ("whatsapp_handler", handler_peer()?),
        ("ferro-whatsapp", ferro_peer()?),
    ])
}

/// It verifies nothing: the floor's HMAC comes in front.
#[cfg(feature = "whatsapp")]
fn whatsapp_peer() -> Outcome<Option<Peer>> {
    use whatsapp::models::webhooks::NotificationPayload;
    let floor = Floor::new(SECRET)?;
    Ok(Some(Box::new(move |body| {
        floor.verify(body)?;
        let payload: NotificationPayload = serde_json::from_slice(body.bytes())?;
        let changes = payload.entry.iter().flat_map(|entry| &entry.changes);
        let events = changes.map(|change| {
            let value = &change.value;
            value.messages.as_ref().map_or(0, Vec::len)
                + value.statuses.as_ref().map_or(0, Vec::len)
        });
        Ok(events.sum::<usize>() as u64)
    })))
}

#[cfg(not(feature = "whatsapp"))]
fn whatsapp_peer() -> Outcome<Option<Peer>> {
    Ok(None)
}

/// It verifies nothing either, and asks twice: once for messages, once for statuses; it panics on
/// a body that has not the one it is asked for, so a batch of both is beyond it.
#[cfg(feature = "whatsapp_handler")]
fn handler_peer() -> Outcome<Option<Peer>> {
    use whatsapp_handler::config::Config;
    let floor = Floor::new(SECRET)?;
    Ok(Some(Box::new(move |body| {
        floor.verify(body)?;
        if body.text().contains("\"statuses\"") {
            return Err("it takes no body with both messages and statuses".into());
        }
        let config = Config::from(
            "https://graph.facebook.com".to_owned(),
            "v26.0".to_owned(),
            "102290129340398".to_owned(),
            "106540352242922".to_owned(),
            String::new(),
        );
        let (messages, errors) = config.incoming_message(body.text())?;
        if let Some(error) = errors.first() {
            return Err(error.clone().into());
        }
        Ok(messages.len() as u64)
    })))
}

#[cfg(not(feature = "whatsapp_handler"))]
fn handler_peer() -> Outcome<Option<Peer>> {
    Ok(None)
}

/// Verifies by itself; its job hands the events to listeners.
#[cfg(feature = "ferro-whatsapp")]
fn ferro_peer() -> Outcome<Option<Peer>> {
    use std::sync::atomic::{AtomicU64, Ordering};

    use ferro_queue::Job as _;
    use ferro_whatsapp::{
        ProcessWhatsAppWebhook, WhatsApp, WhatsAppConfig, WhatsAppStatusUpdate,
        WhatsAppTextReceived, verify_whatsapp_webhook,
    };
    static SEEN: AtomicU64 = AtomicU64::new(0);
    static ONCE: std::sync::Once = std::sync::Once::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let secret = String::from_utf8(SECRET.to_vec())?;
    ONCE.call_once(|| {
        WhatsApp::init(WhatsAppConfig {
            app_secret: secret.clone(),
            access_token: String::new(),
            phone_number_id: String::new(),
            verify_token: String::new(),
            is_owner: Box::new(|_| false),
        });
        let events = ferro_events::global_dispatcher();
        events.on(|_: WhatsAppTextReceived| async {
            SEEN.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        events.on(|_: WhatsAppStatusUpdate| async {
            SEEN.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
    });
    Ok(Some(Box::new(move |body| {
        verify_whatsapp_webhook(body.bytes(), body.signature(), &secret)?;
        let before = SEEN.load(Ordering::Relaxed);
        let job = ProcessWhatsAppWebhook {
            payload_json: body.text().to_owned(),
        };
        runtime.block_on(async {
            let handled = job.handle().await;
            // Its listeners run as tasks of their own.
            while SEEN.load(Ordering::Relaxed) == before {
                tokio::task::yield_now().await;
            }
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            handled
        })?;
        Ok(SEEN.load(Ordering::Relaxed) - before)
    })))
}

#[cfg(not(feature = "ferro-whatsapp"))]
fn ferro_peer() -> Outcome<Option<Peer>> {
    Ok(None)
}
