//! How often one source may call.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::HeaderMap;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// After so many calls, sources that have been quiet are forgotten.
const FORGET_AFTER: u32 = 10_000;

/// How often each source has called.
pub(super) struct Sources {
    limiter: Option<DefaultKeyedRateLimiter<IpAddr>>,
    calls: AtomicU32,
}

impl Sources {
    /// At most so many calls a second from one source, all at once if it likes; 0 is no limit.
    pub(super) fn new(per_second: u32) -> Self {
        let quota = NonZeroU32::new(per_second).map(Quota::per_second);
        Self {
            limiter: quota.map(RateLimiter::keyed),
            calls: AtomicU32::new(0),
        }
    }

    /// Whether this source may call now.
    ///
    /// # Errors
    /// The whole seconds that it has to wait.
    pub(super) fn check(&self, source: IpAddr) -> Result<(), u64> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        if self.calls.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
            limiter.retain_recent();
        }
        limiter.check_key(&source).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            wait.as_secs() + 1
        })
    }
}

/// Whom a request is from: the last address that the proxy's field names, or whoever connected.
pub(super) fn source(peer: IpAddr, headers: &HeaderMap, field: Option<&str>) -> IpAddr {
    let named = field.and_then(|name| headers.get(name)?.to_str().ok());
    let last = named.and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
    last.unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const BOB: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn one_source_that_calls_too_often_does_not_stop_another() {
        let sources = Sources::new(1);
        assert_eq!(sources.check(ADA), Ok(()));
        assert_eq!(sources.check(ADA), Err(1));
        assert_eq!(sources.check(BOB), Ok(()));
        let free = Sources::new(0);
        assert!((0..100).all(|_| free.check(ADA).is_ok()));
    }

    #[test]
    fn a_proxy_names_the_source_only_if_it_is_trusted() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "10.0.0.1, 192.0.2.2".parse().unwrap());
        assert_eq!(source(ADA, &headers, None), ADA);
        assert_eq!(source(ADA, &headers, Some("x-forwarded-for")), BOB);
        assert_eq!(source(ADA, &headers, Some("forwarded")), ADA);
        headers.insert("x-forwarded-for", "unknown".parse().unwrap());
        assert_eq!(source(ADA, &headers, Some("x-forwarded-for")), ADA);
    }
}
