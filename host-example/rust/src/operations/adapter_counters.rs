//! The adapters' own counters (extension `wfa.metrics/1`), as Prometheus reads them. What a plugin
//! counts is its own affair: every number becomes a metric of its name, and what it is counted by
//! becomes a label.

use std::collections::BTreeMap;
use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use serde_json::Value;

/// Where the counters of every adapter are asked: its instance's name and one JSON object.
pub(crate) type Snapshots = Box<dyn Fn() -> Vec<(String, String)> + Send + Sync>;

/// Asks the adapters each time that somebody asks the host.
pub(super) struct AdapterCounters(pub(super) Snapshots);

impl fmt::Debug for AdapterCounters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdapterCounters")
    }
}

type Labels = Vec<(String, String)>;

/// The numbers of a metric, by its name.
type Found = BTreeMap<String, Vec<(Labels, f64)>>;

impl Collector for AdapterCounters {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let mut found = Found::new();
        for (instance, json) in (self.0)() {
            let counters: Value = serde_json::from_str(&json).unwrap_or_default();
            let labels = vec![("instance".to_owned(), instance)];
            for (name, value) in counters.as_object().into_iter().flatten() {
                add(&mut found, &name_of(name), &labels, value);
            }
        }
        for (name, values) in found {
            let help = "A counter of the adapter's own";
            let mut metric = encoder.encode_descriptor(&name, help, None, MetricType::Unknown)?;
            for (labels, value) in values {
                ConstGauge::new(value).encode(metric.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

/// A number as it is; an object's numbers by the label `key`; of a list's objects the texts are labels,
/// and each number is a metric of its own.
fn add(found: &mut Found, name: &str, labels: &Labels, value: &Value) {
    let number = |value: &Value| value.as_f64();
    if let Some(value) = number(value) {
        let values = found.entry(name.to_owned()).or_default();
        values.push((labels.clone(), value));
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        if let Some(value) = number(value) {
            let key = ("key".to_owned(), key.clone());
            let labels = labels.iter().cloned().chain([key]).collect();
            found
                .entry(name.to_owned())
                .or_default()
                .push((labels, value));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        let members = || item.as_object().into_iter().flatten();
        let texts = members().filter_map(|(key, value)| Some((name_of(key), value.as_str()?)));
        let texts = texts.map(|(key, text)| (key, text.to_owned()));
        let labels: Labels = labels.iter().cloned().chain(texts).collect();
        for (key, value) in members() {
            if let Some(value) = number(value) {
                let name = format!("{name}_{}", name_of(key));
                found.entry(name).or_default().push((labels.clone(), value));
            }
        }
    }
}

/// `wfa.events` is `wfa_events`.
fn name_of(name: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    name.chars().map(fits).collect()
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;
    use prometheus_client::registry::Registry;

    use super::*;

    #[test]
    fn every_number_has_a_line_and_its_labels() {
        let snapshot = r#"{"wfa.commands.in_flight": 2, "wfa.events": {"accepted": 3, "refused": 0},
            "http.client.request.duration": [{"outcome": "accepted", "count": 7, "p99_ms": null}]}"#;
        let mut registry = Registry::with_prefix("adapter_host");
        registry.register_collector(Box::new(AdapterCounters(Box::new(move || {
            let of = |name: &str| (name.to_owned(), snapshot.to_owned());
            vec![
                of("sales"),
                of("sup\"port"),
                ("no JSON".to_owned(), String::new()),
            ]
        }))));
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            lines,
            [
                r#"adapter_host_http_client_request_duration_count{instance="sales",outcome="accepted"} 7.0"#,
                r#"adapter_host_http_client_request_duration_count{instance="sup\"port",outcome="accepted"} 7.0"#,
                r#"adapter_host_wfa_commands_in_flight{instance="sales"} 2.0"#,
                r#"adapter_host_wfa_commands_in_flight{instance="sup\"port"} 2.0"#,
                r#"adapter_host_wfa_events{instance="sales",key="accepted"} 3.0"#,
                r#"adapter_host_wfa_events{instance="sales",key="refused"} 0.0"#,
                r#"adapter_host_wfa_events{instance="sup\"port",key="accepted"} 3.0"#,
                r#"adapter_host_wfa_events{instance="sup\"port",key="refused"} 0.0"#,
            ]
        );
    }
}
