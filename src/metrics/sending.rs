//! Counters of what goes out to the Cloud API.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

use workflow_adapter_sdk::metrics::{Histogram, Percentiles};

use crate::lock::unpoisoned;

/// How an attempt can end, in the order of `Sending::attempts`.
const OUTCOMES: [&str; 4] = ["accepted", "rejected", "not_sent", "unknown"];

/// Counts by a name that is only known when it happens.
#[derive(Debug, Default)]
struct ByName<K>(Mutex<BTreeMap<K, u64>>);

impl<K: Ord + Clone> ByName<K> {
    fn add(&self, name: K) {
        let mut counts = unpoisoned(self.0.lock());
        *counts.entry(name).or_default() += 1;
    }

    fn snapshot(&self) -> BTreeMap<K, u64> {
        unpoisoned(self.0.lock()).clone()
    }
}

/// What the client counts.
#[derive(Debug, Default)]
pub(crate) struct Sending {
    attempts: [Histogram; OUTCOMES.len()],
    errors: ByName<&'static str>,
    throttled: ByName<i64>,
    resends: ByName<&'static str>,
    resends_given_up: ByName<&'static str>,
    waits: AtomicU64,
    waited_ms: AtomicU64,
    auth_failures: AtomicU64,
    breaker_opened: AtomicU64,
    breaker_open: AtomicU64,
    connections: AtomicU64,
    lookups: AtomicU64,
}

impl Sending {
    /// One request that was begun, and how it ended; `error` is the reason if it was not accepted.
    pub(crate) fn attempt(&self, outcome: &str, error: Option<&'static str>, took: Duration) {
        let at = OUTCOMES.iter().position(|name| *name == outcome);
        if let Some(histogram) = at.and_then(|at| self.attempts.get(at)) {
            histogram.record(took);
        }
        if let Some(error) = error {
            self.errors.add(error);
        }
    }

    /// Meta, or something before it, said "too fast"; 0 stands for no code.
    pub(crate) fn throttled(&self, code: Option<i64>) {
        self.throttled.add(code.unwrap_or(0));
    }

    /// A request is sent once more because of `reason`.
    pub(crate) fn resend(&self, reason: &'static str) {
        self.resends.add(reason);
    }

    /// It would have been, but for `reason`: `attempts`, `deadline`, `budget` or `cancelled`.
    pub(crate) fn gave_up(&self, reason: &'static str) {
        self.resends_given_up.add(reason);
    }

    /// A message waited for its turn.
    pub(crate) fn waited(&self, how_long: Duration) {
        let ms = u64::try_from(how_long.as_millis()).unwrap_or(u64::MAX);
        self.waits.fetch_add(1, Ordering::Relaxed);
        self.waited_ms.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) fn auth_failure(&self) {
        self.auth_failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn breaker_opened(&self) {
        self.breaker_opened.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn breaker_is_open(&self, open: bool) {
        self.breaker_open.store(u64::from(open), Ordering::Relaxed);
    }

    /// What an attempt cost beside the request: connections opened, names looked up.
    pub(crate) fn network(&self, connections: u32, lookups: u32) {
        for (total, count) in [(&self.connections, connections), (&self.lookups, lookups)] {
            if count > 0 {
                total.fetch_add(u64::from(count), Ordering::Relaxed);
            }
        }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let requests = OUTCOMES.iter().zip(&self.attempts);
        Snapshot {
            requests: requests
                .filter_map(|(outcome, histogram)| {
                    let percentiles = histogram.percentiles()?;
                    Some(Requests {
                        outcome,
                        percentiles,
                    })
                })
                .collect(),
            errors: self.errors.snapshot(),
            throttled: self.throttled.snapshot(),
            resends: self.resends.snapshot(),
            resends_given_up: self.resends_given_up.snapshot(),
            pacing: Pacing {
                waits: load(&self.waits),
                waited_ms: load(&self.waited_ms),
            },
            auth: Auth {
                failures: load(&self.auth_failures),
                breaker_opened: load(&self.breaker_opened),
                breaker_open: load(&self.breaker_open),
            },
            network: Network {
                connections: load(&self.connections),
                lookups: load(&self.lookups),
            },
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Snapshot {
    #[serde(rename = "http.client.request.duration")]
    requests: Vec<Requests>,
    #[serde(rename = "error.type")]
    errors: BTreeMap<&'static str, u64>,
    #[serde(rename = "wfa.throttled")]
    throttled: BTreeMap<i64, u64>,
    #[serde(rename = "http.request.resend_count")]
    resends: BTreeMap<&'static str, u64>,
    #[serde(rename = "wfa.resends.given_up")]
    resends_given_up: BTreeMap<&'static str, u64>,
    #[serde(rename = "wfa.pacing")]
    pacing: Pacing,
    #[serde(rename = "wfa.auth")]
    auth: Auth,
    #[serde(rename = "wfa.network")]
    network: Network,
}

#[derive(Debug, Serialize)]
struct Requests {
    outcome: &'static str,
    #[serde(flatten)]
    percentiles: Percentiles,
}

#[derive(Debug, Serialize)]
struct Pacing {
    waits: u64,
    waited_ms: u64,
}

#[derive(Debug, Serialize)]
struct Auth {
    failures: u64,
    breaker_opened: u64,
    breaker_open: u64,
}

#[derive(Debug, Serialize)]
struct Network {
    connections: u64,
    lookups: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_has_every_count() {
        let sending = Sending::default();
        sending.attempt("accepted", None, Duration::from_millis(3));
        sending.attempt("not_sent", Some("refused"), Duration::ZERO);
        sending.throttled(Some(130_429));
        sending.throttled(None);
        sending.resend("refused");
        sending.gave_up("deadline");
        sending.waited(Duration::from_millis(12));
        sending.auth_failure();
        sending.breaker_opened();
        sending.breaker_is_open(true);
        sending.network(1, 1);
        assert_eq!(
            serde_json::to_string(&sending.snapshot()).unwrap(),
            concat!(
                r#"{"http.client.request.duration":["#,
                r#"{"outcome":"accepted","count":1,"p50_ms":5,"p95_ms":5,"p99_ms":5},"#,
                r#"{"outcome":"not_sent","count":1,"p50_ms":1,"p95_ms":1,"p99_ms":1}],"#,
                r#""error.type":{"refused":1},"wfa.throttled":{"0":1,"130429":1},"#,
                r#""http.request.resend_count":{"refused":1},"wfa.resends.given_up":{"deadline":1},"#,
                r#""wfa.pacing":{"waits":1,"waited_ms":12},"#,
                r#""wfa.auth":{"failures":1,"breaker_opened":1,"breaker_open":1},"#,
                r#""wfa.network":{"connections":1,"lookups":1}}"#
            )
        );
    }
}
