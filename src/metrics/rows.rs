//! What the adapter counts: the rows of `extensions.metrics`, for hosts that show the counters. A name is
//! that of a metric of `wfa.metrics/1`, or of a member of one that is of another kind than its others.

use crate::descriptor::Metric;

pub(crate) const ROWS: &[Metric] = &[
    Metric::counter("wfa.commands", "How each command ended, by result"),
    Metric::gauge("wfa.commands.in_flight", "Commands that run now"),
    Metric::gauge(
        "wfa.commands.duration",
        "How long commands took in all, in milliseconds; a percentile is the upper bound of its bucket",
    ),
    Metric::counter(
        "wfa.commands.duration.count",
        "Commands whose time was taken",
    ),
    Metric::counter(
        "wfa.events",
        "Events by what the host's callbacks said of them",
    ),
    Metric::counter(
        "wfa.webhooks.refused",
        "Notifications that were not authentic, by reason",
    ),
    Metric::counter(
        "wfa.webhooks.unknown_members",
        "Members of notifications that no event holds, by path",
    ),
    Metric::counter(
        "wfa.webhooks.lost_dead_letters",
        "Parts of notifications that could not be understood while nobody took dead letters, by reason",
    ),
    Metric::gauge(
        "wfa.dedup",
        "Events that are remembered, and the age of the oldest in seconds",
    ),
    Metric::counter(
        "wfa.dedup.journal_errors",
        "What went wrong with the files of the deduplication and the windows",
    ),
    Metric::gauge(
        "http.client.request.duration",
        "How long requests with a message took, in milliseconds, by what became of them; a percentile is the upper bound of its bucket",
    ),
    Metric::counter(
        "http.client.request.duration.count",
        "Requests with a message, by what became of them",
    ),
    Metric::counter("error.type", "Why requests were not accepted, by reason"),
    Metric::counter(
        "wfa.throttled",
        "Rejections for being too fast, by Graph code",
    ),
    Metric::counter(
        "http.request.resend_count",
        "Requests that were sent again, by the reason of the failure before",
    ),
    Metric::counter(
        "wfa.resends.given_up",
        "Requests that would have been sent again but for this",
    ),
    Metric::counter(
        "wfa.pacing",
        "Messages that waited for their turn, and for how many milliseconds in all",
    ),
    Metric::counter(
        "wfa.auth",
        "Rejections of the access token, and openings of the breaker on them",
    ),
    Metric::gauge(
        "wfa.auth.breaker_open",
        "1 while the breaker on refused access tokens is open",
    ),
    Metric::counter("wfa.network", "Connections opened and names looked up"),
];
