//! The schema, version by version.

use rusqlite::{Connection, TransactionBehavior};

use super::log::OTHERS;

/// Marks a file as this program's: "wfah".
const APPLICATION: i64 = 0x7766_6168;

/// What brings each version to the next; the first makes version 1 of an empty file. Never changed
/// once released, only added to.
const STEPS: [&str; 5] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
];

/// Sets the connection up and brings the schema up to date; answers the file's random name.
pub(super) fn prepare(connection: &mut Connection) -> Result<String, String> {
    let text = |error: rusqlite::Error| error.to_string();
    connection.busy_timeout(OTHERS).map_err(text)?;
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .map_err(text)?;
    // A commit is on the disk before it is answered: no event is lost when the power fails.
    connection
        .pragma_update(None, "synchronous", "FULL")
        .map_err(text)?;
    connection
        .pragma_update(None, "foreign_keys", true)
        .map_err(text)?;
    // What is erased is overwritten.
    connection
        .pragma_update(None, "secure_delete", true)
        .map_err(text)?;
    migrate(connection)?;
    let name = "SELECT value FROM meta WHERE name = 'id'";
    connection
        .query_row(name, [], |row| row.get(0))
        .map_err(text)
}

fn migrate(connection: &mut Connection) -> Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(text)?;
    let number = |name: &str| transaction.pragma_query_value(None, name, |row| row.get(0));
    let application: i64 = number("application_id").map_err(text)?;
    let version: i64 = number("user_version").map_err(text)?;
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    if version > 0 && application != APPLICATION {
        return Err("it is another program's database".to_owned());
    }
    let newest = STEPS.len();
    let Some(missing) = STEPS.get(version..) else {
        return Err(format!(
            "its schema has version {version}, this program knows {newest}: use a later program"
        ));
    };
    for step in missing {
        transaction.execute_batch(step).map_err(text)?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION)
        .map_err(text)?;
    transaction
        .pragma_update(
            None,
            "user_version",
            i64::try_from(newest).unwrap_or(i64::MAX),
        )
        .map_err(text)?;
    transaction.commit().map_err(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_gets_the_newest_schema_and_keeps_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("host.db");
        let name = prepare(&mut Connection::open(&path).unwrap()).unwrap();
        assert_eq!(name.len(), 16);
        let again = prepare(&mut Connection::open(&path).unwrap()).unwrap();
        assert_eq!(again, name);
        let other = folder.path().join("other.db");
        assert_ne!(
            prepare(&mut Connection::open(other).unwrap()).unwrap(),
            name
        );
    }

    #[test]
    fn a_later_schema_and_a_foreign_file_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("host.db");
        let mut connection = Connection::open(&path).unwrap();
        prepare(&mut connection).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        assert!(prepare(&mut connection).unwrap_err().contains("version 99"));
        connection.pragma_update(None, "application_id", 1).unwrap();
        assert!(
            prepare(&mut connection)
                .unwrap_err()
                .contains("another program")
        );
        let text = folder.path().join("text.db");
        std::fs::write(
            &text,
            "not a database, and longer than a header of one would be".repeat(9),
        )
        .unwrap();
        let error = prepare(&mut Connection::open(text).unwrap()).unwrap_err();
        assert!(error.contains("not a database"), "{error}");
    }
}
