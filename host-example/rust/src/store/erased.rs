//! What an erasure has found and erased so far, and the searches and ends that its parts share.

use std::collections::BTreeSet;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, named_params};

use crate::customer::Identity;

/// How much of a customer went.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Erased {
    pub(crate) events: usize,
    pub(crate) runs: usize,
    pub(crate) broadcast_rows: usize,
    /// Webhooks that still wait to be processed and hold texts of the customer.
    pub(crate) pending: usize,
    /// Texts that name the customer in a place where nobody can tell whose they are, beside parts
    /// of others.
    pub(crate) unclear: usize,
    /// Under which the customer is known: the one that was named, and those that stand together
    /// with it.
    pub(crate) identities: Vec<Identity>,
    /// What other customers' runs had sent to the customer, or got from this one.
    pub(super) steps: usize,
}

impl Erased {
    /// Whether nothing was there of the customer.
    pub(crate) fn is_nothing(&self) -> bool {
        let identities = self.identities.clone();
        *self
            == Self {
                identities,
                ..Self::default()
            }
    }
}

/// What was found already; a row may name a customer under several identities.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) events: BTreeSet<i64>,
    pub(super) pending: BTreeSet<i64>,
}

impl Seen {
    pub(super) fn note_event(&mut self, id: Option<&Sql>) {
        if let Some(Sql::Integer(id)) = id {
            self.events.insert(*id);
        }
    }
}

/// The rows that may name the customer: by id and text. An escape may hide the name.
pub(super) fn candidates(
    connection: &Connection,
    select: &str,
    column: &str,
    customer: &Identity,
) -> rusqlite::Result<Vec<(Vec<Sql>, String)>> {
    let sql = format!("{select} WHERE instr({column}, ?1) > 0 OR instr({column}, '\\u') > 0");
    let mut statement = connection.prepare(&sql)?;
    let keys = statement.column_count() - 1;
    let mut rows = statement.query([customer.core()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let key: rusqlite::Result<Vec<Sql>> = (0..keys).map(|at| row.get(at)).collect();
        found.push((key?, row.get(keys)?));
    }
    Ok(found)
}

/// Ends the runs of which `condition` holds, and erases them.
pub(super) fn end_runs(
    connection: &Connection,
    condition: &str,
    which: &Sql,
    now: i64,
) -> rusqlite::Result<usize> {
    let runs = format!("SELECT id FROM runs WHERE {condition}");
    let parameters = named_params! { ":which": which };
    let waits = format!("DELETE FROM waits WHERE run IN ({runs})");
    connection.execute(&waits, parameters)?;
    let steps = format!("UPDATE steps SET request = NULL, output = NULL WHERE run IN ({runs})");
    connection.execute(&steps, parameters)?;
    let end = format!(
        "UPDATE runs SET wake = NULL, properties = NULL, output = NULL, customer = NULL, user_id = NULL, subjects = NULL,
                error = CASE WHEN ended IS NULL THEN 'the customer was erased' END,
                state = CASE WHEN ended IS NULL THEN 'failed' ELSE state END,
                ended = coalesce(ended, :now)
         WHERE {condition}"
    );
    connection.execute(&end, named_params! { ":which": which, ":now": now })
}
