//! The host as a whole: store, engine, adapters, listener; started, changed and stopped.

mod engines;
mod schedule;
mod told;

use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use workflow_adapter_loader::Plugin;

use crate::cli::EngineKind;
use crate::config::{Config, Draft, Environment, lines};
use crate::declared::Declared;
use crate::engine::Engine;
use crate::instances::Registry;
use crate::lock::unpoisoned;
use crate::operations::{Feed, Metrics};
use crate::problem::Problem;
use crate::routing::{Active, Instances, Router};
use crate::server::{App, Limits, acceptor, listen, routes};
use crate::store::{Store, now_ms, purge};
use crate::{config, plugin_dir};

#[cfg(not(feature = "restate"))]
pub(crate) use self::engines::NOT_BUILT_IN;
pub(crate) use self::engines::needs_store;
#[cfg(feature = "restate")]
use self::engines::restate;
use self::engines::{Needs, for_one_machine_only, local};
use self::told::tell_what_is_configured;

/// Events are known again for at least so long: their sender repeats them for a week.
const KNOWN_AGAIN_MS: i64 = 8 * 24 * 3_600_000;
/// How often it is looked for texts past their time.
const PURGE: Duration = Duration::from_secs(3600);

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
    /// What ends when `stop` says so.
    serving: Mutex<Vec<JoinHandle<()>>>,
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
    let plugins = match plugin_dir::select(&plugins, &draft.versions()) {
        Ok(plugins) => plugins,
        Err(why) => return Err(Problem::Input(draft.without_plugins(&why))),
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
        router.activate(active(config, &plugins));
        router.connect(Arc::clone(&engine));
        registry.start(); // events outside of commands come from now on
        let (stop, stopped) = watch::channel(false);
        let schedules = schedule::keep(Arc::clone(&router), Arc::clone(&engine), stopped.clone());
        let schedules = tokio::spawn(schedules);
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
            serving: Mutex::new(vec![serving, schedules]),
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
                tracing::error!("reload rejected; keeping the previous configuration");
                return;
            }
        };
        if Settled::of(&config) != self.settings {
            tracing::warn!(
                "changes in [server], [store], [restate] and [plugins] take effect after a restart"
            );
        }
        let applied = self
            .registry
            .apply(&config.instances, &self.plugins, &self.router);
        for line in applied.as_ref().err().into_iter().flatten() {
            tracing::error!("{line}");
        }
        self.router.activate(active(config, &self.plugins));
        self.registry.start();
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

    fn serving(&self) -> Vec<JoinHandle<()>> {
        let mut serving = unpoisoned(self.serving.lock());
        std::mem::take(&mut *serving)
    }

    /// Answers what is in work, lets running commands end or cancels them, and closes everything, in a
    /// bounded time.
    pub(crate) async fn stop(&self) {
        self.stop.send_replace(true);
        let serving = self.serving();
        self.registry.close(); // what answers a webhook may wait for a command
        for task in serving {
            let _ = task.await;
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

/// By what a changed file is told from the one before.
pub(crate) type Edition = Option<(SystemTime, u64, u64)>;

/// The edition of a file; none if it is not there just now.
pub(crate) fn edition(file: &Path) -> Edition {
    let about = std::fs::metadata(file).ok()?;
    Some((about.modified().ok()?, about.len(), about.ino()))
}

/// What the triggers need to know.
fn active(config: Config, plugins: &[Plugin]) -> Active {
    let declared = plugins.iter().map(Declared::of).map(Arc::new);
    let declared: Vec<_> = declared.collect();
    let mut instances = Instances::default();
    for instance in &config.instances {
        let of_type = |it: &&Arc<Declared>| it.adapter_type == instance.adapter_type;
        if let Some(declared) = declared.iter().find(of_type) {
            let route = instance.route(declared);
            instances.add(&instance.name, declared, route.as_deref());
        }
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
