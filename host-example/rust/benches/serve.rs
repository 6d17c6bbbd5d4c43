//! What the host is good for on this machine: `cargo bench -p adapter-host` prints its figures.
//!
//! Webhooks come at a fixed rate, whether the host keeps up or not, and each is timed from the moment
//! when it was due. What was answered with 200 is then counted in the store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program for the command line that stops where it cannot measure"
)]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/program.rs"]
mod program;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/served.rs"]
mod served;

use std::env;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use cloud_api_emulator::sign;
use served::Site;

/// Connections that the sender keeps open, as Meta does.
const CONNECTIONS: u32 = 32;
const STARTS: usize = 10;

fn main() {
    if env::args().any(|argument| argument == "--test") {
        return; // `cargo test --benches` only asks whether it builds
    }
    let seconds = |name: &str, default: u64| {
        env::var(name).map_or(default, |text| text.parse().expect("a number of seconds"))
    };
    start_and_rest();
    under_load(300, seconds("BENCH_LATENCY_SECONDS", 20));
    under_load(1000, seconds("BENCH_LOAD_SECONDS", 60));
}

fn start_and_rest() {
    let site = Site::new("");
    let mut starts = Vec::new();
    let mut kib = 0;
    for _ in 0..STARTS {
        let begin = Instant::now();
        let served = site.serve_quietly();
        starts.push(begin.elapsed());
        kib = kib.max(served.memory_kib());
        served.terminate();
    }
    starts.sort();
    println!(
        "start to ready: median {:?}, slowest {:?}",
        starts[STARTS / 2],
        starts[STARTS - 1]
    );
    println!("idle: {} MiB resident", kib / 1024);
}

fn under_load(per_second: u32, seconds: u64) {
    let site = Site::new("");
    let served = site.serve_quietly();
    let count = per_second * u32::try_from(seconds).expect("not that long");
    let begin = Instant::now() + Duration::from_millis(200);
    let gap = Duration::from_secs(1) / per_second;
    let threads: Vec<_> = (0..CONNECTIONS)
        .map(|first| {
            let (address, secret) = (site.address, site.emulator.config().app_secret.clone());
            std::thread::spawn(move || {
                let mut stream = TcpStream::connect(address).unwrap();
                stream.set_nodelay(true).unwrap();
                let mut took = Vec::new();
                for number in (first..count).step_by(CONNECTIONS as usize) {
                    let request = webhook(number, &secret);
                    let due = begin + gap * number;
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    stream.write_all(&request).unwrap();
                    let accepted = answer(&mut stream) == 200;
                    took.push((due.elapsed(), accepted));
                }
                took
            })
        })
        .collect();
    let mut took: Vec<_> = threads
        .into_iter()
        .flat_map(|it| it.join().unwrap())
        .collect();
    let sent = begin.elapsed();
    let accepted = took.iter().filter(|(_, accepted)| *accepted).count();
    site.wait_until("every event is stored", |site| {
        let (_, counters) = site.get("/metrics");
        counters.contains("{state=\"ready\"} 0")
    });
    let (processed, kib) = (begin.elapsed(), served.memory_kib());
    assert_eq!(served.terminate(), 0);
    let store = rusqlite::Connection::open(site.store()).unwrap();
    let events: i64 = store
        .query_row("SELECT count(*) FROM events", [], |row| row.get(0))
        .unwrap();
    took.sort();
    let at = |share: f64| {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss
        )]
        let place = (took.len() as f64 * share) as usize;
        took[place.min(took.len() - 1)].0
    };
    println!(
        "{per_second}/s for {seconds} s: {accepted} of {count} answered with 200, {events} events \
         stored; to the answer p50 {:?}, p99 {:?}, slowest {:?}; all sent after {sent:?}, all \
         processed after {processed:?}; {} MiB resident",
        at(0.5),
        at(0.99),
        at(1.0),
        kib / 1024
    );
    assert_eq!(accepted, count as usize, "some were refused");
    assert_eq!(events, i64::from(count), "an event was lost");
}

/// A signed notification of one message, as Meta sends it.
fn webhook(number: u32, secret: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"102290129340398","changes":[{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"15550783881","phone_number_id":"106540352242922"}},"contacts":[{{"profile":{{"name":"Sheena Nelson"}},"wa_id":"1650555{:04}"}}],"messages":[{{"from":"1650555{:04}","id":"wamid.{number:032}","timestamp":"1750000000","type":"text","text":{{"body":"Does it come in another colour?"}}}}]}},"field":"messages"}}]}}]}}"#,
        number % 5000,
        number % 5000,
    );
    let signature = sign(secret, body.as_bytes());
    let length = body.len();
    format!(
        "POST /wfe/api/advancedwebhook/whatsapp HTTP/1.1\r\nHost: 127.0.0.1\r\n\
         Content-Type: application/json\r\nX-Hub-Signature-256: {signature}\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// The status of an answer without a body.
fn answer(stream: &mut TcpStream) -> u16 {
    let mut head = Vec::new();
    let mut byte = [0; 256];
    while !head.ends_with(b"\r\n\r\n") {
        let count = stream.read(&mut byte).unwrap();
        assert!(count > 0, "the host has hung up");
        head.extend_from_slice(&byte[..count]);
    }
    let text = String::from_utf8_lossy(&head);
    text.split(' ').nth(1).unwrap().parse().unwrap()
}
