//! What a monitor asks: is it alive, and what are its counters.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::task::spawn_blocking;

use super::app::App;

/// 200 if this process answers: what a balancer asks. One that is stopped does not, though its port still
/// takes connections.
pub(super) async fn livez() -> &'static str {
    "ok\n"
}

/// 200 if a run could be stored.
pub(super) async fn healthz(State(app): State<Arc<App>>) -> Response {
    let engine = Arc::clone(&app.engine);
    match spawn_blocking(move || engine.healthy()).await {
        Ok(Ok(())) => "ok\n".into_response(),
        Ok(Err(error)) => {
            tracing::error!(%error, "not healthy");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// The counters, as Prometheus reads them.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let engine = Arc::clone(&app.engine);
    if let Ok(Ok(open)) = spawn_blocking(move || engine.open_runs()).await {
        for (state, count) in open {
            app.metrics.open(state, count);
        }
    }
    match app.metrics.text() {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
