//! The listener: webhooks in, and what a person or a monitor asks of the host.

mod connections;
mod feed;
mod framing;
mod gate;
mod health;
mod members;
mod places;
mod refusals;
mod seldom;
mod sources;
mod tls;
mod unverified;
mod webhook;

use std::sync::Arc;

use axum::Router as Routes;
use axum::routing::get;
use tokio::sync::Semaphore;

pub(crate) use connections::{Limits, Stop, listen};
pub(crate) use gate::{Handshake, authentic, shake_hands};
use gate::{Unauthentic, signature};
pub(crate) use tls::acceptor;

use crate::config::Server;
use crate::engine::Engine;
use crate::operations::{Feed, Metrics};
use crate::trigger::Router;
use refusals::Refusals;
use sources::Sources;
use unverified::Unverified;

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
    unverified: Unverified,
    refusals: Refusals,
    /// Authentic webhooks in work.
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
            unverified: Unverified::new(settings.max_unverified_bytes),
            refusals: Refusals::default(),
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
        .fallback(webhook::nothing_here)
        .with_state(app)
}
