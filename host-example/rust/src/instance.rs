//! One configured instance of a plugin, as this host keeps it.

use std::sync::Arc;
use std::time::Duration;

use workflow_adapter_loader::{
    Adapter, CallOptions, CommandOutput, Failure, HostInfo, Plugin, Verdict,
};

use crate::log;

/// One configured instance.
pub(crate) struct Instance {
    adapter: Arc<Adapter>,
}

/// One command to run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Call {
    pub(crate) command: String,
    /// One JSON object.
    pub(crate) request: String,
    pub(crate) correlation_id: Option<String>,
    pub(crate) timeout: Option<Duration>,
}

impl Instance {
    /// Creates an instance whose events, all of them, go to `on_event`.
    pub(crate) fn create(
        plugin: &Plugin,
        name: &str,
        properties: &str,
        on_event: impl Fn(&str, &str) -> Verdict + Send + Sync + 'static,
    ) -> Result<Self, Failure> {
        let id = plugin.descriptor().id();
        let host = HostInfo::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .instance(name)
            .log(log::level(), move |record| log::record(id, record));
        let adapter = plugin.create(&host, properties)?;
        adapter.on_event(None, on_event)?.keep();
        Ok(Self {
            adapter: Arc::new(adapter),
        })
    }

    /// Runs a command on this thread.
    pub(crate) fn execute(&self, call: &Call) -> Result<CommandOutput, Failure> {
        execute(&self.adapter, call)
    }

    /// Its own counters as one JSON object, if it keeps any.
    pub(crate) fn counters(&self) -> Option<String> {
        self.adapter.metrics().ok().flatten()
    }

    /// Gives it other properties, for instance a new access token.
    pub(crate) fn update(&self, properties: &str) -> Result<(), Failure> {
        self.adapter.update_properties(properties)
    }

    /// Runs a command on a thread that may wait.
    #[cfg(feature = "demo")]
    pub(crate) async fn execute_apart(&self, call: Call) -> Result<CommandOutput, String> {
        let adapter = Arc::clone(&self.adapter);
        let running = tokio::task::spawn_blocking(move || execute(&adapter, &call));
        let ended = running.await.map_err(|error| error.to_string())?;
        ended.map_err(|failure| failure.to_string())
    }

    /// Destroys the instance.
    pub(crate) fn destroy(self) -> Result<(), Failure> {
        match Arc::into_inner(self.adapter) {
            Some(adapter) => adapter.destroy(),
            None => Ok(()), // a command still runs: its thread destroys it at the end
        }
    }
}

fn execute(adapter: &Adapter, call: &Call) -> Result<CommandOutput, Failure> {
    let options = CallOptions {
        timeout: call.timeout,
        correlation_id: call.correlation_id.as_deref(),
    };
    adapter.execute_with(&call.command, &call.request, &options)
}
