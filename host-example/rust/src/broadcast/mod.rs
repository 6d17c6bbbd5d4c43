//! The command `broadcast`: one template to everybody in a list. It can be stopped or killed at any
//! moment, its list can be changed, and it can be begun again: nobody gets the message twice.
//!
//! It is of WhatsApp by its nature: only there are templates approved, and recipients phone numbers.

mod control;
mod digits;
mod list;
mod number;
mod quotes;
mod recipient;
mod refusal;
mod report;
mod text;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rusqlite::Connection;
use workflow_adapter_loader::{CommandRef, FieldRef, Plugin, Verdict};

use self::control::{Control, Stop, listen};
use self::list::{List, Row, has_parameters};
use self::recipient::Sender;
use self::report::Report;
use crate::cli::Broadcast;
use crate::config::{self, Draft};
use crate::declared::Declared;
use crate::instance::Instance;
use crate::lock::unpoisoned;
use crate::problem::Problem;
use crate::store::{BroadcastRow, Key, Recipient, Store, StoreError};
use crate::whatsapp::{JOURNAL, PACE};
use crate::{console, host};

/// Sends a template without variables, and one with them.
const COMMAND: &str = "sendMessageTextTemplate";
const WITH_PARAMETERS: &str = "sendMessageTemplate";

/// What to do under an engine whose machines share no store.
const ELSEWHERE: &str = "A broadcast notes in it to whom it has sent, so that nobody gets the message \
    twice: run it on one machine, with a configuration whose [store] is kept there, and --engine local";

/// Sends to everybody who has not been sent to; the exit code says whether everybody accepted.
pub(crate) fn run(arguments: &Broadcast) -> Result<ExitCode, Problem> {
    let variable = |name: &str| env::var(name).ok();
    let (config, plugins) = host::read(Draft::read(&arguments.config), &variable)?;
    host::needs_store(&config, arguments.engine, ELSEWHERE)?;
    let wanted = instance(&config.instances, arguments.instance.as_deref())?;
    let plugin = plugins
        .iter()
        .find(|plugin| plugin.descriptor().id() == wanted.adapter_type);
    let plugin = plugin.ok_or_else(|| Problem::Input("there is no such plugin".to_owned()))?;
    let bytes = fs::read(&arguments.list)
        .map_err(|error| Problem::Input(format!("{}: {error}", arguments.list.display())))?;
    let command = if has_parameters(&bytes) {
        WITH_PARAMETERS
    } else {
        COMMAND
    };
    let members = members(plugin, command)?;
    let list = List::read(&arguments.list, &bytes, &members, arguments.skip_invalid)?;
    let file = arguments
        .report
        .clone()
        .unwrap_or_else(|| beside(&arguments.list));
    let needed = [&arguments.list, &arguments.config, &config.store.path];
    Report::prepare(&file, &needed.map(PathBuf::as_path))?;
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
    // Its report would tell of what the other one does.
    let _turn = store.turn(id).map_err(failed)?.ok_or_else(|| {
        Problem::Failed(format!(
            "the broadcast {name} is being sent by another process: nothing was sent by this one. Wait until \
             that one has ended; another --name is another broadcast"
        ))
    })?;
    let control = Arc::new(Control::new(rate(plugin, wanted, arguments.rate)));
    let sender = Sender {
        instance: create(plugin, wanted)?,
        name: &wanted.name,
        store: &store,
        broadcast: id,
        command,
        template: &arguments.template,
        language: &arguments.language,
        control: Arc::clone(&control),
        tried: AtomicUsize::new(0),
        not_sent: AtomicUsize::new(0),
    };
    listen(&control)?;
    let found = everybody(&sender, &list, arguments.parallel);
    let report = Report::new(&list, &found);
    let written = report.write(&file);
    let (summary, sent) = (report.summary(), sender.tried.into_inner());
    let see = match &written {
        Ok(()) => format!("; see {}", file.display()),
        Err(_) => String::new(),
    };
    console::say(format_args!("{summary}; {sent} sent now{see}"))?;
    written?;
    if let Some(why) = control.stopped()
        && report.settled() < list.rows.len()
    {
        let stopped = format!(
            "stopped at {}/{}; run again to resume",
            report.settled(),
            list.rows.len()
        );
        return Err(Problem::Failed(match why {
            Stop::Told => stopped,
            Stop::Refused(why) => format!("{stopped}: {why}"),
            Stop::Store(error) => format!("{stopped}: {error}"),
        }));
    }
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
fn members(plugin: &Plugin, name: &str) -> Result<Vec<&'static str>, Problem> {
    let descriptor = plugin.descriptor();
    let mut commands = descriptor.commands().chain(descriptor.extension_commands());
    let command: Option<CommandRef> = commands.find(|row| row.name() == name);
    let command = command.ok_or_else(|| {
        let id = descriptor.id();
        Problem::Input(format!(
            "{id} has no command {name}, which sends the template"
        ))
    })?;
    let names = command
        .request()
        .chain(command.extension_request())
        .filter(|member| member.kind() == "string") // as the fields of a list are
        .map(FieldRef::name);
    // A broadcast's statuses are found by a correlation id of its own.
    let traits = Declared::of(plugin).command(name).cloned();
    let correlation = traits.and_then(|traits| traits.correlation_member);
    let is_free = |name: &&str| *name != "templateName" && Some(*name) != correlation.as_deref();
    Ok(names.filter(is_free).collect())
}

fn create(plugin: &Plugin, wanted: &config::Instance) -> Result<Instance, Problem> {
    let mut properties = wanted.properties.clone();
    properties.remove(JOURNAL); // a host that serves may have it open, and no webhook comes here
    let json = serde_json::Value::Object(properties).to_string();
    Instance::create(plugin, &wanted.name, &json, |_, _| Verdict::Dropped)
        .map_err(|failure| Problem::Input(format!("{}: {}", wanted.name, failure.message)))
}

/// How many messages a second: no more than the instance itself lets out, so that nobody who is claimed
/// waits in there.
fn rate(plugin: &Plugin, wanted: &config::Instance, asked: u32) -> f64 {
    let descriptor = plugin.descriptor();
    let mut rows = descriptor
        .properties()
        .chain(descriptor.extension_properties());
    let default = rows.find(|row| row.name() == PACE);
    let default = default.and_then(|row| row.default_value()?.parse().ok());
    let set = wanted.properties.get(PACE);
    let own = set.and_then(serde_json::Value::as_f64).or(default);
    let asked = f64::from(asked);
    own.filter(|own| *own > 0.0)
        .map_or(asked, |own| own.min(asked))
}

/// Sends to every recipient on the list and returns the state of each recipient that was attempted. The
/// first message is sent alone, so that an error that affects all recipients refuses one message only.
fn everybody(sender: &Sender<'_>, list: &List, parallel: usize) -> Vec<Option<Recipient>> {
    let bar = ProgressBar::with_draw_target(
        Some(list.rows.len() as u64),
        ProgressDrawTarget::stderr(), // nothing is drawn if it is no terminal
    );
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {per_sec} {eta} left") {
        bar.set_style(style);
    }
    let next = AtomicUsize::new(0);
    let found: Vec<Mutex<Option<Recipient>>> = list.rows.iter().map(|_| Mutex::default()).collect();
    // Whether there may be somebody left to send to.
    let one = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some((row, place)) = pair(&list.rows, &found, at) else {
            return false;
        };
        if matches!(sender.control.stopped(), Some(Stop::Store(_))) {
            return false;
        }
        match sender.send(row) {
            Ok(recipient) => *lock(place) = recipient,
            Err(error) => sender.control.stop(Stop::Store(error)),
        }
        bar.inc(1);
        true
    };
    while sender.tried.load(Ordering::Relaxed) == 0 && one() {}
    std::thread::scope(|scope| {
        for _ in 0..parallel.max(1) {
            scope.spawn(|| while one() {});
        }
    });
    bar.finish_and_clear();
    found.iter().map(|place| lock(place).take()).collect()
}

fn pair<'a, T>(rows: &'a [Row], places: &'a [T], at: usize) -> Option<(&'a Row, &'a T)> {
    rows.get(at).zip(places.get(at))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    unpoisoned(mutex.lock())
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
