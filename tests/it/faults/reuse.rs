//! What becomes of the second send on a connection that the server has done something to.

use std::time::Duration;

use cloud_api_emulator::Fault;
use serde_json::Value;

use super::logged_adapter::LoggedAdapter;
use super::mode::{End, FOR_EVER, accepted, lost, not_sent};
use super::{CORRELATION, MESSAGES, PATIENCE, Server, all_hold};
use crate::outcomes::check_shape;

/// One thing that is done to a connection behind its first answer.
#[derive(Clone)]
pub(super) struct Reuse {
    pub(super) what: &'static str,
    fault: Fault,
    /// The second send waits until the server is through with the connection.
    settled: bool,
    /// How the second send ends; it is accepted on another connection.
    pub(super) end: End,
}

impl Reuse {
    /// The fault's name.
    pub(super) fn fault(&self) -> String {
        self.fault.name()
    }
}

/// The table.
pub(super) fn reuses() -> Vec<Reuse> {
    let reuse = |what, fault, settled| Reuse {
        what,
        fault,
        settled,
        end: accepted(),
    };
    let stale = |what, fault, reason| Reuse {
        end: lost(reason),
        ..reuse(what, fault, false)
    };
    vec![
        reuse(
            "closed right behind the answer",
            Fault::CloseAfterAnswer,
            true,
        ),
        reuse(
            "closed while it was idle",
            Fault::CloseAfterIdle { ms: 20 },
            true,
        ),
        reuse(
            "no longer read, and reset while it was idle",
            Fault::StopReading { ms: 20 },
            true,
        ),
        reuse(
            "another answer behind the right one",
            Fault::ExtraBytes,
            false,
        ),
        reuse(
            "another answer in the right one's TCP segment, in TLS records of its own (S33)",
            Fault::ExtraRecord,
            false,
        ),
        reuse(
            "TLS ended in the answer's TCP segment, TCP open; over http the server's direction ended (S33)",
            Fault::Goodbye,
            false,
        ),
        stale(
            "half-open: the server has forgotten it, and resets it when it is used again",
            Fault::ResetOnReuse,
            "reset",
        ),
        stale(
            "half-open: the server has vanished without a word, and nothing is read or answered",
            Fault::StopReading { ms: FOR_EVER },
            "timeout",
        ),
    ]
}

/// Times for a send that nothing but its time ends. Where a machine is too slow for a request to leave
/// within one, the next is taken.
const TIMES_MS: [u64; 3] = [300, 3_000, 20_000];

/// Answers `false` if the second send's time was up before it had left.
fn check(reuse: &Reuse, server: &Server, command: &str, request: &str, time_ms: u64) -> bool {
    let (name, emulator) = (reuse.what, &server.emulator);
    let mut properties = server.properties.clone();
    properties["timeoutMs"] = 20_000.into();
    properties["keepAliveMs"] = 60_000.into();
    let watched = LoggedAdapter::create(&properties);
    emulator.inject(reuse.fault.clone());
    let (first, then) = MESSAGES[0];
    let ran = watched.adapter.execute_with(first, then, Some("the first"));
    assert_eq!(watched.end(&ran), accepted(), "{name}: the first");
    if reuse.settled {
        assert!(
            emulator.settle(PATIENCE),
            "{name}: the connection stays open"
        );
    }
    let time = Some(Duration::from_millis(time_ms));
    let ran = watched
        .adapter
        .execute_within(time, command, request, Some(CORRELATION));
    let end = watched.end(&ran);
    if end.row == not_sent("", "timeout").row {
        assert_eq!(emulator.ledger().accepted_with(CORRELATION), 0, "{name}");
        return false;
    }
    check_shape(name, 1, &ran);
    assert_eq!(end, reuse.end, "{name}");
    let is_accepted = usize::from(reuse.end == accepted());
    let ledger = emulator.ledger();
    assert_eq!(ledger.accepted_with("the first"), 1, "{name}");
    assert_eq!(ledger.accepted_with(CORRELATION), is_accepted, "{name}");

    // Whatever it was, it is over with the third.
    let ran = watched.adapter.execute_with(first, then, Some("the third"));
    assert_eq!(watched.end(&ran), accepted(), "{name}: the third");
    drop(watched);
    let requests = emulator.ledger().requests;
    assert_eq!(requests.len(), 2 + is_accepted, "{name}");
    let connections: Vec<u64> = requests.iter().map(|request| request.connection).collect();
    assert!(
        connections[1..].iter().all(|number| *number == 2),
        "{name}: {connections:?}"
    );
    true
}

fn run(tls: bool) {
    let mut checks = Vec::new();
    for reuse in reuses() {
        checks.extend(MESSAGES.map(|message| (reuse.clone(), message)));
    }
    all_hold(
        &checks,
        |(reuse, (command, _))| format!("{} {command}", reuse.what),
        |(reuse, (command, request))| {
            let times: &[u64] = if reuse.end == lost("timeout") {
                &TIMES_MS
            } else {
                &TIMES_MS[2..]
            };
            let has_left = times.iter().any(|time_ms| {
                let server = if tls { Server::tls() } else { Server::plain() };
                check(reuse, &server, command, request, *time_ms)
            });
            assert!(has_left, "{}: no time was enough", reuse.what);
        },
    );
}

#[test]
fn what_the_server_did_to_a_kept_connection_over_http_ends_as_its_row_says() {
    run(false);
}

#[test]
fn what_the_server_did_to_a_kept_connection_over_https_ends_as_its_row_says() {
    run(true);
}

#[test]
fn a_connection_that_nothing_is_done_to_is_used_again() {
    for server in [Server::plain(), Server::tls()] {
        let watched = LoggedAdapter::create(&server.properties);
        for (command, request) in MESSAGES {
            assert_eq!(watched.adapter.execute(command, request).result(), "OK");
        }
        let requests = server.emulator.ledger().requests;
        assert!(
            requests.iter().all(|request| request.connection == 1),
            "{requests:?}"
        );
    }
}

/// The connections opened and the names looked up so far.
fn network(watched: &LoggedAdapter) -> (u64, u64) {
    let metrics = watched.loaded().metrics().unwrap().unwrap();
    let metrics: Value = serde_json::from_str(&metrics).unwrap();
    let network = &metrics["wfa.network"];
    let count = |name: &str| network[name].as_u64().unwrap();
    (count("connections"), count("lookups"))
}

#[test]
fn messages_one_after_the_other_cost_no_connection_and_no_lookup_each() {
    for server in [Server::plain(), Server::tls()] {
        // A name, so that there is something to look up.
        let by_name = server.emulator.base_url().replace("127.0.0.1", "localhost");
        for (keep_alive_ms, per_message) in [(60_000, 0), (0, 1)] {
            let mut properties = server.properties.clone();
            properties["baseUrl"] = by_name.clone().into();
            properties["keepAliveMs"] = keep_alive_ms.into();
            let watched = LoggedAdapter::create(&properties);
            let send = |(command, request)| {
                assert_eq!(watched.adapter.execute(command, request).result(), "OK");
            };
            send(MESSAGES[0]);
            assert_eq!(network(&watched), (1, 1));
            for sent in 1..=10 {
                MESSAGES.into_iter().for_each(send);
                let (connections, lookups) = network(&watched);
                let wanted = 1 + per_message * 3 * sent;
                assert_eq!(connections, wanted, "{keep_alive_ms} ms");
                // A new connection may need another DNS lookup.
                assert!(lookups == 1 || per_message > 0, "{lookups} lookups");
            }
        }
    }
}

#[test]
fn connections_of_replaced_properties_are_closed_when_their_calls_have_ended() {
    for server in [Server::plain(), Server::tls()] {
        let mut properties = server.properties.clone();
        properties["keepAliveMs"] = 60_000.into();
        let watched = LoggedAdapter::create(&properties);
        let (command, request) = MESSAGES[0];
        server.emulator.inject(Fault::Delay { ms: 50 });
        std::thread::scope(|scope| {
            let sending = scope.spawn(|| watched.loaded().execute(command, request));
            assert!(server.emulator.wait_for_requests(1, PATIENCE));
            let adapter = watched.loaded();
            adapter.update_properties(&properties.to_string()).unwrap();
            assert_eq!(
                sending.join().unwrap().unwrap().result,
                workflow_adapter_loader::WFA_OK
            );
        });
        // The adapter lives, and has no connection.
        assert!(server.emulator.settle(PATIENCE));
        assert_eq!(watched.adapter.execute(command, request).result(), "OK");
        let requests = server.emulator.ledger().requests;
        assert_ne!(requests[0].connection, requests[1].connection);
    }
}
