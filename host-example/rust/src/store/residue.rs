//! What still names an erased customer where nobody can tell whose it is: bodies and members that
//! the adapter and this host do not understand.

use rusqlite::Connection;
use rusqlite::types::Value as Sql;

use super::erased::{Erased, Seen, candidates, end_runs};
use super::personal::{mentions, names, take_out_of_members};
use crate::customer::Identity;
use crate::json;

/// Erases every such text as a whole; one that has parts of others as well is counted.
pub(super) fn erase(
    connection: &Connection,
    customer: &Identity,
    now: i64,
    erased: &mut Erased,
    seen: &mut Seen,
) -> rusqlite::Result<()> {
    if !customer.core().contains(|c: char| c.is_ascii_digit()) {
        return Ok(()); // a word, which may stand anywhere
    }
    for (key, text) in candidates(connection, "SELECT id, json FROM events", "json", customer)? {
        match found(&text, customer) {
            Found::Nothing => {}
            Found::BesideOthers => erased.unclear += 1,
            Found::Alone => {
                let sql = "UPDATE events SET json = NULL, settles = NULL, customer = NULL, user_id = NULL,
                           subjects = NULL WHERE id = ?";
                connection.execute(sql, [key.first()])?;
                seen.note_event(key.first());
            }
        }
    }
    let select = "SELECT id, ended IS NULL AND event = 0, properties FROM runs";
    for (key, text) in candidates(connection, select, "properties", customer)? {
        let (Some(id), Some(waits)) = (key.first(), key.get(1)) else {
            continue;
        };
        match (found(&text, customer), waits, id) {
            (Found::Nothing, ..) => {}
            (_, Sql::Integer(1), Sql::Integer(id)) => {
                seen.pending.insert(*id);
            }
            (Found::BesideOthers, ..) => erased.unclear += 1,
            (Found::Alone, ..) => erased.runs += end_runs(connection, "id = :which", id, now)?,
        }
    }
    // An output that an open run may still read stays whole: it is counted.
    let select =
        "SELECT run, seq, (SELECT ended IS NULL FROM runs WHERE id = run), output FROM steps";
    for (key, text) in candidates(connection, select, "output", customer)? {
        match (found(&text, customer), key.get(2)) {
            (Found::Nothing, _) => {}
            (Found::Alone, Some(Sql::Integer(0))) => {
                let sql = "UPDATE steps SET output = NULL WHERE run = ? AND seq = ?";
                connection.execute(sql, [key.first(), key.get(1)])?;
            }
            _ => erased.unclear += 1,
        }
    }
    // Errors are for people only.
    errors(connection, customer, "runs", ["id", "id"])?;
    errors(
        connection,
        customer,
        "broadcast_rows",
        ["broadcast", "recipient"],
    )
}

fn errors(
    connection: &Connection,
    customer: &Identity,
    table: &str,
    [one, other]: [&str; 2],
) -> rusqlite::Result<()> {
    let select = format!("SELECT {one}, {other}, error FROM {table}");
    for (key, text) in candidates(connection, &select, "error", customer)? {
        if names(&text, customer) {
            let sql = format!("UPDATE {table} SET error = NULL WHERE {one} = ? AND {other} = ?");
            connection.execute(&sql, [key.first(), key.get(1)])?;
        }
    }
    Ok(())
}

enum Found {
    Nothing,
    /// Nothing in the text is of anybody else.
    Alone,
    BesideOthers,
}

fn found(text: &str, customer: &Identity) -> Found {
    let mut value = json::parse(text).unwrap_or_else(|| text.into());
    if !mentions(&value, customer) {
        return Found::Nothing;
    }
    match take_out_of_members(&mut value, customer).left {
        0 => Found::Alone,
        _ => Found::BesideOthers,
    }
}
