//! What the properties alone say.

use super::finding::Finding;
use crate::properties::Properties;

/// Graph's versions that have an end: the day, and its first second (Graph API changelog, read 2026-11).
const ENDS: [(u32, &str, u64); 9] = [
    (17, "2025-09-12", 1_757_635_200),
    (18, "2026-01-26", 1_769_385_600),
    (19, "2026-05-21", 1_779_321_600),
    (20, "2026-09-24", 1_790_208_000),
    (21, "2027-01-21", 1_800_489_600),
    (22, "2027-05-20", 1_810_771_200),
    (23, "2027-10-08", 1_822_953_600),
    (24, "2028-02-18", 1_834_444_800),
    (25, "2028-07-29", 1_848_441_600),
];
/// An end this near is worth a warning.
const NEAR_S: u64 = 90 * 86_400;

pub(super) fn findings(properties: &Properties, now_s: u64) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(version(&properties.api_version.to_string(), now_s));
    if properties.app_secrets.is_empty() {
        findings.push(Finding::warning(
            "app_secret_missing",
            "the property appSecret is not set: this adapter checks no notification's signature",
            "set appSecret, or make sure that the host checks X-Hub-Signature-256",
        ));
    }
    if !properties
        .app_secrets
        .iter()
        .all(crate::app_secret::AppSecret::looks_right)
    {
        findings.push(Finding::error(
            "app_secret_form",
            "the property appSecret does not decode to 32 hexadecimal digits, as Meta's App Secrets are",
            "encode the App Secret of the app's basic settings, character by character, as Base64 (printf \
             %s SECRET | base64)",
        ));
    }
    findings
}

fn version(version: &str, now_s: u64) -> Option<Finding> {
    let major: u32 = version.strip_prefix('v')?.split_once('.')?.0.parse().ok()?;
    let (oldest, ..) = *ENDS.first()?;
    let (_, day, end_s) = *ENDS
        .iter()
        .find(|(known, ..)| *known == major.max(oldest))?;
    if now_s >= end_s {
        return Some(Finding::error(
            "version_expired",
            format!("Graph {version} ended on {day}; Meta answers as a later version"),
            "set the property apiVersion to a living version, such as v27.0",
        ));
    }
    (now_s + NEAR_S >= end_s).then(|| {
        Finding::warning(
            "version_ends",
            format!("Graph {version} ends on {day}"),
            "set the property apiVersion to a later version, such as v27.0",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, now_s: u64) -> Option<&'static str> {
        let shown = serde_json::to_value(version(name, now_s)).unwrap();
        let check = shown["check"].as_str()?;
        ["version_expired", "version_ends"]
            .into_iter()
            .find(|known| *known == check)
    }

    #[test]
    fn a_version_is_alive_near_its_end_or_over() {
        let end_s = 1_800_489_600;
        assert_eq!(check("v21.0", end_s), Some("version_expired"));
        assert_eq!(check("v21.0", end_s - 1), Some("version_ends"));
        assert_eq!(check("v21.0", end_s - NEAR_S), Some("version_ends"));
        assert_eq!(check("v21.0", end_s - NEAR_S - 1), None);
        assert_eq!(check("v3.2", end_s), Some("version_expired"));
        assert_eq!(check("v27.0", end_s * 2), None);
    }
}
