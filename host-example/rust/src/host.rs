//! The host as a whole: store, engine, adapters, listener; started, changed and stopped.

use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use workflow_adapter_loader::Plugin;

use crate::cli::EngineKind;
use crate::config::{Config, Draft, Environment, lines};
use crate::engine::local::{LocalEngine, Settings};
#[cfg(feature = "restate")]
use crate::engine::restate::RestateEngine;
use crate::engine::{Commands, Engine};
use crate::instances::Registry;
use crate::operations::{Feed, Metrics};
use crate::problem::Problem;
use crate::routing::{Active, Instances, Router};
use crate::server::{App, Limits, acceptor, listen, routes};
use crate::store::{Store, StoreError, now_ms, purge};
use crate::{config, plugin_dir, trigger};

/// Events are known again for at least so long: their sender repeats them for a week.
const KNOWN_AGAIN_MS: i64 = 8 * 24 * 3_600_000;
/// How often it is looked for texts past their time.
const PURGE: Duration = Duration::from_secs(3600);

#[cfg(not(feature = "restate"))]
pub(crate) const NOT_BUILT_IN: &str = "this program was built without the engine restate: build it with \
    `cargo build --release -p adapter-host --features restate`";

/// A host that runs.
pub(crate) struct Host {
    file: PathBuf,
    settings: Settled,
    plugins: Vec<Plugin>,
    /// The engine `local` has one.
    store: Option<Arc<Store>>,
    registry: Arc<Registry>,
    router: Arc<Router>,
    engine: Arc<dyn Engine>,
    metrics: Arc<Metrics>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: Mutex<Option<JoinHandle<()>>>,
}

/// What takes effect only at a start.
#[derive(PartialEq)]
struct Settled {
    plugins: PathBuf,
    store: config::Store,
    server: config::Server,
    restate: config::Restate,
}

impl Settled {
    fn of(config: &Config) -> Self {
        Self {
            plugins: config.plugins.clone(),
            store: config.store.clone(),
            server: config.server.clone(),
            restate: config.restate.clone(),
        }
    }
}

/// Reads and checks a configuration.
///
/// # Errors
/// Every mistake, one a line.
pub(crate) fn read(
    draft: Draft,
    environment: Environment<'_>,
) -> Result<(Config, Vec<Plugin>), Problem> {
    let plugins = match draft.plugins() {
        Some(directory) => match plugin_dir::load(&directory) {
            Err(Problem::Input(why)) => return Err(Problem::Input(draft.without_plugins(&why))),
            loaded => loaded?,
        },
        None => Vec::new(),
    };
    let config = check(draft, &plugins, environment)?;
    Ok((config, plugins))
}

/// Checks a configuration against plugins that are at hand; every mistake is a line of the error.
pub(crate) fn check(
    draft: Draft,
    plugins: &[Plugin],
    environment: Environment<'_>,
) -> Result<Config, Problem> {
    (draft.check(plugins, environment)).map_err(|mistakes| Problem::Input(lines(&mistakes)))
}

impl Host {
    /// Starts everything; webhooks are taken when this returns.
    pub(crate) async fn start(
        file: &Path,
        config: Config,
        plugins: Vec<Plugin>,
        engine: EngineKind,
    ) -> Result<Self, Problem> {
        let failed = |why: &dyn std::fmt::Display| Problem::Failed(why.to_string());
        let settings = Settled::of(&config);
        let server = config.server.clone();
        // First of all: whoever may not run these workflows touches nothing.
        let store = match engine {
            EngineKind::Local => {
                let store = Store::own(&config.store.path).map_err(|error| failed(&error))?;
                Some(Arc::new(store))
            }
            EngineKind::Restate => None,
        };
        let tls = server
            .tls
            .as_ref()
            .map(acceptor)
            .transpose()
            .map_err(Problem::Input)?;
        let listener = TcpListener::bind(server.listen).await.map_err(|error| {
            Problem::Failed(format!("cannot listen on {}: {error}", server.listen))
        })?;
        let address = listener.local_addr().map_err(|error| failed(&error))?;
        let feed = if server.feed_origin.is_some() {
            Feed::on()
        } else {
            Feed::default()
        };
        let router = Arc::new(Router::default());
        let registry = Arc::new(Registry::default());
        let adapters = Arc::clone(&registry);
        let metrics = Arc::new(Metrics::new(Box::new(move || adapters.counters())));
        registry
            .apply(&config.instances, &plugins, &router)
            .map_err(|wrong| Problem::Failed(wrong.join("\n")))?;
        let needs = Needs {
            commands: Arc::clone(&registry) as Arc<_>,
            feed: feed.clone(),
            metrics: Arc::clone(&metrics),
        };
        for_one_machine_only(&config, store.is_some()).map_err(Problem::Input)?;
        let engine: Arc<dyn Engine> = match &store {
            Some(store) => local(&config, Arc::clone(store), needs)?,
            #[cfg(feature = "restate")]
            None => restate(&config, needs).await?,
            #[cfg(not(feature = "restate"))]
            None => return Err(Problem::Input(NOT_BUILT_IN.to_owned())),
        };
        tell_what_is_configured(&config, server.tls.is_some(), address);
        router.activate(active(config));
        router.connect(Arc::clone(&engine));
        let (stop, stopped) = watch::channel(false);
        let app = App::new(
            Arc::clone(&router),
            Arc::clone(&engine),
            feed,
            Arc::clone(&metrics),
            server.clone(),
            stopped.clone(),
        );
        let limits = Limits {
            most: server.max_connections,
            most_of_one: server.max_connections_per_source,
            patience: server.request_timeout,
        };
        let serving = tokio::spawn(listen(
            listener,
            tls,
            routes(Arc::new(app)),
            limits,
            stopped,
        ));
        Ok(Self {
            file: file.to_owned(),
            settings,
            plugins,
            store,
            registry,
            router,
            engine,
            metrics,
            address,
            stop,
            serving: Mutex::new(Some(serving)),
        })
    }

    /// `http://127.0.0.1:8080`
    pub(crate) fn url(&self) -> String {
        let scheme = if self.settings.server.tls.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.address)
    }

    /// Reads the configuration again. One that has a mistake changes nothing.
    pub(crate) fn reload(&self, environment: Environment<'_>) {
        let read = check(Draft::read(&self.file), &self.plugins, environment);
        let config = read.and_then(|config| {
            for_one_machine_only(&config, self.store.is_some()).map_err(Problem::Input)?;
            Ok(config)
        });
        let config = match config {
            Ok(config) => config,
            Err(problem) => {
                self.metrics.reloaded(false);
                for line in problem.to_string().lines() {
                    tracing::error!("{line}");
                }
                tracing::error!("the configuration stays as it was");
                return;
            }
        };
        if Settled::of(&config) != self.settings {
            tracing::warn!(
                "what has changed in [server], [store], [restate] or [plugins] waits for a restart"
            );
        }
        let applied = self
            .registry
            .apply(&config.instances, &self.plugins, &self.router);
        for line in applied.as_ref().err().into_iter().flatten() {
            tracing::error!("{line}");
        }
        self.router.activate(active(config));
        self.metrics.reloaded(applied.is_ok());
        tracing::info!(file = %self.file.display(), "the configuration was read again");
    }

    /// Erases texts past their time, now and from time to time. Without a store the engine does that.
    pub(crate) async fn keep_clean(&self) {
        let Some(store) = &self.store else {
            return std::future::pending().await;
        };
        let keep = self.settings.store.retention_ms;
        loop {
            let now = now_ms();
            let (texts, rows) = (now - keep, now - keep.max(KNOWN_AGAIN_MS));
            let purged = store
                .writer()
                .ask(move |c| purge(c, texts, rows))
                .ready()
                .await;
            match purged {
                Ok(purged) if purged.texts + purged.rows > 0 => {
                    tracing::info!(texts = purged.texts, rows = purged.rows, "past their time");
                    continue; // there may be more
                }
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "texts past their time are still there"),
            }
            tokio::time::sleep(PURGE).await;
        }
    }

    /// Answers what is in work, lets running steps end, and closes everything.
    pub(crate) async fn stop(&self) {
        self.stop.send_replace(true);
        let serving = self
            .serving
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(serving) = serving {
            let _ = serving.await;
        }
        let (engine, registry) = (Arc::clone(&self.engine), Arc::clone(&self.registry));
        let store = self.store.clone();
        let closing = tokio::task::spawn_blocking(move || {
            engine.stop();
            registry.clear();
            if let Some(store) = store {
                store.writer().stop();
            }
        });
        let _ = closing.await;
    }
}

/// What a person wants to see at a start: the instances, and what Meta's app must be told.
fn tell_what_is_configured(config: &Config, is_tls: bool, address: SocketAddr) {
    for instance in &config.instances {
        let (name, adapter_type) = (&instance.name, &instance.adapter_type);
        tracing::info!(instance = name, adapter_type, "an instance is ready");
    }
    let scheme = if is_tls { "https" } else { "http" };
    for trigger in config.triggers.iter().filter(|trigger| trigger.enabled) {
        if let trigger::Kind::Webhook(_) = trigger.kind {
            let (path, name) = (&config.server.path, &trigger.name);
            let callback = format!("{scheme}://{address}{path}/advancedwebhook/{name}");
            tracing::info!(
                trigger = name,
                callback,
                workflow = trigger.workflow,
                "a webhook is ready; its verify token is the name of the trigger"
            );
        }
    }
}

/// By what a changed file is told from the one before.
pub(crate) type Edition = Option<(SystemTime, u64, u64)>;

/// The edition of a file; none if it is not there just now.
pub(crate) fn edition(file: &Path) -> Edition {
    let about = std::fs::metadata(file).ok()?;
    Some((about.modified().ok()?, about.len(), about.ino()))
}

/// What an engine works with.
struct Needs {
    commands: Arc<dyn Commands>,
    feed: Feed,
    metrics: Arc<Metrics>,
}

fn local(config: &Config, store: Arc<Store>, needs: Needs) -> Result<Arc<dyn Engine>, Problem> {
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
async fn restate(config: &Config, needs: Needs) -> Result<Arc<dyn Engine>, Problem> {
    let within = Duration::from_millis(config.store.resolve_within_ms.unsigned_abs());
    let (commands, metrics) = (needs.commands, needs.metrics);
    let engine = RestateEngine::start(&config.restate, within, commands, metrics).await;
    Ok(Arc::new(engine.map_err(Problem::Failed)?))
}

/// What only the engine `local` keeps is refused by the other one, not ignored.
fn for_one_machine_only(config: &Config, is_local: bool) -> Result<(), String> {
    let mut triggers = config.triggers.iter();
    match triggers.find(|trigger| trigger.one_run_per_customer) {
        Some(trigger) if !is_local => Err(format!(
            "trigger {}: one_run_per_customer needs the engine local",
            trigger.name
        )),
        _ => Ok(()),
    }
}

/// What the triggers need to know.
fn active(config: Config) -> Active {
    let mut instances = Instances::default();
    for instance in &config.instances {
        let number = instance
            .properties
            .get("phoneNumberId")
            .and_then(serde_json::Value::as_str);
        instances.add(&instance.name, &instance.adapter_type, number);
    }
    let workflows = config.workflows.into_iter();
    Active {
        triggers: config.triggers,
        workflows: workflows
            .map(|workflow| (workflow.name, workflow.json.into()))
            .collect(),
        instances,
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
