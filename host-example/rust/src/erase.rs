//! The command `erase`: everything that is stored of one customer.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};

use rusqlite::Connection;

use crate::cli::{EngineKind, Erase};
use crate::config::Draft;
use crate::console;
use crate::customer::Identity;
use crate::host;
use crate::problem::Problem;
use crate::store::{Erased, Store, StoreError, erase_customer, now_ms};

const RESTATE: &str = "the engine restate keeps runs and events on its server, which this command does not \
    reach: nothing was erased. Let the customer's runs end and their journals expire (the retention that \
    is set on the server), or clear the state of the service `Customer` for that customer with Restate's \
    own tool, `restate kv clear`";

/// Erases, after a question; what would be erased is counted before.
pub(crate) fn run(arguments: &Erase) -> Result<(), Problem> {
    let variable = |name: &str| env::var(name).ok();
    let (config, _) = host::read(Draft::read(&arguments.config), &variable)?;
    let customer = Identity::parse(&arguments.customer).ok_or_else(|| {
        Problem::Input("name the customer: a phone number, or an id as events have it".to_owned())
    })?;
    if arguments.engine == EngineKind::Restate {
        return Err(Problem::Failed(RESTATE.to_owned()));
    }
    let failed = |error: StoreError| Problem::Failed(error.to_string());
    let path = &config.store.path;
    let store = Store::open_existing(path).map_err(failed)?.ok_or_else(|| {
        Problem::Failed(format!(
            "there is no store {}: nothing was erased. With `--engine restate` the data is on its server",
            path.display()
        ))
    })?;
    let would = erase(&store, &customer, true).map_err(failed)?;
    if would.is_nothing() {
        return Err(Problem::Failed(
            "nothing is stored of this customer: write the number with its country code, or the whole id \
             as events have it"
                .to_owned(),
        ));
    }
    if arguments.dry_run {
        return told("would erase", &would, store.owner());
    }
    if !arguments.yes && !agreed(&would)? {
        return Err(Problem::Failed("nothing was erased".to_owned()));
    }
    let erased = erase(&store, &customer, false).map_err(failed)?;
    let owner = store.owner();
    store.writer().stop(); // copies the log, and what was erased is gone from it as well
    told("erased", &erased, owner)
}

fn erase(store: &Store, customer: &Identity, dry_run: bool) -> Result<Erased, StoreError> {
    let customer = customer.clone();
    let work = move |c: &Connection| {
        c.execute_batch("SAVEPOINT erasure")?;
        let erased = erase_customer(c, &customer, now_ms())?;
        let end = if dry_run {
            "ROLLBACK TO erasure; RELEASE erasure"
        } else {
            "RELEASE erasure"
        };
        c.execute_batch(end)?;
        Ok(erased)
    };
    store.writer().ask(work).wait()
}

/// Asks the person at the terminal; without one, nobody can agree.
fn agreed(would: &Erased) -> Result<bool, Problem> {
    let (stdin, counts) = (io::stdin(), counts(would));
    if !stdin.is_terminal() {
        return Err(Problem::Input(format!(
            "this would erase {counts}, for ever; nothing was erased. Repeat it with --yes"
        )));
    }
    let _ = write!(io::stderr(), "Erase {counts}, for ever? [y/N] ");
    let mut answer = String::new();
    stdin.read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn counts(erased: &Erased) -> String {
    format!(
        "{} events, {} runs, {} rows of broadcasts",
        erased.events, erased.runs, erased.broadcast_rows
    )
}

fn told(what: &str, erased: &Erased, owner: Option<u32>) -> Result<(), Problem> {
    let known: Vec<_> = erased.identities.iter().map(ToString::to_string).collect();
    console::say(format_args!(
        "{what} {} of {}",
        counts(erased),
        known.join(", ")
    ))?;
    let mut left = Vec::new();
    if erased.pending > 0 {
        let then = match owner {
            Some(pid) => format!("the host (pid {pid}) is at them: erase again in a moment"),
            None => "start the host, let it process them, and erase again".to_owned(),
        };
        left.push(format!(
            "{} webhooks that still wait hold texts of the customer: {then}",
            erased.pending
        ));
    }
    if erased.unclear > 0 {
        left.push(format!(
            "{} texts name the customer in a place that this program does not understand, beside what is of \
             others: they stay until `retention` has passed",
            erased.unclear
        ));
    }
    if left.is_empty() {
        return Ok(());
    }
    Err(Problem::Failed(left.join("\n")))
}
