//! The configuration: one TOML file, read and checked as a whole. Every mistake is named by file,
//! line, column and member, and none of them stops the search for the others.

mod adapters;
mod file;
mod files;
mod flow;
mod instance;
mod names;
mod place;
mod rehearsal;
mod schedule;
mod server;
mod steps;
mod trigger;
mod value;
mod webhook;
mod workflow;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use toml::Spanned;
use workflow_adapter_loader::{CommandRef, Plugin};

pub(crate) use instance::Instance;
pub(crate) use place::{Mistake, lines};
pub(crate) use server::{Restate, Server, Tls};
pub(crate) use value::Environment;

use instance::instance_of;
use place::Source;
use value::resolve;
use workflow::Workflow;

use crate::nearest::instead;
use crate::trigger::Trigger;

/// A configuration that is right.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) plugins: PathBuf,
    pub(crate) store: Store,
    pub(crate) server: Server,
    pub(crate) restate: Restate,
    /// Whether the file has a section `[restate]`.
    pub(crate) names_restate: bool,
    pub(crate) instances: Vec<Instance>,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) workflows: Vec<Definition>,
}

/// What must last, and for how long.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Store {
    pub(crate) path: PathBuf,
    pub(crate) retention_ms: i64,
    pub(crate) resolve_within_ms: i64,
    pub(crate) threads: usize,
    pub(crate) max_backlog: usize,
}

/// A workflow's name and its definition's JSON.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) json: String,
}

/// A file that has been read and is not yet checked against the plugins.
#[derive(Debug)]
pub(crate) struct Draft {
    source: Source,
    file: Option<file::File>,
}

impl Draft {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Self {
        match fs::read_to_string(path) {
            Ok(text) => Self::of(path, text),
            Err(error) => {
                let mut source = Source::new(path, String::new());
                source.wrong(&(0..0), "", format!("it cannot be read: {error}"));
                Self { source, file: None }
            }
        }
    }

    /// The file with this text.
    pub(crate) fn of(path: &Path, text: String) -> Self {
        let mut source = Source::new(path, text);
        let parsed = toml::from_str(source.text());
        let file = parsed.map_err(|error| source.unreadable(&error)).ok();
        Self { source, file }
    }

    /// The plugin directory, if the file could be read so far.
    pub(crate) fn plugins(&self) -> Option<PathBuf> {
        let file = self.file.as_ref()?;
        Some(self.source.folder().join(file.plugins.directory.get_ref()))
    }

    /// Which version of an adapter type is meant, by its id.
    pub(crate) fn versions(&self) -> BTreeMap<String, String> {
        let file = self.file.as_ref();
        file.map(|file| file.plugins.version.clone())
            .unwrap_or_default()
    }

    /// What is said if that directory cannot be used.
    pub(crate) fn without_plugins(mut self, why: &str) -> String {
        let place = self.file.as_ref().map(|file| file.plugins.directory.span());
        self.source
            .wrong(&place.unwrap_or_default(), "directory", why);
        lines(&self.source.mistakes())
    }

    /// The name of the first webhook, which is its verify token.
    #[cfg(feature = "demo")]
    pub(crate) fn webhook(&self) -> Option<&str> {
        let mut triggers = self.file.as_ref()?.trigger.iter();
        let is_webhook = |it: &&Spanned<file::Trigger>| {
            let kind = it.get_ref().kind.as_ref();
            kind.is_some_and(|kind| kind.get_ref() == trigger::WEBHOOK)
        };
        let webhook = triggers.find(is_webhook)?;
        Some(webhook.get_ref().name.get_ref())
    }

    /// Checks everything: the file for itself, and against what the plugins offer.
    ///
    /// # Errors
    /// Every mistake.
    pub(crate) fn check(
        mut self,
        plugins: &[Plugin],
        environment: Environment<'_>,
    ) -> Result<Config, Vec<Mistake>> {
        let Some(file) = self.file.take() else {
            return Err(self.source.mistakes());
        };
        let source = &mut self.source;
        let globals = globals(source, &file.global, environment);
        let instances: Vec<Instance> = file
            .instance
            .iter()
            .map(|instance| instance_of(source, instance.get_ref(), environment))
            .collect();
        let processes = |command: &str| {
            let mut rows = plugins.iter().filter_map(|it| adapters::row(it, command));
            rows.any(CommandRef::is_webhook)
        };
        let workflows: Vec<Workflow> = file
            .workflow
            .iter()
            .map(|workflow| workflow::read(source, workflow, &globals, &processes))
            .collect();
        let mut triggers: Vec<trigger::Placed> = file
            .trigger
            .iter()
            .filter_map(|trigger| trigger::read(source, trigger.get_ref(), environment))
            .collect();
        unique(
            source,
            "instance",
            file.instance.iter().map(|it| &it.get_ref().name),
        );
        unique(
            source,
            "workflow",
            file.workflow.iter().map(|it| &it.get_ref().name),
        );
        unique(
            source,
            "trigger",
            file.trigger.iter().map(|it| &it.get_ref().name),
        );
        let known: BTreeSet<&str> = file
            .workflow
            .iter()
            .map(|it| it.get_ref().name.get_ref().as_str())
            .collect();
        for placed in &triggers {
            let wanted = placed.trigger.workflow.as_str();
            if !known.contains(wanted) {
                let instead = instead(wanted, known.iter().copied(), "there is");
                let what = format!("there is no workflow {wanted}{instead}");
                source.wrong(&placed.workflow, "workflow", what);
            }
        }
        let directory = &file.plugins.directory;
        let path = source.folder().join(directory.get_ref());
        if plugins.is_empty() && !instances.is_empty() {
            let what = format!("there is no plugin in {}", path.display());
            source.wrong(&directory.span(), "directory", what);
        }
        webhook::declare(source, plugins, &instances, &mut triggers, &workflows);
        adapters::check(source, plugins, &instances, &triggers);
        let against = steps::Against {
            plugins,
            instances: &instances,
            triggers: &triggers,
        };
        steps::check(source, &against, &workflows);
        names::check(source, plugins, &instances, &globals, &triggers, &workflows);
        for workflow in &workflows {
            flow::check(source, workflow);
        }
        rehearsal::check(source, plugins, &instances, &workflows);
        let server = server::read(source, &file.server);
        let names_restate = file.restate.is_some();
        let restate = file.restate.unwrap_or_default();
        let restate = server::restate(source, &restate, environment);
        let store = store(source, &file.store);
        if source.count() > 0 {
            return Err(self.source.mistakes());
        }
        let workflows = workflows.into_iter().filter_map(|workflow| {
            let json = serde_json::to_string(&workflow.definition).ok()?;
            Some(Definition {
                name: workflow.definition.name,
                json,
            })
        });
        Ok(Config {
            plugins: path,
            store,
            server,
            restate,
            names_restate,
            instances,
            triggers: triggers.into_iter().map(|placed| placed.trigger).collect(),
            workflows: workflows.collect(),
        })
    }
}

fn globals(
    source: &mut Source,
    members: &file::Members,
    environment: Environment<'_>,
) -> Map<String, Value> {
    let mut globals = Map::new();
    for (name, value) in members {
        match resolve(value.get_ref(), source.folder(), environment) {
            // Globals are stored with every run: no secret may become one.
            Ok(resolved) if resolved.from_outside => {
                let what = "a global property is stored with the runs, so it is no secret: \
                            write its value here";
                source.wrong(&value.span(), name.get_ref(), what);
            }
            Ok(resolved) => {
                globals.insert(name.get_ref().clone(), resolved.value);
            }
            Err(why) => source.wrong(&value.span(), name.get_ref(), why),
        }
    }
    globals
}

fn unique<'a>(source: &mut Source, what: &str, names: impl Iterator<Item = &'a Spanned<String>>) {
    let mut known = BTreeSet::new();
    for name in names {
        if !known.insert(name.get_ref()) {
            let text = name.get_ref();
            let message = format!("another {what} has the name {text}");
            source.wrong(&name.span(), "name", message);
        }
    }
}

/// Eight days.
const MIN_RETENTION_MS: i64 = 8 * 24 * 3_600_000;

fn store(source: &mut Source, store: &file::Store) -> Store {
    let threads = *store.threads.get_ref();
    if !(1..=256).contains(&threads) {
        source.wrong(&store.threads.span(), "threads", "it must be from 1 to 256");
    }
    let retention_ms = server::millis(source, "retention", &store.retention);
    if (1..MIN_RETENTION_MS).contains(&retention_ms) {
        let what = "it must be at least 8d: senders repeat a webhook for up to seven days, and an event of \
                    which nothing is kept any more would be taken for a new one";
        source.wrong(&store.retention.span(), "retention", what);
    }
    Store {
        path: files::store(source, &store.path),
        retention_ms,
        resolve_within_ms: server::millis(source, "resolve_within", &store.resolve_within),
        threads,
        max_backlog: store.max_backlog,
    }
}

#[cfg(test)]
mod tests;
