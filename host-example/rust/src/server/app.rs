//! What the routes share.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::connections::Stop;
use super::refusals::Refusals;
use super::sources::Sources;
use super::unverified::Unverified;
use crate::config::Server;
use crate::engine::Engine;
use crate::operations::{Feed, Metrics};
use crate::routing::Router;

/// What the routes need.
pub(crate) struct App {
    pub(crate) router: Arc<Router>,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) feed: Feed,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) settings: Server,
    /// What would go on for ever ends with it.
    pub(super) stop: Stop,
    pub(super) sources: Sources,
    pub(super) unverified: Unverified,
    pub(super) refusals: Refusals,
    /// Authentic webhooks in work.
    pub(super) work: Semaphore,
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
