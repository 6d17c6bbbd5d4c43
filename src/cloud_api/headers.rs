//! What the headers of a response say: when to retry, which version answered, how much of a quota is
//! used.

use std::time::{Duration, SystemTime};

use serde_json::Value;
use ureq::http::HeaderMap;

/// A trace id has a few dozen bytes; longer values are ignored.
pub(super) const MAX_TRACE_ID_BYTES: usize = 128;
/// The longest wait in milliseconds that every JSON parser reads exactly.
const MAX_WAIT_MS: u64 = (1 << 53) - 1;
/// The used share of a quota, in percent, that is worth a warning.
const USAGE_WARNING: u64 = 80;
/// Longer headers are ignored.
const MAX_HEADER_BYTES: usize = 4096;

/// The parts of an answer's headers that matter.
#[derive(Debug, Default)]
pub(super) struct AnswerHeaders {
    pub(super) retry_after_ms: Option<u64>,
    /// How long until the quota allows requests again.
    pub(super) regain_ms: Option<u64>,
    pub(super) trace_id: Option<String>,
    /// What an operator should know even if the request succeeded.
    pub(super) warnings: Vec<String>,
}

/// What a warning about a version begins with.
const ANOTHER_VERSION: &str = "asked for Graph API";

impl AnswerHeaders {
    /// The same of a request that asked for no version.
    pub(super) fn of_any_version(mut self) -> Self {
        self.warnings
            .retain(|told| !told.starts_with(ANOTHER_VERSION));
        self
    }

    /// Reads the headers of the response to a request for `version`.
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
                "{ANOTHER_VERSION} {version}, answered by {answered}: set apiVersion to a version that \
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
            retry_after_ms: longest_wait_ms(headers, SystemTime::now()),
            regain_ms: regain_ms.filter(|ms| *ms > 0).map(|ms| ms.min(MAX_WAIT_MS)),
            trace_id: text("x-fb-request-id")
                .or_else(|| text("x-fb-trace-id"))
                .filter(|id| id.len() <= MAX_TRACE_ID_BYTES)
                .map(str::to_owned),
            warnings,
        }
    }
}

/// The highest figures in a usage header, over all businesses and kinds.
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

/// The longest wait in the `Retry-After` headers: a proxy may have added one of its own.
fn longest_wait_ms(headers: &HeaderMap, now: SystemTime) -> Option<u64> {
    let values = headers.get_all("retry-after").iter();
    let values = values.filter_map(|value| value.to_str().ok());
    values.filter_map(|told| wait_ms(told.trim(), now)).max()
}

/// `Retry-After`: seconds or a date; several numbers joined by commas were several headers. A long wait
/// is never shortened; negative and malformed values are ignored.
fn wait_ms(told: &str, now: SystemTime) -> Option<u64> {
    if let Ok(date) = httpdate::parse_http_date(told) {
        let wait = date.duration_since(now).ok()?;
        return Some(whole_ms(wait));
    }
    let all = told.split(',').map(|part| seconds(part.trim()));
    all.flatten().max()
}

fn seconds(told: &str) -> Option<u64> {
    let (whole, part) = told.split_once('.').unwrap_or((told, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(part) {
        return None;
    }
    // A number that is too large is still a wait.
    let whole = whole.parse::<u64>().unwrap_or(MAX_WAIT_MS);
    let begun = u64::from(part.bytes().any(|digit| digit != b'0'));
    let ms = whole.saturating_add(begun).saturating_mul(1000);
    Some(ms.min(MAX_WAIT_MS))
}

/// Rounded up, so that no retry is too early.
fn whole_ms(wait: Duration) -> u64 {
    let ms = u64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(MAX_WAIT_MS);
    ms.min(MAX_WAIT_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(headers: &[(&'static str, &str)]) -> AnswerHeaders {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        AnswerHeaders::read(&map, "v26.0")
    }

    #[test]
    fn a_wait_is_seconds_or_a_date_and_is_never_shortened() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, wait) in [
            ("0", Some(0)),
            ("7", Some(7_000)),
            ("3600", Some(3_600_000)),
            ("3601", Some(3_601_000)),
            ("7200", Some(7_200_000)),
            ("2592000", Some(2_592_000_000)),
            ("7200, 30", Some(7_200_000)),
            ("0.5", Some(1_000)),
            ("7.0", Some(7_000)),
            ("", None),
            ("-1", None),
            ("1e3", None),
            ("soon", None),
            ("99999999999999999999", Some(MAX_WAIT_MS)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10_000)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10_000)),
            ("Sun, 06 Nov 1994 08:49:27 GMT", None),
            ("Mon, 07 Nov 1994 08:49:37 GMT", Some(86_400_000)),
        ] {
            assert_eq!(wait_ms(value, now), wait, "{value}");
        }
    }

    /// S38: of two headers the longer wait counts.
    #[test]
    fn two_waits_are_the_longer_one() {
        for waits in [["1", "7200"], ["7200", "1"], ["soon", "7200"]] {
            let mut map = HeaderMap::new();
            for wait in waits {
                map.append("retry-after", wait.parse().unwrap());
            }
            assert_eq!(
                AnswerHeaders::read(&map, "v27.0").retry_after_ms,
                Some(7_200_000)
            );
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
        assert_eq!(old.of_any_version().warnings.len(), 1);
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
        assert_eq!(used(100, 10_000).regain_ms, Some(600_000_000));
        let app = told(&[("x-app-usage", r#"{"call_count":91}"#)]);
        assert_eq!(app.warnings.len(), 1);
        assert!(told(&[("x-app-usage", "no JSON")]).warnings.is_empty());
    }
}
