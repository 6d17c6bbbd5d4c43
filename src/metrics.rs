//! Counters of one adapter beyond those of the SDK: events, webhooks, sending. Plain atomics, read as
//! JSON.

mod rows;
mod sending;
mod webhooks;

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use workflow_adapter_sdk::metrics::{self as commands, Commands};

pub(crate) use self::rows::ROWS;
pub(crate) use self::sending::Sending;
pub(crate) use self::webhooks::Webhooks;

#[derive(Debug, Default)]
pub(crate) struct Metrics {
    events: [AtomicU64; 5],
    pub(crate) webhooks: Webhooks,
    pub(crate) sending: Sending,
}

impl Metrics {
    /// Counts events: accepted, refused, dropped, duplicates, ignored.
    pub(crate) fn events(&self, counts: [u64; 5]) {
        for (total, count) in self.events.iter().zip(counts) {
            if count > 0 {
                total.fetch_add(count, Ordering::Relaxed);
            }
        }
    }

    /// The counters as one JSON object; `commands` is what the SDK has counted, `dedup` what the
    /// deduplication says of itself.
    pub(crate) fn to_json(&self, commands: &Commands, dedup: DedupWindow) -> String {
        let [accepted, refused, dropped, duplicates, ignored] = self
            .events
            .each_ref()
            .map(|count| count.load(Ordering::Relaxed));
        let snapshot = Snapshot {
            commands: commands.snapshot(),
            events: Events {
                accepted,
                refused,
                dropped,
                duplicates,
                ignored,
            },
            webhooks: self.webhooks.snapshot(),
            dedup,
            sending: self.sending.snapshot(),
        };
        // Strings and numbers in structs: nothing here can fail to serialise.
        serde_json::to_string(&snapshot).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Snapshot {
    #[serde(flatten)]
    commands: commands::Snapshot,
    #[serde(rename = "wfa.events")]
    events: Events,
    #[serde(flatten)]
    webhooks: webhooks::Snapshot,
    #[serde(rename = "wfa.dedup")]
    dedup: DedupWindow,
    #[serde(flatten)]
    sending: sending::Snapshot,
}

/// How far back repeated events are known.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(crate) struct DedupWindow {
    pub(crate) entries: usize,
    pub(crate) oldest_s: u64,
    pub(crate) journal_errors: u64,
}

#[derive(Serialize)]
struct Events {
    accepted: u64,
    refused: u64,
    dropped: u64,
    duplicates: u64,
    ignored: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_has_every_counter_in_its_order() {
        let metrics = Metrics::default();
        metrics.events([1, 2, 3, 4, 5]);
        metrics.webhooks.refused("signature_missing");
        metrics.webhooks.unknown_member("value.new", 2);
        metrics.webhooks.lost_letter("not_json", 3);
        let dedup = DedupWindow {
            entries: 7,
            oldest_s: 8,
            journal_errors: 0,
        };
        assert_eq!(
            metrics.to_json(&Commands::new(std::iter::empty()), dedup),
            concat!(
                r#"{"wfa.commands":[],"wfa.commands.in_flight":0,"wfa.commands.duration":[],"#,
                r#""wfa.events":{"accepted":1,"refused":2,"dropped":3,"duplicates":4,"ignored":5},"#,
                r#""wfa.webhooks.refused":{"signature_missing":1},"#,
                r#""wfa.webhooks.unknown_members":{"value.new":2},"#,
                r#""wfa.webhooks.lost_dead_letters":{"not_json":3},"#,
                r#""wfa.dedup":{"entries":7,"oldest_s":8,"journal_errors":0},"#,
                r#""http.client.request.duration":[],"error.type":{},"wfa.throttled":{},"#,
                r#""http.request.resend_count":{},"wfa.resends.given_up":{},"#,
                r#""wfa.pacing":{"waits":0,"waited_ms":0},"#,
                r#""wfa.auth":{"failures":0,"breaker_opened":0,"breaker_open":0},"#,
                r#""wfa.network":{"connections":0,"lookups":0}}"#
            )
        );
    }
}
