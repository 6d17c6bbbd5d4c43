//! Rows of `broadcasts` and `broadcast_rows`: who was to get a message, and what came of it.

use rusqlite::{Connection, OptionalExtension as _};

use super::{Key, now_ms};

/// A broadcast to begin or to go on with.
#[derive(Debug)]
pub(crate) struct BroadcastRow {
    /// Name, template and instance: the same three are the same broadcast, whatever its list says now.
    pub(crate) key: Key,
    pub(crate) instance: String,
    pub(crate) template: String,
}

impl BroadcastRow {
    /// Stores it, or finds it; answers its id.
    pub(crate) fn begin(&self, connection: &Connection) -> rusqlite::Result<i64> {
        let insert = "INSERT OR IGNORE INTO broadcasts (key, at, instance, template)
                      VALUES (?, ?, ?, ?)";
        connection.execute(insert, (self.key, now_ms(), &self.instance, &self.template))?;
        let select = "SELECT id FROM broadcasts WHERE key = ?";
        connection.query_row(select, [self.key], |row| row.get(0))
    }
}

/// What is known of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipient {
    /// `intent`, `accepted`, `rejected`, `not_sent` or `unknown`.
    pub(crate) state: String,
    pub(crate) correlation: String,
    pub(crate) message: String,
    pub(crate) code: String,
    pub(crate) error: String,
}

impl Recipient {
    /// What is known of this recipient.
    pub(crate) fn find(
        connection: &Connection,
        broadcast: i64,
        recipient: Key,
    ) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT state, correlation, coalesce(message, ''), coalesce(code, ''),
                          coalesce(error, '')
                   FROM broadcast_rows WHERE broadcast = ? AND recipient = ?";
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Self {
                state: row.get(0)?,
                correlation: row.get(1)?,
                message: row.get(2)?,
                code: row.get(3)?,
                error: row.get(4)?,
            })
        };
        connection
            .prepare_cached(sql)?
            .query_row((broadcast, recipient), read)
            .optional()
    }

    /// Stores it in place of what was known.
    pub(crate) fn put(
        &self,
        connection: &Connection,
        broadcast: i64,
        recipient: Key,
        customer: &str,
    ) -> rusqlite::Result<()> {
        let sql = "INSERT INTO broadcast_rows
                   (broadcast, recipient, customer, state, correlation, message, code, error)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                   ON CONFLICT (broadcast, recipient) DO UPDATE SET customer = excluded.customer,
                   state = excluded.state, message = excluded.message, code = excluded.code,
                   error = excluded.error";
        connection
            .prepare_cached(sql)?
            .execute((
                broadcast,
                recipient,
                customer,
                &self.state,
                &self.correlation,
                &self.message,
                &self.code,
                &self.error,
            ))
            .map(drop)
    }
}

/// A status tells how a send ended whose end was unknown.
pub(crate) fn resolve_recipient(
    connection: &Connection,
    correlation: &str,
    accepted: bool,
    response: &serde_json::Value,
) -> rusqlite::Result<()> {
    let text = |name: &str| response.get(name).and_then(serde_json::Value::as_str);
    let state = if accepted { "accepted" } else { "rejected" };
    let sql = "UPDATE broadcast_rows SET state = ?, message = ?, code = ?, error = ?
               WHERE correlation = ? AND state = 'unknown'";
    connection
        .prepare_cached(sql)?
        .execute((
            state,
            text("messageId"),
            text("code"),
            text("error"),
            correlation,
        ))
        .map(drop)
}
