//! The listener: webhooks in, and what a person or a monitor asks of the host.

mod connections;
mod feed;
mod gate;
mod health;
mod sources;
mod tls;
mod webhook;

use std::sync::Arc;

use axum::Router as Routes;
use axum::routing::get;
use tokio::sync::Semaphore;

pub(crate) use connections::{Stop, listen};
pub(crate) use gate::{Handshake, SIGNATURE, authentic, shake_hands};
pub(crate) use tls::acceptor;

use crate::config::Server;
use crate::engine::Engine;
use crate::operations::{Feed, Metrics};
use crate::trigger::Router;
use sources::Sources;

/// What the routes need.
pub(crate) struct App {
    pub(crate) router: Arc<Router>,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) feed: Feed,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) settings: Server,
    /// What would go on for ever ends with it.
    stop: Stop,
    sources: Sources,
    /// Webhooks in work.
    work: Semaphore,
}

impl App {
    pub(crate) fn new(
        router: Arc<Router>,
        engine: Arc<dyn Engine>,
        feed: Feed,
        metrics: Arc<Metrics>,
        settings: Server,
        stop: Stop,
    ) -> Self {
        Self {
            router,
            engine,
            feed,
            metrics,
            stop,
            sources: Sources::new(settings.requests_per_second),
            work: Semaphore::new(settings.max_concurrent),
            settings,
        }
    }
}

/// Every route.
pub(crate) fn routes(app: Arc<App>) -> Routes {
    let webhooks = format!("{}/advancedwebhook/{{name}}", app.settings.path);
    Routes::new()
        .route(&webhooks, get(webhook::handshake).post(webhook::receive))
        .route("/livez", get(health::livez))
        .route("/healthz", get(health::healthz))
        .route("/metrics", get(health::metrics))
        .route("/__host/events", get(feed::events))
        .route("/__host/runs", get(feed::runs))
        .with_state(app)
}
