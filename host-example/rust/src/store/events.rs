//! Rows of `events`: what the adapters raised, once each.

use rusqlite::{Connection, OptionalExtension as _, named_params};
use serde::{Deserialize, Serialize};

use super::{Key, RunId, now_ms};

/// What became of an event.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// It had been stored before, and nothing was done.
    pub(crate) duplicate: bool,
    /// The runs that it started.
    pub(crate) starts: Vec<RunId>,
    /// The runs that waited for it.
    pub(crate) continues: Vec<RunId>,
}

/// An event to store.
#[derive(Debug, Clone)]
pub(crate) struct EventRow {
    pub(crate) key: Key,
    /// The key that earlier versions of this program gave it: without its instance and name.
    pub(crate) former: Option<Key>,
    /// Its id, if it has one.
    pub(crate) id: Option<String>,
    /// The type of the adapter that raised it.
    pub(crate) adapter: String,
    pub(crate) name: String,
    /// The instance that it is about.
    pub(crate) instance: String,
    /// Its first subject.
    pub(crate) customer: Option<String>,
    /// The other name of that subject; the same one if it has no other.
    pub(crate) user_id: Option<String>,
    /// All subjects, if they are more than those two: a JSON array.
    pub(crate) subjects: Option<String>,
    /// The correlation id of the command that it tells about.
    pub(crate) correlation: Option<String>,
    /// How that command ended, if it says so.
    pub(crate) settles: Option<Settles>,
    /// The value by which it was routed to its instance.
    #[cfg_attr(
        not(feature = "restate"),
        allow(dead_code, reason = "the key of a customer under the engine restate")
    )]
    pub(crate) route: Option<String>,
    pub(crate) json: String,
}

/// What an event says of the end of the command with its correlation id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settles {
    pub(crate) is_accepted: bool,
    /// The id of what the command sent.
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) error: String,
}

/// What a run waits for.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    pub(crate) event: String,
    pub(crate) instance: String,
    /// None: anybody's. Empty: that of no customer.
    pub(crate) customer: Option<String>,
    /// The same customer's user id, if it is known.
    pub(crate) user_id: Option<String>,
    /// All subjects, if they are more than those two: a JSON array.
    pub(crate) subjects: Option<String>,
    pub(crate) condition: Option<String>,
}

/// Stores an event; none if it is stored already.
pub(crate) fn add_event(
    connection: &Connection,
    event: &EventRow,
) -> rusqlite::Result<Option<i64>> {
    // One of an earlier version is known by its former key; its name and instance stand beside that.
    let sql = "INSERT OR IGNORE INTO events
                 (key, at, name, instance, customer, user_id, subjects, correlation, settles, json)
               SELECT :key, :at, :name, :instance, :customer, :user_id, :subjects, :correlation, :settles,
                      :json
               WHERE NOT EXISTS (SELECT 1 FROM events
                                 WHERE key = :former AND name = :name AND instance = :instance)";
    let settles = event.settles.as_ref();
    let settles = settles.and_then(|settles| serde_json::to_string(settles).ok());
    let added = connection.prepare_cached(sql)?.execute(named_params! {
        ":key": event.key, ":at": now_ms(), ":name": event.name, ":instance": event.instance,
        ":customer": event.customer, ":user_id": event.user_id,
        ":subjects": event.subjects,
        ":correlation": event.correlation, ":settles": settles, ":json": event.json,
        ":former": event.former,
    })?;
    Ok((added == 1).then(|| connection.last_insert_rowid()))
}

/// What the first event of this instance says that settles the command with this correlation id, if one
/// has come.
pub(crate) fn settled(
    connection: &Connection,
    correlation: &str,
    instance: &str,
) -> rusqlite::Result<Option<Settles>> {
    let sql = "SELECT settles FROM events WHERE correlation = ? AND instance = ? AND settles IS NOT NULL ORDER BY id";
    let text: Option<String> = connection
        .prepare_cached(sql)?
        .query_row([correlation, instance], |row| row.get(0))
        .optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::fixtures::{message, store};

    /// X1: a store of an earlier version knows its events again, and takes no other one for them.
    #[test]
    fn x01_an_event_that_an_earlier_version_has_stored_is_known_again() {
        let (_folder, store) = store();
        let test = |c: &Connection| {
            let former = Key::of(&["whatsapp", "1"]);
            let first = EventRow {
                key: former,
                ..message("1", None, &json!({}))
            };
            assert!(add_event(c, &first)?.is_some());
            let again = |name: &str, instance: &str| {
                let row = EventRow {
                    key: Key::of(&["event", instance, name, "1"]),
                    former: Some(former),
                    name: name.to_owned(),
                    instance: instance.to_owned(),
                    ..first.clone()
                };
                add_event(c, &row)
            };
            assert!(again("customer_message", "sales")?.is_none());
            assert!(again("customer_message", "support")?.is_some());
            assert!(again("status_changed", "sales")?.is_some());
            assert!(again("status_changed", "sales")?.is_none());
            Ok(())
        };
        store.writer().ask(test).wait().unwrap();
    }
}
