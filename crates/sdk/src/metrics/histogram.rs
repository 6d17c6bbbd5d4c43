//! A fixed set of buckets for durations: percentiles without keeping the values.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

/// Upper bounds of the buckets in milliseconds; the last bucket has none.
const BOUNDS_MS: [u64; 15] = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000,
];

/// Durations, counted by bucket.
#[derive(Debug, Default)]
pub struct Histogram {
    buckets: [AtomicU64; BOUNDS_MS.len() + 1],
}

/// Percentiles as the upper bound of their bucket; null beyond the last bound.
#[derive(Debug, Serialize)]
pub struct Percentiles {
    /// How many durations were recorded.
    pub count: u64,
    p50_ms: Option<u64>,
    p95_ms: Option<u64>,
    p99_ms: Option<u64>,
}

impl Histogram {
    /// Counts one duration.
    pub fn record(&self, took: Duration) {
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let bucket = BOUNDS_MS.partition_point(|bound| *bound < ms);
        if let Some(count) = self.buckets.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// None if nothing was recorded.
    pub fn percentiles(&self) -> Option<Percentiles> {
        let buckets = self
            .buckets
            .each_ref()
            .map(|count| count.load(Ordering::Relaxed));
        let count: u64 = buckets.iter().sum();
        let at = |percent: u64| {
            let rank = (count * percent).div_ceil(100);
            let mut seen = 0;
            let bucket = buckets.iter().position(|in_bucket| {
                seen += in_bucket;
                seen >= rank
            });
            bucket.and_then(|bucket| BOUNDS_MS.get(bucket)).copied()
        };
        (count > 0).then(|| Percentiles {
            count,
            p50_ms: at(50),
            p95_ms: at(95),
            p99_ms: at(99),
        })
    }
}
