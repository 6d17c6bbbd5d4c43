//! The command `broadcast`: one template to everybody in a list. It can be stopped or killed at any
//! moment, its list can be changed, and it can be begun again: nobody gets the message twice.

mod list;
mod recipient;
mod report;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rusqlite::Connection;
use workflow_adapter::{CommandRef, FieldRef, Plugin, Verdict};

use self::list::{List, Row};
use self::recipient::{COMMAND, Sender};
use self::report::Report;
use crate::cli::Broadcast;
use crate::config::{self, Draft};
use crate::engine::CALLBACK_DATA;
use crate::instance::Instance;
use crate::problem::Problem;
use crate::store::{BroadcastRow, Key, Recipient, Store, StoreError};
use crate::{console, host};

/// Sends to everybody who has not been sent to; the exit code says whether everybody accepted.
pub(crate) fn run(arguments: &Broadcast) -> Result<ExitCode, Problem> {
    let variable = |name: &str| env::var(name).ok();
    let (config, plugins) = host::read(Draft::read(&arguments.config), &variable)?;
    let wanted = instance(&config.instances, arguments.instance.as_deref())?;
    let plugin = plugins
        .iter()
        .find(|plugin| plugin.descriptor().id() == wanted.adapter_type);
    let plugin = plugin.ok_or_else(|| Problem::Input("there is no such plugin".to_owned()))?;
    let bytes = fs::read(&arguments.list)
        .map_err(|error| Problem::Input(format!("{}: {error}", arguments.list.display())))?;
    let list = List::read(&arguments.list, &bytes, &members(plugin)?)?;
    let store = Store::open(&config.store.path).map_err(failed)?;
    let name = arguments
        .name
        .clone()
        .unwrap_or_else(|| name_of(&arguments.list));
    let begin = BroadcastRow {
        key: Key::of(&["broadcast", &name, &arguments.template, &wanted.name]),
        instance: wanted.name.clone(),
        template: arguments.template.clone(),
    };
    let id = store
        .writer()
        .ask(move |c: &Connection| begin.begin(c))
        .wait()
        .map_err(failed)?;
    let sender = Sender {
        instance: create(plugin, wanted)?,
        store: &store,
        broadcast: id,
        template: &arguments.template,
        language: &arguments.language,
        pace: Pace::new(arguments.rate),
        tried: AtomicUsize::new(0),
    };
    let found = everybody(&sender, &list, arguments.parallel)?;
    let file = arguments
        .report
        .clone()
        .unwrap_or_else(|| beside(&arguments.list));
    let report = Report::new(&list, &found);
    report.write(&file)?;
    let (summary, sent) = (report.summary(), sender.tried.into_inner());
    let file = file.display();
    console::say(format_args!("{summary}; {sent} sent now; see {file}"))?;
    if sent == 0 {
        console::note(format_args!(
            "the broadcast {name} has reached everybody on the list before, or may have: \
             another --name is another broadcast"
        ));
    }
    Ok(if report.all_accepted() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn instance<'a>(
    instances: &'a [config::Instance],
    name: Option<&str>,
) -> Result<&'a config::Instance, Problem> {
    let known: Vec<_> = instances
        .iter()
        .map(|instance| instance.name.as_str())
        .collect();
    match (name, instances) {
        (None, [only]) => Ok(only),
        (None, _) => {
            let known = known.join(", ");
            Err(Problem::Input(format!(
                "name an instance with --instance: {known}"
            )))
        }
        (Some(name), all) => all
            .iter()
            .find(|instance| instance.name == name)
            .ok_or_else(|| {
                let known = known.join(", ");
                Problem::Input(format!("there is no instance {name}; there is {known}"))
            }),
    }
}

/// The request members that a column of the list may be.
fn members(plugin: &Plugin) -> Result<Vec<&'static str>, Problem> {
    let command: Option<CommandRef> = plugin
        .descriptor()
        .commands()
        .find(|row| row.name() == COMMAND);
    let command = command
        .ok_or_else(|| Problem::Input(format!("{} sends no template", plugin.descriptor().id())))?;
    let names = command
        .request()
        .chain(command.extension_request())
        .map(FieldRef::name);
    // A broadcast's statuses are found by a text of its own.
    let taken = ["templateName", CALLBACK_DATA];
    Ok(names.filter(|name| !taken.contains(name)).collect())
}

fn create(plugin: &Plugin, wanted: &config::Instance) -> Result<Instance, Problem> {
    let mut properties = wanted.properties.clone();
    properties.remove("dedupJournal"); // a host that serves may have it open, and no webhook comes here
    let json = serde_json::Value::Object(properties).to_string();
    Instance::create(plugin, &wanted.name, &json, |_, _| Verdict::Dropped)
        .map_err(|failure| Problem::Input(format!("{}: {}", wanted.name, failure.message)))
}

/// Sends to everybody on the list; answers what is known of each.
fn everybody(sender: &Sender<'_>, list: &List, parallel: usize) -> Result<Vec<Recipient>, Problem> {
    let bar = ProgressBar::with_draw_target(
        Some(list.rows.len() as u64),
        ProgressDrawTarget::stderr(), // nothing is drawn if it is no terminal
    );
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {per_sec} {eta} left") {
        bar.set_style(style);
    }
    let next = AtomicUsize::new(0);
    let found: Vec<Mutex<Option<Recipient>>> = list.rows.iter().map(|_| Mutex::default()).collect();
    let wrong: Mutex<Option<StoreError>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..parallel.max(1) {
            scope.spawn(|| {
                let step = || next.fetch_add(1, Ordering::Relaxed);
                let is_right = || lock(&wrong).is_none();
                while let Some((row, place)) = pair(&list.rows, &found, step()) {
                    match is_right().then(|| sender.send(row)) {
                        None => break,
                        Some(Ok(recipient)) => *lock(place) = Some(recipient),
                        Some(Err(error)) => *lock(&wrong) = Some(error),
                    }
                    bar.inc(1);
                }
            });
        }
    });
    bar.finish_and_clear();
    if let Some(error) = lock(&wrong).take() {
        return Err(Problem::Failed(format!("{error}; begin again to go on")));
    }
    Ok(found
        .iter()
        .filter_map(|place| lock(place).take())
        .collect())
}

fn pair<'a, T>(rows: &'a [Row], places: &'a [T], at: usize) -> Option<(&'a Row, &'a T)> {
    rows.get(at).zip(places.get(at))
}

/// So many messages a second, evenly.
pub(super) struct Pace {
    gap: Duration,
    next: Mutex<Instant>,
}

impl Pace {
    fn new(per_second: u32) -> Self {
        Self {
            gap: Duration::from_secs(1) / per_second.max(1),
            next: Mutex::new(Instant::now()),
        }
    }

    /// Waits for this caller's turn.
    fn wait(&self) {
        let mut next = lock(&self.next);
        let turn = (*next).max(Instant::now());
        *next = turn + self.gap;
        drop(next);
        std::thread::sleep(turn.saturating_duration_since(Instant::now()));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[allow(clippy::needless_pass_by_value, reason = "a step of `map_err`")]
fn failed(error: StoreError) -> Problem {
    Problem::Failed(error.to_string())
}

/// `customers.csv` is `customers`.
fn name_of(list: &std::path::Path) -> String {
    let stem = list.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// `customers.csv` has `customers.report.csv`.
fn beside(list: &std::path::Path) -> PathBuf {
    list.with_extension("report.csv")
}
