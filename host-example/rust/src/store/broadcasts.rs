//! Rows of `broadcasts` and `broadcast_rows`: who was to get a message, and what came of it.

use rusqlite::{Connection, OptionalExtension as _};

use super::{Key, Settles, now_ms};

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

/// The stored state of one recipient.
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
    /// Loads the stored state of this recipient.
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

    /// Whether nothing was sent to it, so that it may be claimed: it was not sent, or the token was
    /// refused.
    pub(crate) fn may_be_sent(&self) -> bool {
        let of_token = ["0", "102", "190"].contains(&self.code.as_str());
        self.state == "not_sent" || (self.state == "rejected" && of_token)
    }

    /// Stores the intent to send to it, unless somebody has sent, or is about to: whether the caller may
    /// send.
    pub(crate) fn claim(
        &self,
        connection: &Connection,
        broadcast: i64,
        recipient: Key,
        customer: &str,
    ) -> rusqlite::Result<bool> {
        let sql = "INSERT INTO broadcast_rows (broadcast, recipient, customer, state, correlation)
                   VALUES (?, ?, ?, 'intent', ?)
                   ON CONFLICT (broadcast, recipient) DO UPDATE SET customer = excluded.customer,
                   state = 'intent', message = NULL, code = NULL, error = NULL
                   WHERE state = 'not_sent' OR (state = 'rejected' AND code IN ('0', '102', '190'))";
        let values = (broadcast, recipient, customer, &self.correlation);
        Ok(connection.prepare_cached(sql)?.execute(values)? == 1)
    }

    /// Stores how the send ended, unless that is known.
    pub(crate) fn end(
        &self,
        connection: &Connection,
        broadcast: i64,
        recipient: Key,
    ) -> rusqlite::Result<()> {
        let sql = "UPDATE broadcast_rows SET state = ?, message = ?, code = ?, error = ?
                   WHERE broadcast = ? AND recipient = ? AND state IN ('intent', 'unknown')";
        let (message, code, error) = (&self.message, &self.code, &self.error);
        let values = (&self.state, message, code, error, broadcast, recipient);
        connection.prepare_cached(sql)?.execute(values).map(drop)
    }
}

/// An event tells how a send ended whose end was unknown. `may_tell` says of which instances' sends it
/// may.
pub(crate) fn resolve_recipient(
    connection: &Connection,
    correlation: &str,
    settles: &Settles,
    may_tell: &dyn Fn(&str) -> bool,
) -> rusqlite::Result<()> {
    let sql = "SELECT instance FROM broadcasts
               WHERE id = (SELECT broadcast FROM broadcast_rows WHERE correlation = ?)";
    let mut statement = connection.prepare_cached(sql)?;
    let of: Option<String> = statement
        .query_row([correlation], |row| row.get(0))
        .optional()?;
    if !of.is_some_and(|instance| may_tell(&instance)) {
        return Ok(());
    }
    let state = if settles.is_accepted {
        "accepted"
    } else {
        "rejected"
    };
    let sql = "UPDATE broadcast_rows SET state = ?, message = ?, code = ?, error = ?
               WHERE correlation = ? AND state = 'unknown'";
    let Settles {
        id, code, error, ..
    } = settles;
    connection
        .prepare_cached(sql)?
        .execute((state, id, code, error, correlation))
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixtures::store;

    #[test]
    fn a_recipient_is_claimed_once_and_again_only_if_nothing_was_sent() {
        let (_folder, store) = store();
        let test = |connection: &Connection| {
            let broadcast = BroadcastRow {
                key: Key::of(&["b"]),
                instance: "sales".to_owned(),
                template: "t".to_owned(),
            };
            let (id, key) = (broadcast.begin(connection)?, Key::of(&["1650"]));
            let mut recipient = Recipient {
                state: "intent".to_owned(),
                correlation: "c-1".to_owned(),
                message: String::new(),
                code: String::new(),
                error: String::new(),
            };
            let claim = |recipient: &Recipient| recipient.claim(connection, id, key, "1650");
            assert!(claim(&recipient)?);
            assert!(!claim(&recipient)?, "another has it");
            for (state, again) in [("not_sent", true), ("unknown", false), ("accepted", false)] {
                state.clone_into(&mut recipient.state);
                recipient.end(connection, id, key)?;
                assert_eq!(claim(&recipient)?, again, "{state}");
            }
            "unknown".clone_into(&mut recipient.state);
            recipient.end(connection, id, key)?;
            let found = Recipient::find(connection, id, key)?.unwrap();
            assert_eq!(found.state, "accepted", "what is known stays");
            Ok(())
        };
        store.writer().ask(test).wait().unwrap();
    }
}
