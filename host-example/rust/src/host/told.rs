//! What a person wants to see at a start.

use std::net::SocketAddr;

use crate::config::Config;
use crate::trigger::{Kind, When};

/// Tells what the service must be told that sends webhooks, and what starts by itself.
pub(super) fn tell_what_is_configured(config: &Config, is_tls: bool, address: SocketAddr) {
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
