//! What an answer's headers tell beside its body: when to come back, which version answered, how much
//! of a quota is used.

use std::time::{Duration, SystemTime};

use serde_json::Value;
use ureq::http::HeaderMap;

/// A longer wait than this in `Retry-After` is taken for an error.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);
/// A quota that is used to this share of a hundred is worth a warning.
const USAGE_WARNING: u64 = 80;
/// No quota lasts longer.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// A header that is longer says nothing that is passed on.
const MAX_HEADER_BYTES: usize = 4096;

/// The parts of an answer's headers that matter.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) retry_after_ms: Option<u64>,
    /// Until the quota lets requests through again.
    pub(super) regain_ms: Option<u64>,
    pub(super) trace_id: Option<String>,
    /// What an operator should know though the request may have gone well.
    pub(super) warnings: Vec<String>,
}

impl Told {
    /// Reads the headers of the answer to a request for `version`.
    pub(super) fn read(headers: &HeaderMap, version: &str) -> Self {
        let text = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?.trim();
            (value.len() <= MAX_HEADER_BYTES).then_some(value)
        };
        let mut warnings = Vec::new();
        if let Some(told) = text("x-ad-api-version-warning").filter(|told| !told.is_empty()) {
            warnings.push(format!("Graph API version {version}: {told}"));
        }
        if let Some(answered) = text("facebook-api-version").filter(|told| *told != version) {
            warnings.push(format!(
                "asked for Graph API {version}, answered by {answered}: set apiVersion to a version that \
                 Meta still serves"
            ));
        }
        let mut regain_ms = None;
        for name in ["x-business-use-case-usage", "x-app-usage"] {
            let usage = text(name).and_then(|told| serde_json::from_str(told).ok());
            if let Some(usage) = usage.map(|told: Value| Usage::read(&told)) {
                regain_ms = regain_ms.max(usage.regain_ms);
                if usage.percent >= USAGE_WARNING {
                    warnings.push(format!(
                        "{} % of an hourly quota of the Graph API is used ({name})",
                        usage.percent
                    ));
                }
            }
        }
        Self {
            retry_after_ms: text("retry-after").and_then(|told| wait_ms(told, SystemTime::now())),
            regain_ms: regain_ms.filter(|ms| *ms > 0).map(|ms| ms.min(DAY_MS)),
            trace_id: text("x-fb-request-id")
                .or_else(|| text("x-fb-trace-id"))
                .filter(|id| id.len() <= 128)
                .map(str::to_owned),
            warnings,
        }
    }
}

/// The highest figures in a usage header, whichever business and kind they stand for.
#[derive(Debug, Default)]
struct Usage {
    percent: u64,
    regain_ms: Option<u64>,
}

impl Usage {
    fn read(value: &Value) -> Self {
        let mut usage = Self::default();
        usage.add(value);
        usage
    }

    /// `{"call_count":…}` directly, or below business ids and in lists.
    fn add(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.add(item)),
            Value::Object(members) => {
                for (name, value) in members {
                    match (name.as_str(), value.as_u64()) {
                        ("call_count" | "total_cputime" | "total_time", Some(percent)) => {
                            self.percent = self.percent.max(percent);
                        }
                        ("estimated_time_to_regain_access", Some(minutes)) => {
                            self.regain_ms = self.regain_ms.max(minutes.checked_mul(60_000));
                        }
                        _ => self.add(value),
                    }
                }
            }
            _ => {}
        }
    }
}

/// `Retry-After`: seconds, or a date. What is negative, no number or out of reason is ignored.
fn wait_ms(told: &str, now: SystemTime) -> Option<u64> {
    let wait = match told.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => httpdate::parse_http_date(told)
            .ok()?
            .duration_since(now)
            .ok()?,
    };
    let ms = u64::try_from(wait.as_millis()).ok()?;
    (wait <= MAX_RETRY_AFTER).then_some(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(headers: &[(&'static str, &str)]) -> Told {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Told::read(&map, "v26.0")
    }

    #[test]
    fn a_wait_is_seconds_or_a_date_within_an_hour() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, wait) in [
            ("0", Some(0)),
            ("7", Some(7_000)),
            ("3600", Some(3_600_000)),
            ("3601", None),
            ("-1", None),
            ("1e3", None),
            ("soon", None),
            ("99999999999999999999", None),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10_000)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10_000)),
            ("Sun, 06 Nov 1994 08:49:27 GMT", None),
            ("Mon, 07 Nov 1994 08:49:37 GMT", None),
        ] {
            assert_eq!(wait_ms(value, now), wait, "{value}");
        }
    }

    #[test]
    fn versions_and_quotas_become_warnings() {
        assert!(
            told(&[("facebook-api-version", "v26.0")])
                .warnings
                .is_empty()
        );
        let old = told(&[
            ("facebook-api-version", "v22.0"),
            ("x-ad-api-version-warning", "expires soon"),
        ]);
        assert_eq!(old.warnings.len(), 2);
        assert!(old.warnings[0].contains("expires soon"), "{old:?}");
        assert!(old.warnings[1].contains("v22.0"), "{old:?}");
        let used = |count: u64, minutes: u64| {
            let usage = format!(
                r#"{{"102290129340398":[{{"type":"whatsapp","call_count":{count},"total_cputime":1,
                    "total_time":2,"estimated_time_to_regain_access":{minutes}}}]}}"#
            );
            let usage = usage.replace('\n', " ");
            told(&[("x-business-use-case-usage", &usage)])
        };
        assert!(used(79, 0).warnings.is_empty());
        assert_eq!(used(80, 0).warnings.len(), 1);
        assert_eq!(used(100, 3).regain_ms, Some(180_000));
        assert_eq!(used(100, 0).regain_ms, None);
        assert_eq!(used(100, 1_000_000).regain_ms, Some(DAY_MS));
        let app = told(&[("x-app-usage", r#"{"call_count":91}"#)]);
        assert_eq!(app.warnings.len(), 1);
        assert!(told(&[("x-app-usage", "no JSON")]).warnings.is_empty());
    }
}
