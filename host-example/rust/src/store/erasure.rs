//! What is not kept if a customer asks for it: everything of that customer, and of nobody else.

use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde_json::Value;

use super::erased::{Erased, Seen, candidates, end_runs};
use super::personal::{take_out, take_out_of_members};
use super::{Json, RunId, identities, residue};
use crate::customer::Identity;
use crate::json;
use crate::whatsapp::RECIPIENT;

/// Erases every text of a customer under every identity, and ends the runs that wait for one. The
/// ids by which an event is known again stay; nobody can read a customer out of them.
pub(crate) fn erase_customer(
    connection: &Connection,
    customer: &Identity,
    now: i64,
) -> rusqlite::Result<Erased> {
    let identities = identities::of_one_person(connection, customer)?;
    let mut erased = Erased::default();
    let mut seen = Seen::default();
    for identity in &identities {
        erase_identity(connection, identity, now, &mut erased, &mut seen)?;
    }
    for identity in &identities {
        residue::erase(connection, identity, now, &mut erased, &mut seen)?;
    }
    erased.pending = seen.pending.len();
    erased.events = seen.events.len();
    erased.identities = identities;
    Ok(erased)
}

fn erase_identity(
    connection: &Connection,
    customer: &Identity,
    now: i64,
    erased: &mut Erased,
    seen: &mut Seen,
) -> rusqlite::Result<()> {
    for spelling in spellings(connection, "waits", customer)? {
        let sql = "DELETE FROM waits WHERE customer = ?1 OR user_id = ?1
                   OR EXISTS (SELECT 1 FROM json_each(subjects) WHERE value = ?1)";
        connection.execute(sql, [spelling])?;
    }
    for spelling in spellings(connection, "runs", customer)? {
        erased.runs += end_runs(
            connection,
            "(customer = :which OR user_id = :which
              OR EXISTS (SELECT 1 FROM json_each(subjects) WHERE value = :which))",
            &spelling.into(),
            now,
        )?;
    }
    for spelling in spellings(connection, "events", customer)? {
        let sql = "UPDATE events SET json = NULL, settles = NULL, customer = NULL, user_id = NULL, subjects = NULL
                   WHERE customer = ?1 OR user_id = ?1
                      OR EXISTS (SELECT 1 FROM json_each(subjects) WHERE value = ?1)
                   RETURNING id";
        let mut statement = connection.prepare(sql)?;
        let ids = statement.query_map([spelling], |row| row.get(0))?;
        for id in ids {
            seen.events.insert(id?);
        }
    }
    for spelling in spellings(connection, "broadcast_rows", customer)? {
        let sql = "UPDATE broadcast_rows SET customer = NULL, error = NULL WHERE customer = ?";
        erased.broadcast_rows += connection.execute(sql, [spelling])?;
    }
    // What belongs to somebody else, or to nobody, may have parts of this customer all the same.
    events(connection, customer, seen)?;
    runs(connection, customer, now, erased, seen)?;
    steps(connection, customer, erased)
}

/// How the customer is written in a table.
fn spellings(
    connection: &Connection,
    table: &str,
    customer: &Identity,
) -> rusqlite::Result<Vec<String>> {
    let ids = match table {
        "broadcast_rows" => String::new(),
        _ => format!(
            " UNION SELECT user_id FROM {table} WHERE user_id IS NOT NULL
              UNION SELECT value FROM {table}, json_each({table}.subjects)"
        ),
    };
    let sql = format!("SELECT DISTINCT customer FROM {table} WHERE customer IS NOT NULL{ids}");
    let mut statement = connection.prepare(&sql)?;
    let mut found = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let spelling: String = row.get(0)?;
        if customer.is(&spelling) {
            found.push(spelling);
        }
    }
    Ok(found)
}

fn events(connection: &Connection, customer: &Identity, seen: &mut Seen) -> rusqlite::Result<()> {
    let select = "SELECT id, json FROM events";
    for (key, text) in candidates(connection, select, "json", customer)? {
        let Some(mut event) = json::parse(&text) else {
            continue;
        };
        let parts = take_out_of_members(&mut event, customer);
        if parts.taken == 0 {
            continue;
        }
        seen.note_event(key.first());
        let rest = (parts.left > 0).then(|| event.to_string());
        let sql = "UPDATE events SET json = ?2, settles = NULL WHERE id = ?1";
        connection.execute(sql, (key.first(), rest))?;
    }
    Ok(())
}

/// Runs of others, and those of webhooks, whose body may tell of several customers and is needed until
/// it has been processed.
fn runs(
    connection: &Connection,
    customer: &Identity,
    now: i64,
    erased: &mut Erased,
    seen: &mut Seen,
) -> rusqlite::Result<()> {
    let select =
        "SELECT id, CASE WHEN ended IS NOT NULL THEN 0 WHEN event = 0 THEN 1 ELSE 2 END, properties
                  FROM runs";
    for (key, text) in candidates(connection, select, "properties", customer)? {
        let Some(mut properties) = json::parse(&text) else {
            continue;
        };
        let parts = take_out_of_members(&mut properties, customer);
        let (Some(id), true) = (key.first(), parts.taken > 0) else {
            continue;
        };
        match (key.get(1), id) {
            (Some(Sql::Integer(1)), Sql::Integer(id)) => {
                seen.pending.insert(*id);
                continue;
            }
            // With nothing left to go on with, what it does next would be done for nobody.
            (Some(Sql::Integer(2)), id) if parts.left == 0 => {
                erased.runs += end_runs(connection, "id = :which", id, now)?;
                continue;
            }
            _ => erased.runs += 1,
        }
        let sql = "UPDATE runs SET properties = ?2, error = NULL WHERE id = ?1";
        connection.execute(sql, (key.first(), properties.to_string()))?;
    }
    Ok(())
}

/// The steps that sent something to the customer; how the number is written there is the workflow's
/// choice.
fn sent_to(connection: &Connection, customer: &Identity) -> rusqlite::Result<Vec<(RunId, i64)>> {
    let sql = "SELECT run, seq, request FROM steps WHERE instr(request, ?) > 0";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([RECIPIENT])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let Json(request) = row.get(2)?;
        let to = request.get(RECIPIENT).and_then(Value::as_str);
        if to.is_some_and(|to| customer.is(to)) {
            found.push((row.get(0)?, row.get(1)?));
        }
    }
    Ok(found)
}

/// Steps of other customers' runs: what was sent to the customer, and what the customer answered.
fn steps(
    connection: &Connection,
    customer: &Identity,
    erased: &mut Erased,
) -> rusqlite::Result<()> {
    for (run, seq) in sent_to(connection, customer)? {
        erased.steps += 1;
        let sql = "UPDATE steps SET request = NULL WHERE run = ? AND seq = ?";
        connection.execute(sql, (run, seq))?;
    }
    let select = "SELECT run, seq, output FROM steps";
    for (key, text) in candidates(connection, select, "output", customer)? {
        let mut output = json::parse(&text).unwrap_or_default();
        if take_out(&mut output, customer).taken > 0 {
            erased.steps += 1;
            let sql = "UPDATE steps SET output = ?3 WHERE run = ?1 AND seq = ?2";
            connection.execute(sql, (key.first(), key.get(1), output.to_string()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "erasure_tests.rs"]
mod tests;
