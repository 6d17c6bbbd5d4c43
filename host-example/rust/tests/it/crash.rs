//! The host is killed at random points, again and again: no event is lost, no completed step is
//! repeated, no message is sent twice. The emulator's ledger is the witness.

use std::collections::HashSet;
use std::env;
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use cloud_api_emulator::inbound;
use serde_json::Value;

use crate::served::{Site, greet_if};

/// Two messages for each `hello`, so that a kill falls between two steps as well.
const STEPS: &str = r#"
[[workflow.step]]
name = "first"
command = "sendMessageText"
request = { phoneNumber = "{messages[0].from}", message = "first" }
[[workflow.step]]
name = "pause"
wait = "5ms"
[[workflow.step]]
name = "second"
command = "sendMessageText"
request = { phoneNumber = "{messages[0].from}", message = "second {first.messageId}" }
"#;

/// How often the host is killed; more with `CRASHES`.
const CRASHES: usize = 20;
/// The most lines of the log between a start and a kill: about six messages.
const LINES: u64 = 120;
/// A host that says nothing for so long has nothing to do. One that is slower is killed earlier: any point
/// will do.
const QUIET: Duration = Duration::from_millis(500);

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[test]
fn a_kill_at_any_point_loses_no_event_and_repeats_no_step() {
    let crashes = env::var("CRASHES").map_or(CRASHES, |count| count.parse().unwrap());
    let hello = r#"messages[0].text.body.startsWith("hello")"#;
    let site = Site::new(&greet_if(hello, STEPS));
    let mut random = Random(u64::from(std::process::id()));
    let mut messages = 0;
    for crash in 0..crashes {
        let served = site.serve();
        for _ in 0..3 {
            // Several customers, some of whom write more than once.
            let customer = format!("1650555{:04}", messages / 2 % 5000);
            site.emulator
                .customer_sends(inbound::text(&customer, "hello"));
            messages += 1;
        }
        // Each commit and each command is a line: the point is anywhere among them, and every
        // second time while a message is on its way.
        let in_a_send = crash % 2 == 0;
        let mut lines = random.below(LINES);
        loop {
            let line = match served.line(QUIET) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => break, // everything is done
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("it has ended by itself, crash {crash}")
                }
            };
            assert!(!line.contains("panicked"), "{line}");
            lines = lines.saturating_sub(1);
            let sends = line.contains("a command runs") && !line.contains("step=\"process\"");
            if lines == 0 && (sends || !in_a_send) {
                break;
            }
        }
        std::thread::sleep(Duration::from_micros(random.below(3_000)));
        served.kill();
    }
    let served = site.serve();
    let webhooks = |site: &Site| {
        let ledger = site.emulator.ledger();
        ledger.webhooks.iter().all(|webhook| webhook.delivered)
    };
    site.wait_until("every notification is answered with 200", webhooks);
    site.wait_until("no run goes on", |site| {
        let (_, counters) = site.get("/metrics");
        let none = |state: &str| counters.contains(&format!("{{state=\"{state}\"}} 0"));
        none("ready") && none("waiting") && webhooks(site)
    });
    assert_eq!(served.terminate(), 0);
    check(&site, messages);
}

fn check(site: &Site, messages: usize) {
    let ledger = site.emulator.ledger();
    let store = rusqlite::Connection::open(site.store()).unwrap();
    let sql = "SELECT r.id, r.state, s.seq, s.name, s.state, s.correlation, s.output
               FROM runs r LEFT JOIN steps s ON s.run = r.id AND s.kind = 'command'
               WHERE r.workflow = 'greet' ORDER BY r.id, s.seq";
    let mut statement = store.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, Option<String>>(3)?,
            row.get::<_, Option<String>>(4)?,
            row.get::<_, Option<String>>(5)?,
            row.get::<_, Option<String>>(6)?,
        ))
    });
    let mut runs = HashSet::new();
    let (mut done, mut unknown) = (0, 0);
    for row in rows.unwrap() {
        let (run, state, name, step, correlation, output) = row.unwrap();
        runs.insert(run);
        let (name, step, correlation) = (name.unwrap(), step.unwrap(), correlation.unwrap());
        let sent = ledger.accepted_with(&correlation);
        match step.as_str() {
            "done" => {
                assert_eq!(sent, 1, "run {run}, step {name}: {state}");
                let output: Value = serde_json::from_str(&output.unwrap()).unwrap();
                assert!(
                    ledger
                        .message(output["messageId"].as_str().unwrap())
                        .is_some()
                );
                done += 1;
            }
            // Its status would have told if it had been sent.
            "unknown" => {
                assert_eq!(
                    (sent, state.as_str()),
                    (0, "unknown"),
                    "run {run}, step {name}"
                );
                unknown += 1;
            }
            other => panic!("run {run}, step {name} is {other}"),
        }
    }
    assert_eq!(runs.len(), messages, "each message has started one run");
    assert_eq!(
        ledger.accepted(),
        done,
        "nothing was sent that is not known"
    );
    assert_eq!(ledger.complete(), done, "and nothing was sent twice");
    let told = format!("{messages} messages, {done} sent, {unknown} never sent, never repeated");
    std::fs::write(
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("crash.txt"),
        told,
    )
    .unwrap();
}
