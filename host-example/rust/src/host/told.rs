//! What a person wants to see at a start.

use std::net::SocketAddr;

use crate::config::Config;
use crate::trigger::{Kind, When};

/// Tells of the instances, and what the service must be told that sends webhooks.
pub(super) fn tell_what_is_configured(config: &Config, is_tls: bool, address: SocketAddr) {
    for instance in &config.instances {
        let (name, adapter_type) = (&instance.name, &instance.adapter_type);
        tracing::info!(instance = name, adapter_type, "an instance is ready");
    }
    let scheme = if is_tls { "https" } else { "http" };
    for trigger in config.triggers.iter().filter(|trigger| trigger.enabled) {
        let (name, workflow) = (&trigger.name, &trigger.workflow);
        match &trigger.kind {
            Kind::Webhook(_) => {
                let path = &config.server.path;
                let callback = format!("{scheme}://{address}{path}/advancedwebhook/{name}");
                tracing::info!(
                    trigger = name,
                    callback,
                    workflow,
                    "a webhook is ready; its verify token is the name of the trigger"
                );
            }
            Kind::Schedule(schedule) => match schedule.when {
                When::Start => {
                    tracing::info!(trigger = name, workflow, "a workflow starts with the host");
                }
                When::Every(ms) => {
                    tracing::info!(
                        trigger = name,
                        workflow,
                        every_ms = ms,
                        "a schedule is ready"
                    );
                }
            },
            Kind::Event { .. } => {}
        }
    }
}
