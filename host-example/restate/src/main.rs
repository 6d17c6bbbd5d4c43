//! A worker: runs an adapter plugin under Restate. Any number of them may stand behind a balancer.

mod calls;
mod outcome;
mod services;
mod step;
mod webhook;

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use restate_sdk::prelude::*;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use workflow_adapter::{HostInfo, Plugin};

/// A worker: runs an adapter plugin under Restate.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The plugin's file
    #[arg(long, env = "WFA_PLUGIN")]
    plugin: PathBuf,
    /// Where the server calls this worker
    #[arg(long, default_value = "127.0.0.1:9080")]
    listen: SocketAddr,
    /// Where webhooks come in, at /webhook
    #[arg(long, default_value = "127.0.0.1:9081")]
    webhook: SocketAddr,
    /// The server's ingress
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    ingress: String,
    /// The verify token of Meta's handshake
    #[arg(
        long,
        env = "WFA_VERIFY_TOKEN",
        default_value = "emulator-verify-token"
    )]
    verify_token: String,
    /// The public key of the server, `publickeyv1_…`: other callers are refused
    #[arg(long)]
    identity_key: Option<String>,
    /// How often a command that was proved not sent is run, at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    attempts: u32,
    /// Seconds that an unknown outcome waits for its status event
    #[arg(long, default_value_t = 24 * 3600)]
    give_up_after: u64,
    /// Answer every command without the plugin: to measure what the rest costs
    #[arg(long)]
    without_plugin: bool,
}

/// A worker that died is asked again soon, and for as long as it takes.
fn options() -> ServiceOptions {
    ServiceOptions::new()
        .idempotency_retention(services::REMEMBERED)
        .retry_policy_initial_interval(Duration::from_millis(100))
        .retry_policy_max_interval(Duration::from_secs(2))
        .retry_policy_max_attempts(u64::MAX)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let plugin = Plugin::load(&arguments.plugin)?;
    // From the environment only: they hold secrets, and a command line is seen by everybody.
    let properties = std::env::var("WFA_PROPERTIES")
        .map_err(|_| "set WFA_PROPERTIES to the instance's properties, one JSON object")?;
    let host = HostInfo::new("restate-host", env!("CARGO_PKG_VERSION"));
    let adapter = Arc::new(plugin.create(&host, &properties)?);
    let ingress = webhook::Ingress::new(&arguments.ingress, Handle::current())?;
    let _events = adapter.on_event(None, move |name, json| ingress.take(name, json))?;

    let listener = webhook::Listener {
        adapter: Arc::clone(&adapter),
        verify_token: arguments.verify_token.into(),
    };
    let webhooks = TcpListener::bind(arguments.webhook).await?;
    tokio::spawn(async move { axum::serve(webhooks, webhook::routes(listener)).await });

    let worker = step::Worker {
        adapter: (!arguments.without_plugin).then_some(adapter),
        calls: Arc::default(),
        attempts: arguments.attempts,
        give_up_after: Duration::from_secs(arguments.give_up_after),
    };
    let mut endpoint = Endpoint::builder()
        .bind(
            services::Adapter(worker.clone())
                .into_service_definition()
                .options(options()),
        )
        .bind(
            services::Customer(worker)
                .into_service_definition()
                .options(options()),
        )
        .bind(
            services::Message
                .into_service_definition()
                .options(options()),
        );
    if let Some(key) = &arguments.identity_key {
        endpoint = endpoint.identity_key(key)?;
    }
    HttpServer::new(endpoint.build())
        .listen_and_serve(arguments.listen)
        .await;
    Ok(())
}
