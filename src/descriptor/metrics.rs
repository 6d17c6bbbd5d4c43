//! What the adapter counts: the rows of `extensions.metrics`, for hosts that show the counters. A name is
//! that of a metric of `wfa.metrics/1`, or of a member of one that is of another kind than its others.

use serde::Serialize;

/// One counter or gauge.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Metric {
    name: &'static str,
    /// `counter` or `gauge`.
    r#type: &'static str,
    description: &'static str,
}

const fn counter(name: &'static str, description: &'static str) -> Metric {
    Metric {
        name,
        r#type: "counter",
        description,
    }
}

const fn gauge(name: &'static str, description: &'static str) -> Metric {
    Metric {
        name,
        r#type: "gauge",
        description,
    }
}

pub(super) const METRICS: [Metric; 20] = [
    counter("wfa.commands", "How each command ended, by result"),
    gauge("wfa.commands.in_flight", "Commands that run now"),
    gauge(
        "wfa.commands.duration",
        "How long commands took in all, in milliseconds; a percentile is the upper bound of its bucket",
    ),
    counter(
        "wfa.commands.duration.count",
        "Commands whose time was taken",
    ),
    counter(
        "wfa.events",
        "Events by what the host's callbacks said of them",
    ),
    counter(
        "wfa.webhooks.refused",
        "Notifications that were not authentic, by reason",
    ),
    counter(
        "wfa.webhooks.unknown_members",
        "Members of notifications that no event holds, by path",
    ),
    counter(
        "wfa.webhooks.lost_dead_letters",
        "Parts of notifications that could not be understood while nobody took dead letters, by reason",
    ),
    gauge(
        "wfa.dedup",
        "Events that are remembered, and the age of the oldest in seconds",
    ),
    counter(
        "wfa.dedup.journal_errors",
        "What went wrong with the files of the deduplication and the windows",
    ),
    gauge(
        "http.client.request.duration",
        "How long requests with a message took, in milliseconds, by what became of them; a percentile is the upper bound of its bucket",
    ),
    counter(
        "http.client.request.duration.count",
        "Requests with a message, by what became of them",
    ),
    counter("error.type", "Why requests were not accepted, by reason"),
    counter(
        "wfa.throttled",
        "Rejections for being too fast, by Graph code",
    ),
    counter(
        "http.request.resend_count",
        "Requests that were sent again, by the reason of the failure before",
    ),
    counter(
        "wfa.resends.given_up",
        "Requests that would have been sent again but for this",
    ),
    counter(
        "wfa.pacing",
        "Messages that waited for their turn, and for how many milliseconds in all",
    ),
    counter(
        "wfa.auth",
        "Rejections of the access token, and openings of the breaker on them",
    ),
    gauge(
        "wfa.auth.breaker_open",
        "1 while the breaker on refused access tokens is open",
    ),
    counter("wfa.network", "Connections opened and names looked up"),
];
