//! The adapters' own counters (extension `wfa.metrics/1`), as Prometheus reads them. What a plugin
//! counts is its own affair: every number becomes a metric of its name, and what it is counted by
//! becomes a label.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use serde_json::Value;

/// Where the counters of every adapter are asked.
pub(crate) type Snapshots = Box<dyn Fn() -> Vec<Counters> + Send + Sync>;

/// What an adapter counts itself.
pub(crate) struct Counters {
    pub(crate) instance: String,
    pub(crate) adapter: String,
    /// One JSON object.
    pub(crate) json: String,
    /// What the plugin says of its counters.
    pub(crate) rows: Arc<Rows>,
}

/// Asks the adapters each time that somebody asks the host.
pub(super) struct AdapterCounters(pub(super) Snapshots);

impl fmt::Debug for AdapterCounters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdapterCounters")
    }
}

type Labels = Vec<(String, String)>;

/// What a plugin says of its counters: by name the kind and what it means.
pub(crate) type Rows = BTreeMap<String, (Kind, String)>;

/// A counter only grows, a gauge goes up and down; a plugin may say neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Counter,
    Gauge,
    Unknown,
}

/// What a descriptor's JSON says of the counters: `extensions.metrics`.
pub(crate) fn rows(descriptor: &str) -> Rows {
    let descriptor: Value = serde_json::from_str(descriptor).unwrap_or_default();
    let rows = descriptor
        .pointer("/extensions/metrics")
        .and_then(Value::as_array);
    let rows = rows.into_iter().flatten().filter_map(|row| {
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        let kind = match text("type") {
            Some("counter") => Kind::Counter,
            Some("gauge") => Kind::Gauge,
            _ => Kind::Unknown,
        };
        Some((
            text("name")?.to_owned(),
            (kind, text("description")?.to_owned()),
        ))
    });
    rows.collect()
}

/// The numbers of a metric, by its name, with its kind and what it means.
type Found = BTreeMap<String, (Kind, String, Vec<(Labels, f64)>)>;

impl Collector for AdapterCounters {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let mut found = Found::new();
        for Counters {
            instance,
            adapter,
            json,
            rows,
        } in (self.0)()
        {
            let counters: Value = serde_json::from_str(&json).unwrap_or_default();
            let labels = vec![
                ("instance".to_owned(), instance),
                ("adapter".to_owned(), adapter),
            ];
            for (name, value) in counters.as_object().into_iter().flatten() {
                Counted {
                    found: &mut found,
                    rows: &rows,
                    name,
                }
                .add(&labels, value);
            }
        }
        for (name, (kind, help, values)) in found {
            let kind_told = match kind {
                Kind::Counter => MetricType::Counter,
                Kind::Gauge => MetricType::Gauge,
                Kind::Unknown => MetricType::Unknown,
            };
            let mut metric = encoder.encode_descriptor(&name, &help, None, kind_told)?;
            for (labels, value) in values {
                let family = metric.encode_family(&labels)?;
                match kind {
                    Kind::Counter => ConstCounter::new(value).encode(family)?,
                    Kind::Gauge | Kind::Unknown => ConstGauge::new(value).encode(family)?,
                }
            }
        }
        Ok(())
    }
}

/// One of a plugin's metrics.
struct Counted<'a> {
    found: &'a mut Found,
    rows: &'a Rows,
    name: &'a str,
}

impl Counted<'_> {
    /// A number as it is; an object's numbers by the label `key`, but for those that have a row of their
    /// own; of a list's objects the texts are labels, and each number is a metric of its own.
    fn add(&mut self, labels: &Labels, value: &Value) {
        let number = |value: &Value| value.as_f64();
        if let Some(value) = number(value) {
            self.put("", labels.clone(), value);
        }
        for (key, value) in value.as_object().into_iter().flatten() {
            let Some(value) = number(value) else { continue };
            if self.rows.contains_key(&format!("{}.{key}", self.name)) {
                self.put(key, labels.clone(), value);
            } else {
                let key = ("key".to_owned(), key.clone());
                self.put("", labels.iter().cloned().chain([key]).collect(), value);
            }
        }
        for item in value.as_array().into_iter().flatten() {
            let members = || item.as_object().into_iter().flatten();
            let texts = members().filter_map(|(key, value)| Some((name_of(key), value.as_str()?)));
            let texts = texts.map(|(key, text)| (key, text.to_owned()));
            let labels: Labels = labels.iter().cloned().chain(texts).collect();
            for (key, value) in members() {
                if let Some(value) = number(value) {
                    self.put(key, labels.clone(), value);
                }
            }
        }
    }

    /// A number of the metric itself, or of a member.
    fn put(&mut self, member: &str, labels: Labels, value: f64) {
        let whole = if member.is_empty() {
            self.name.to_owned()
        } else {
            format!("{}.{member}", self.name)
        };
        let row = self.rows.get(&whole).or_else(|| self.rows.get(self.name));
        let unknown = || (Kind::Unknown, "A counter of the adapter's own".to_owned());
        let (kind, help) = row.cloned().unwrap_or_else(unknown);
        let found = self.found.entry(name_of(&whole));
        let (_, _, values) = found.or_insert_with(|| (kind, help, Vec::new()));
        values.push((labels, value));
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

    fn counters(instance: &str, json: &str, rows: &Arc<Rows>) -> Counters {
        Counters {
            instance: instance.to_owned(),
            adapter: "whatsapp".to_owned(),
            json: json.to_owned(),
            rows: Arc::clone(rows),
        }
    }

    #[test]
    fn every_number_has_a_line_and_its_labels() {
        let snapshot = r#"{"wfa.commands.in_flight": 2, "wfa.events": {"accepted": 3, "refused": 0},
            "http.client.request.duration": [{"outcome": "accepted", "count": 7, "p99_ms": null}]}"#;
        let mut registry = Registry::with_prefix("adapter_host");
        registry.register_collector(Box::new(AdapterCounters(Box::new(move || {
            let of = |name: &str, json: &str| counters(name, json, &Arc::default());
            vec![
                of("sales", snapshot),
                of("sup\"port", snapshot),
                of("no JSON", ""),
            ]
        }))));
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            lines,
            [
                r#"adapter_host_http_client_request_duration_count{instance="sales",adapter="whatsapp",outcome="accepted"} 7.0"#,
                r#"adapter_host_http_client_request_duration_count{instance="sup\"port",adapter="whatsapp",outcome="accepted"} 7.0"#,
                r#"adapter_host_wfa_commands_in_flight{instance="sales",adapter="whatsapp"} 2.0"#,
                r#"adapter_host_wfa_commands_in_flight{instance="sup\"port",adapter="whatsapp"} 2.0"#,
                r#"adapter_host_wfa_events{instance="sales",adapter="whatsapp",key="accepted"} 3.0"#,
                r#"adapter_host_wfa_events{instance="sales",adapter="whatsapp",key="refused"} 0.0"#,
                r#"adapter_host_wfa_events{instance="sup\"port",adapter="whatsapp",key="accepted"} 3.0"#,
                r#"adapter_host_wfa_events{instance="sup\"port",adapter="whatsapp",key="refused"} 0.0"#,
            ]
        );
    }

    #[test]
    fn h16_counters_have_the_kind_and_the_words_of_the_plugin() {
        let descriptor = r#"{"extensions": {"metrics": [
            {"name": "wfa.events", "type": "counter", "description": "Events"},
            {"name": "wfa.dedup", "type": "gauge", "description": "Memory"},
            {"name": "wfa.dedup.errors", "type": "counter", "description": "Errors"}]}}"#;
        let rows = Arc::new(rows(descriptor));
        let snapshot =
            r#"{"wfa.events": {"accepted": 3}, "wfa.dedup": {"entries": 7, "errors": 1}}"#;
        let mut registry = Registry::with_prefix("h");
        registry.register_collector(Box::new(AdapterCounters(Box::new(move || {
            vec![counters("sales", snapshot, &rows)]
        }))));
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        for line in [
            "# HELP h_wfa_events Events",
            "# TYPE h_wfa_events counter",
            r#"h_wfa_events_total{instance="sales",adapter="whatsapp",key="accepted"} 3.0"#,
            "# TYPE h_wfa_dedup gauge",
            r#"h_wfa_dedup{instance="sales",adapter="whatsapp",key="entries"} 7.0"#,
            "# HELP h_wfa_dedup_errors Errors",
            r#"h_wfa_dedup_errors_total{instance="sales",adapter="whatsapp"} 1.0"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
