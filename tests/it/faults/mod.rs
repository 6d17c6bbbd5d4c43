//! The fault matrix: every mode of going wrong, for each kind of message, over http and over https; and
//! what the emulator counted.

mod answering;
mod by_test;
mod codes;
mod connecting;
mod cut;
mod hidden;
mod limits_and_cancel;
mod list;
mod listener;
mod logged_adapter;
mod long;
mod mode;
mod notifications;
mod proxies;
mod retries;
mod reuse;
mod statuses;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cloud_api_emulator::{Config, Emulator, Fault, Tls};
use serde_json::json;
use tempfile::TempDir;

use crate::outcomes::{CORRELATION, check_ledger, check_shape};
use crate::rig;
pub(crate) use logged_adapter::LoggedAdapter;
use mode::End;
pub(crate) use mode::Mode;
pub(crate) use proxies::Proxy;

/// The messages that are sent.
pub(crate) const MESSAGES: [(&str, &str); 3] = [
    (
        "sendMessageText",
        r#"{"phoneNumber":"+16505551234","message":"Hello"}"#,
    ),
    (
        "sendMessageTextTemplate",
        r#"{"phoneNumber":"+16505551234","templateName":"hello_world","languageCode":"en_US"}"#,
    ),
    (
        "sendMessageReaction",
        r#"{"phoneNumber":"+16505551234","messageId":"wamid.1","emoji":"👍"}"#,
    ),
];

/// How long to wait for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Checks at a time; most of them wait for the network.
const AT_A_TIME: usize = 16;

/// Every mode, each with its number.
pub(crate) fn modes() -> Vec<(String, Mode)> {
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    let all = [
        connecting::modes(),
        answering::modes(),
        cut::modes(),
        statuses::modes(),
        codes::modes(),
    ];
    let numbered = all.concat().into_iter().map(|mode| {
        let count = counts.entry(mode.group.letter).or_default();
        *count += 1;
        (format!("{}{count:02}", mode.group.letter), mode)
    });
    numbered.collect()
}

/// An emulator, and the properties that lead to it.
pub(crate) struct Server {
    pub(crate) emulator: Emulator,
    pub(crate) properties: serde_json::Value,
    /// Where the certificate to trust is.
    _trusted: Option<TempDir>,
}

impl Server {
    pub(crate) fn plain() -> Self {
        Self::plain_with(rig::emulator_config())
    }

    pub(crate) fn plain_with(config: Config) -> Self {
        let emulator = Emulator::start(config).unwrap();
        Self {
            properties: rig::properties(&emulator),
            emulator,
            _trusted: None,
        }
    }

    pub(crate) fn tls() -> Self {
        Self::tls_with(rig::emulator_config())
    }

    pub(crate) fn tls_with(config: Config) -> Self {
        let tls = Some(Tls::default());
        let emulator = Emulator::start(Config { tls, ..config }).unwrap();
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("trusted.pem");
        // Even if the authority is trusted, its weak signatures must be refused.
        let trusted = emulator.ca_pem().unwrap().to_owned() + &Emulator::weak_ca_pem();
        std::fs::write(&file, trusted).unwrap();
        let mut properties = rig::properties(&emulator);
        properties["caFile"] = file.to_str().unwrap().into();
        Self {
            emulator,
            properties,
            _trusted: Some(folder),
        }
    }
}

/// One send under one mode: how it ended, and what was counted.
fn check(mode: &Mode, tls: bool, max_attempts: u64, command: &str, request: &str) {
    let mut times_ms = mode.times_ms(tls).iter().copied().peekable();
    while let Some(time_ms) = times_ms.next() {
        let mut server = if tls { Server::tls() } else { Server::plain() };
        server.properties["maxAttempts"] = max_attempts.into();
        server.properties["timeoutMs"] = time_ms.into();
        let (end, response) = send(mode, &server, command, request);
        let ends = if tls { &mode.tls } else { &mode.plain };
        let has_struck = has_struck(mode, &server.emulator);
        if has_struck && ends.contains(&end) {
            return;
        }
        // Too little time to come to where the mode strikes says nothing of it.
        let is_slow = end.reason.as_deref() == Some("timeout") && times_ms.peek().is_some();
        let faults = server.emulator.ledger().faults;
        assert!(
            is_slow,
            "{}: {end:?} after {faults:?}\nin {response}",
            mode.what
        );
    }
}

/// How one send under one mode ends, and what holds for every end.
fn send(mode: &Mode, server: &Server, command: &str, request: &str) -> (End, serde_json::Value) {
    let (name, emulator) = (mode.what.as_str(), &server.emulator);
    let mut properties = server.properties.clone();
    (mode.prepare)(emulator, &mut properties);
    let watched = LoggedAdapter::create(&properties);
    for fault in &mode.faults {
        emulator.inject(fault.clone());
    }
    let ran = watched
        .adapter
        .execute_with(command, request, Some(CORRELATION));
    let end = watched.end(&ran);
    drop(watched);

    check_shape(name, 1, &ran);
    let response = ran.json();
    // What goes on for longer takes nothing any more.
    let is_final = mode.holds || !mode.is_met() || emulator.settle(PATIENCE);
    assert!(is_final, "{name}: not settled");
    check_ledger(name, 1, &response["details"]["outcome"], emulator);
    (end, response)
}

/// Whether exactly the mode's faults have struck.
fn has_struck(mode: &Mode, emulator: &Emulator) -> bool {
    let met = emulator.ledger().faults.into_iter().map(|met| met.fault);
    let injected = mode.faults.iter().map(|fault| fault.fault.name());
    emulator.waiting_faults().is_empty() && (!mode.is_met() || met.eq(injected))
}

/// Runs `check` for all of them, several at a time, and says which did not hold.
pub(crate) fn all_hold<T: Sync>(
    all: &[T],
    name: impl Fn(&T) -> String + Sync,
    check: impl Fn(&T) + Sync,
) {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(item) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if catch_unwind(AssertUnwindSafe(|| check(item))).is_err() {
                        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                        failed.push(name(item));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let some: Vec<&String> = failed.iter().take(12).collect();
    assert!(
        failed.is_empty(),
        "{} of {}: {some:#?}",
        failed.len(),
        all.len()
    );
}

/// The checks over http, or over https.
fn matrix(tls: bool) -> Vec<(String, Mode, &'static str, &'static str)> {
    let mut checks = Vec::new();
    for (number, mode) in modes() {
        let ends = if tls { &mode.tls } else { &mode.plain };
        if !ends.is_empty() {
            let messages = MESSAGES.iter();
            checks.extend(
                messages
                    .map(|(command, request)| (number.clone(), mode.clone(), *command, *request)),
            );
        }
    }
    checks
}

fn run_matrix(tls: bool) {
    all_hold(
        &matrix(tls),
        |(number, mode, command, _)| format!("{number} {} {command}", mode.what),
        |(_, mode, command, request)| check(mode, tls, 1, command, request),
    );
}

#[test]
fn every_fault_over_http_ends_as_its_row_says_and_the_servers_count_agrees() {
    run_matrix(false);
}

#[test]
fn every_fault_over_https_ends_as_its_row_says_and_the_servers_count_agrees() {
    run_matrix(true);
}

/// Every fault that there is: reading one that there is not names them all.
fn names_of_faults() -> BTreeSet<String> {
    let error = serde_json::from_value::<Fault>(json!({ "fault": "" })).unwrap_err();
    let error = error.to_string();
    let names = error.split('`').skip(3).step_by(2);
    names.map(str::to_owned).collect()
}

#[test]
fn the_matrix_has_every_fault_of_the_emulators_and_more_than_three_hundred_checks() {
    let in_matrix: BTreeSet<String> = modes()
        .iter()
        .flat_map(|(_, mode)| mode.faults.iter().map(|fault| fault.fault.name()))
        .chain(reuse::reuses().iter().map(reuse::Reuse::fault))
        .collect();
    let missing: Vec<String> = names_of_faults().difference(&in_matrix).cloned().collect();
    assert_eq!(missing, [""; 0]);
    let checks = matrix(false).len() + matrix(true).len();
    assert!(checks >= 300, "{checks}");
}
