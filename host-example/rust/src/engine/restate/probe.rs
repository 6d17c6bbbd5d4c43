//! The service `Probe`: something small that the server stores when it is asked how it is.

use std::time::{Duration, Instant};

use restate_sdk::prelude::*;
use tokio::sync::Mutex;

use super::ingress::Ingress;

/// For how long an answer holds: however many ask, the server is asked once in this time.
const FRESH: Duration = Duration::from_secs(1);

/// Answers at once.
pub(super) struct Probe;

#[service(client_visibility = "pub(crate)")]
impl Probe {
    /// It was stored, and a worker is there.
    #[handler]
    #[allow(clippy::unused_async, reason = "as every handler")]
    async fn ping(&self, _: Context<'_>) -> Result<(), HandlerError> {
        Ok(())
    }
}

/// How the server was when it was asked last.
#[derive(Debug, Default)]
pub(super) struct Asked(Mutex<Option<(Instant, Result<(), String>)>>);

impl Asked {
    /// Asks it, unless that was done just now. Who comes meanwhile waits for the same answer.
    pub(super) async fn probe(&self, ingress: &Ingress) -> Result<(), String> {
        let mut last = self.0.lock().await;
        if let Some((at, answer)) = last.as_ref()
            && at.elapsed() < FRESH
        {
            return answer.clone();
        }
        let answer = ingress.probe().await;
        *last = Some((Instant::now(), answer.clone()));
        answer
    }
}
