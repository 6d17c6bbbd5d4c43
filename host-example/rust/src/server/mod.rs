//! The listener: webhooks in, and what a person or a monitor asks of the host.

mod app;
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

pub(crate) use app::App;
pub(crate) use connections::{Limits, listen};
#[cfg(feature = "demo")]
pub(crate) use gate::{Handshake, authentic, shake_hands};
pub(crate) use tls::acceptor;

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
