//! Counters, in the form that Prometheus reads.

use std::fmt;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use workflow_adapter_loader::{result_name, wfa_result};

use super::adapter_counters::{AdapterCounters, Snapshots};
use crate::store::{EventRow, RunState};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Webhook {
    trigger: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Event {
    name: String,
    duplicate: String,
    adapter: String,
    instance: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Run {
    workflow: String,
    state: &'static str,
    adapter: String,
    instance: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Command {
    command: String,
    result: &'static str,
    adapter: String,
    instance: String,
}

/// An adapter's type and the name of the instance.
pub(crate) type Of<'a> = (&'a str, &'a str);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

/// The host's counters.
pub(crate) struct Metrics {
    registry: Registry,
    webhooks: Family<Webhook, Counter>,
    webhook_seconds: Histogram,
    events: Family<Event, Counter>,
    runs: Family<Run, Counter>,
    commands: Family<Command, Counter>,
    open: Family<State, Gauge>,
    reloads: Family<State, Counter>,
}

impl Metrics {
    /// `adapters` is asked for the counters that the adapters keep themselves.
    pub(crate) fn new(adapters: Snapshots) -> Self {
        let seconds = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
        let mut metrics = Self {
            registry: Registry::with_prefix("adapter_host"),
            webhooks: Family::default(),
            webhook_seconds: Histogram::new(seconds),
            events: Family::default(),
            runs: Family::default(),
            commands: Family::default(),
            open: Family::default(),
            reloads: Family::default(),
        };
        let registry = &mut metrics.registry;
        registry.register(
            "webhooks",
            "Webhooks by trigger and answer",
            metrics.webhooks.clone(),
        );
        registry.register(
            "webhook_seconds",
            "From a webhook's head to its answer",
            metrics.webhook_seconds.clone(),
        );
        registry.register(
            "events",
            "Events that adapters raised",
            metrics.events.clone(),
        );
        registry.register("runs", "Runs that came to this state", metrics.runs.clone());
        registry.register("commands", "Commands by result", metrics.commands.clone());
        registry.register(
            "open_runs",
            "Runs that have not ended",
            metrics.open.clone(),
        );
        registry.register(
            "reloads",
            "Times the configuration was read",
            metrics.reloads.clone(),
        );
        registry.register(
            "conditions_without_value",
            "Times that a condition had no value and was therefore false",
            crate::expression::UNDECIDED.clone(),
        );
        registry.register_collector(Box::new(AdapterCounters(adapters)));
        metrics
    }

    pub(crate) fn webhook(&self, trigger: &str, status: u16, took: Duration) {
        let label = Webhook {
            trigger: trigger.to_owned(),
            status,
        };
        self.webhooks.get_or_create(&label).inc();
        self.webhook_seconds.observe(took.as_secs_f64());
    }

    pub(crate) fn event(&self, event: &EventRow, duplicate: bool) {
        let label = Event {
            name: event.name.clone(),
            duplicate: duplicate.to_string(),
            adapter: event.adapter.clone(),
            instance: event.instance.clone(),
        };
        self.events.get_or_create(&label).inc();
    }

    pub(crate) fn run(&self, (adapter, instance): Of<'_>, workflow: &str, state: RunState) {
        let label = Run {
            workflow: workflow.to_owned(),
            state: state.name(),
            adapter: adapter.to_owned(),
            instance: instance.to_owned(),
        };
        self.runs.get_or_create(&label).inc();
    }

    pub(crate) fn command(&self, (adapter, instance): Of<'_>, command: &str, result: wfa_result) {
        let label = Command {
            command: command.to_owned(),
            result: result_name(result),
            adapter: adapter.to_owned(),
            instance: instance.to_owned(),
        };
        self.commands.get_or_create(&label).inc();
    }

    pub(crate) fn open(&self, state: &'static str, count: i64) {
        self.open.get_or_create(&State { state }).set(count);
    }

    pub(crate) fn reloaded(&self, worked: bool) {
        let state = if worked { "accepted" } else { "refused" };
        self.reloads.get_or_create(&State { state }).inc();
    }

    /// All of them as text.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::fixtures::message;

    #[test]
    fn counters_come_out_as_prometheus_reads_them() {
        let metrics = Metrics::new(Box::new(Vec::new));
        metrics.webhook("whatsapp", 200, Duration::from_millis(3));
        let of = ("whatsapp", "sales");
        metrics.event(&message("m|1", None, &json!({})), false);
        metrics.run(of, "greet", RunState::Done);
        metrics.command(of, "sendMessageText", 6);
        metrics.open("unknown", 2);
        metrics.reloaded(false);
        let text = metrics.text().unwrap();
        for line in [
            "adapter_host_webhooks_total{trigger=\"whatsapp\",status=\"200\"} 1",
            "adapter_host_webhook_seconds_bucket{le=\"0.005\"} 1",
            "adapter_host_events_total{name=\"customer_message\",duplicate=\"false\",\
             adapter=\"whatsapp\",instance=\"sales\"} 1",
            "adapter_host_runs_total{workflow=\"greet\",state=\"done\",\
             adapter=\"whatsapp\",instance=\"sales\"} 1",
            "adapter_host_commands_total{command=\"sendMessageText\",\
             result=\"WFA_ERR_OUTCOME_UNKNOWN\",adapter=\"whatsapp\",instance=\"sales\"} 1",
            "adapter_host_open_runs{state=\"unknown\"} 2",
            "adapter_host_reloads_total{state=\"refused\"} 1",
            "# EOF",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
