//! The engines that a host may have, and what only one of them can do.

use std::sync::Arc;
#[cfg(feature = "restate")]
use std::time::Duration;

use crate::cli::EngineKind;
use crate::config::Config;
use crate::engine::local::{LocalEngine, Settings};
#[cfg(feature = "restate")]
use crate::engine::restate::RestateEngine;
use crate::engine::{Commands, Engine};
use crate::operations::{Feed, Metrics};
use crate::problem::Problem;
use crate::store::{Store, StoreError};

#[cfg(not(feature = "restate"))]
pub(crate) const NOT_BUILT_IN: &str = "this program was built without the engine restate: build it with \
    `cargo build --release -p adapter-host --features restate`";

/// What an engine works with.
pub(super) struct Needs {
    pub(super) commands: Arc<dyn Commands>,
    pub(super) feed: Feed,
    pub(super) metrics: Arc<Metrics>,
}

pub(super) fn local(
    config: &Config,
    store: Arc<Store>,
    needs: Needs,
) -> Result<Arc<dyn Engine>, Problem> {
    let failed = |error: StoreError| Problem::Failed(error.to_string());
    let settings = Settings {
        threads: config.store.threads,
        max_backlog: config.store.max_backlog,
        resolve_within_ms: config.store.resolve_within_ms,
    };
    let Needs {
        commands,
        feed,
        metrics,
    } = needs;
    let engine = LocalEngine::start(store, commands, settings, feed, metrics);
    Ok(Arc::new(engine.map_err(failed)?))
}

#[cfg(feature = "restate")]
pub(super) async fn restate(config: &Config, needs: Needs) -> Result<Arc<dyn Engine>, Problem> {
    let within = Duration::from_millis(config.store.resolve_within_ms.unsigned_abs());
    let (commands, metrics) = (needs.commands, needs.metrics);
    let engine = RestateEngine::start(&config.restate, within, commands, metrics).await;
    Ok(Arc::new(engine.map_err(Problem::Failed)?))
}

/// What only the engine `local` keeps is refused by the other one, not ignored.
pub(super) fn for_one_machine_only(config: &Config, is_local: bool) -> Result<(), String> {
    let mut triggers = config.triggers.iter();
    match triggers.find(|trigger| trigger.one_run_per_customer) {
        Some(trigger) if !is_local => Err(format!(
            "trigger {}: one_run_per_customer needs the engine local",
            trigger.name
        )),
        _ => Ok(()),
    }
}

/// What needs a store cannot be done under the engine restate, which has none: it would find an empty
/// one, and each machine its own. `engine` is what was said; nothing was said, and the configuration
/// names a Restate server and has no store yet, is no better.
pub(crate) fn needs_store(
    config: &Config,
    engine: Option<EngineKind>,
    instead: &str,
) -> Result<(), Problem> {
    let store = &config.store.path;
    let why = match engine {
        Some(EngineKind::Restate) => "the engine restate has no store".to_owned(),
        None if config.names_restate && !store.exists() => format!(
            "the configuration names a Restate server, and there is no store {}: if the engine local \
             runs here, say --engine local",
            store.display()
        ),
        Some(EngineKind::Local) | None => return Ok(()),
    };
    Err(Problem::Input(format!("{why}. {instead}")))
}
