//! What the adapter tries again by itself, how often, and what it never does.

use cloud_api_emulator::{Fault, Injection};

use super::logged_adapter::LoggedAdapter;
use super::mode::{End, accepted, lost, never_sent, not_sent, rejected, throttled};
use super::{CORRELATION, MESSAGES, PATIENCE, Server, all_hold, modes};
use crate::outcomes::cases::{graph, retry_after};
use crate::outcomes::{check_ledger, check_shape};
use crate::rig;

/// One command that meets these faults, one after the other, with three attempts.
pub(super) struct Retry {
    pub(super) what: &'static str,
    tls: bool,
    faults: Vec<Injection>,
    /// Nothing listens at the address, or the name is unknown.
    base_url: Option<&'static str>,
    max_attempts: u64,
    timeout_ms: u64,
    pub(super) attempts: usize,
    pub(super) end: End,
}

fn retry(what: &'static str, fault: impl Into<Injection>, attempts: usize, end: End) -> Retry {
    Retry {
        what,
        tls: false,
        faults: vec![fault.into()],
        base_url: None,
        max_attempts: 3,
        timeout_ms: 20_000,
        attempts,
        end,
    }
}

fn over_tls(what: &'static str, fault: impl Into<Injection>, attempts: usize, end: End) -> Retry {
    Retry {
        tls: true,
        ..retry(what, fault, attempts, end)
    }
}

/// The table.
pub(super) fn retries() -> Vec<Retry> {
    [of_the_network(), of_rates(), never()]
        .into_iter()
        .flatten()
        .collect()
}

fn of_the_network() -> Vec<Retry> {
    let refused = not_sent("connect", "refused");
    let unreachable = |what, base_url, end| Retry {
        faults: Vec::new(),
        base_url: Some(base_url),
        ..retry(what, Fault::Bom, 3, end)
    };
    vec![
        over_tls(
            "closed in the handshake, once",
            Fault::TlsClose,
            2,
            accepted(),
        ),
        over_tls(
            "closed in the handshake, twice: one more try is enough",
            Fault::TlsClose.times(2),
            2,
            not_sent("tls", "closed").row("T5"),
        ),
        over_tls(
            "garbage in the handshake, once",
            Fault::TlsPlaintext,
            2,
            accepted(),
        ),
        over_tls(
            "garbage in the handshake, twice: one more try is enough",
            Fault::TlsPlaintext.times(2),
            2,
            not_sent("tls", "handshake"),
        ),
        unreachable("nobody listens", rig::NOBODY, refused),
        unreachable(
            "a name that nobody knows",
            "https://does-not-exist.invalid",
            not_sent("resolve", "dns"),
        ),
    ]
}

fn of_rates() -> Vec<Retry> {
    let soon = || retry_after("0");
    vec![
        retry("429, once", soon(), 2, accepted()),
        retry("429, twice", soon().times(2), 3, accepted()),
        retry("429, every time", soon().times(3), 3, throttled(429, 0)),
        Retry {
            max_attempts: 1,
            ..retry("429, and one attempt allowed", soon(), 1, throttled(429, 0))
        },
        retry(
            "429 that asks for longer than the call has",
            retry_after("3600"),
            1,
            throttled(429, 3_600_000),
        ),
        retry(
            "S38: 429 that asks for two hours",
            retry_after("7200"),
            1,
            throttled(429, 7_200_000),
        ),
        retry("code 130429, once", graph(130_429), 2, accepted()),
        retry(
            "code 131056, once: after a second",
            graph(131_056),
            2,
            accepted(),
        ),
        Retry {
            timeout_ms: 4_500,
            ..retry(
                "code 131056, twice: four more seconds are more than the call has",
                graph(131_056).times(2),
                2,
                throttled(400, 6_000).row("G131056").code(131_056),
            )
        },
        retry(
            "code 131057, once: after five seconds",
            graph(131_057),
            2,
            accepted(),
        ),
        Retry {
            timeout_ms: 4_900,
            ..retry(
                "code 131057, and less than five seconds left",
                graph(131_057),
                1,
                throttled(500, 60_000).row("G131057").code(131_057),
            )
        },
    ]
}

fn never() -> Vec<Retry> {
    let then = |first: Injection, second: Fault| vec![first, second.into()];
    vec![
        over_tls(
            "a certificate that is not trusted",
            Fault::TlsExpired,
            1,
            never_sent("tls", "certificate"),
        ),
        retry(
            "an answer that is lost",
            Fault::CloseAfterBody.accepted(),
            1,
            lost("closed"),
        ),
        Retry {
            faults: then(retry_after("0").into(), Fault::ResetAfterBody),
            ..retry(
                "429, then an answer that is lost",
                Fault::Bom,
                2,
                lost("reset"),
            )
        },
        Retry {
            faults: then(retry_after("0").into(), graph(131_026)),
            ..retry("429, then a no", Fault::Bom, 2, rejected(400).code(131_026))
        },
    ]
}

fn check(retry: &Retry) {
    let (name, server) = (
        retry.what,
        if retry.tls {
            Server::tls()
        } else {
            Server::plain()
        },
    );
    let mut properties = server.properties.clone();
    properties["maxAttempts"] = retry.max_attempts.into();
    properties["timeoutMs"] = retry.timeout_ms.into();
    if let Some(base_url) = retry.base_url {
        properties["baseUrl"] = base_url.into();
    }
    let watched = LoggedAdapter::create(&properties);
    for fault in &retry.faults {
        server.emulator.inject(fault.clone());
    }
    let (command, request) = MESSAGES[0];
    let ran = watched
        .adapter
        .execute_with(command, request, Some(CORRELATION));
    assert_eq!(watched.end(&ran), retry.end, "{name}: {}", ran.json());
    check_shape(name, retry.attempts, &ran);
    assert_eq!(
        watched.rows().len(),
        retry.attempts,
        "{name}: one record for each attempt"
    );
    drop(watched);
    let outcome = &ran.json()["details"]["outcome"];
    assert!(server.emulator.settle(PATIENCE), "{name}: not settled");
    let ledger = server.emulator.ledger();
    // Every request of one command carries the same id, and the last one decides.
    let mut requests = ledger.requests.iter();
    assert!(
        requests.all(|it| it.correlation.as_deref() == Some(CORRELATION)),
        "{name}"
    );
    check_ledger(name, retry.attempts, outcome, &server.emulator);
    assert_eq!(server.emulator.waiting_faults(), [], "{name}");
}

#[test]
fn what_is_tried_again_is_what_the_table_says() {
    all_hold(&retries(), |retry| retry.what.to_owned(), check);
}

/// The rows after which the adapter tries again.
const AGAIN: [&str; 6] = ["T2", "T5", "T16", "G130429", "G131056", "G131057"];

#[test]
fn every_other_mode_is_one_attempt_however_many_are_allowed() {
    let once: Vec<_> = modes()
        .into_iter()
        .filter(|(_, mode)| {
            let mut ends = mode.plain.iter();
            !mode.plain.is_empty() && ends.all(|end| !AGAIN.contains(&end.row.as_str()))
        })
        .collect();
    assert!(once.len() > 100, "{}", once.len());
    all_hold(
        &once,
        |(number, mode)| format!("{number} {}", mode.what),
        |(_, mode)| {
            let (command, request) = MESSAGES[0];
            super::check(mode, false, 5, command, request);
        },
    );
}
