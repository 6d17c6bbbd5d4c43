//! The list of a broadcast: a CSV file with a column `phoneNumber`.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Map, Value};

use crate::problem::Problem;
use crate::store::Key;

const NUMBER: &str = "phoneNumber";
/// The most mistakes that are named at once.
const MISTAKES: usize = 20;

/// Everybody on the list.
#[derive(Debug)]
pub(super) struct List {
    pub(super) rows: Vec<Row>,
}

/// One recipient.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    /// The line in the file, counted from 1.
    pub(super) line: u64,
    pub(super) number: String,
    /// By which the recipient is known again, however the number is written and wherever it stands.
    pub(super) recipient: Key,
    /// The request's members from the other columns; empty fields are left out.
    pub(super) members: Map<String, Value>,
}

impl List {
    /// Reads all of it, so that a mistake in the last line is found before the first message.
    ///
    /// # Errors
    /// Every mistake, by file, line and column.
    pub(super) fn read(file: &Path, bytes: &[u8], members: &[&str]) -> Result<Self, Problem> {
        let mut wrong = Vec::new();
        let mut say =
            |line: u64, what: String| wrong.push(format!("{}:{line}: {what}", file.display()));
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => return Err(Problem::Input(format!("{}:1: {error}", file.display()))),
        };
        if !header.iter().any(|name| name == NUMBER) {
            say(1, format!("there is no column {NUMBER}"));
        }
        for name in header.iter().filter(|name| !members.contains(name)) {
            let known = members.join(", ");
            say(
                1,
                format!("{name} is no column of a list; it may have {known}"),
            );
        }
        let (mut rows, mut known) = (Vec::new(), HashMap::new());
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    say(line, reason(error.kind()));
                    continue;
                }
            };
            let line = record.position().map_or(0, csv::Position::line);
            let mut fields: HashMap<&str, &str> = header.iter().zip(&record).collect();
            let number = fields.remove(NUMBER).unwrap_or_default().to_owned();
            if number.is_empty() {
                say(line, format!("{NUMBER} is empty"));
            } else if let Some(before) = known.insert(digits(&number), line) {
                say(line, format!("{NUMBER} is the same as in line {before}"));
            }
            let fields = fields.into_iter().filter(|(_, text)| !text.is_empty());
            rows.push(Row {
                line,
                recipient: Key::of(&["recipient", &digits(&number)]),
                number,
                members: fields
                    .map(|(name, text)| (name.to_owned(), text.into()))
                    .collect(),
            });
        }
        if rows.is_empty() && wrong.is_empty() {
            wrong.push(format!("{}:1: there is nobody on the list", file.display()));
        }
        if wrong.is_empty() {
            return Ok(Self { rows });
        }
        let more = wrong.len().saturating_sub(MISTAKES);
        wrong.truncate(MISTAKES);
        if more > 0 {
            wrong.push(format!("and {more} more"));
        }
        Err(Problem::Input(format!(
            "nothing was sent:\n{}",
            wrong.join("\n")
        )))
    }
}

/// The same number in two spellings is one recipient.
fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn reason(kind: &csv::ErrorKind) -> String {
    match kind {
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8".to_owned(),
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("it has {len} fields, and the first line has {expected_len}"),
        _ => "it cannot be read".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Row>, String> {
        let members = ["phoneNumber", "languageCode"];
        let list = List::read(Path::new("x.csv"), text.as_bytes(), &members);
        list.map(|list| list.rows)
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn each_line_is_a_recipient_with_the_members_of_its_columns() {
        let rows = read("phoneNumber,languageCode\n+1650, de \n\"+1651\",\n").unwrap();
        let lines: Vec<_> = rows
            .iter()
            .map(|row| (row.line, row.number.as_str()))
            .collect();
        assert_eq!(lines, [(2, "+1650"), (3, "+1651")]);
        assert_eq!(rows[0].members["languageCode"], "de");
        assert!(rows[1].members.is_empty());
    }

    #[test]
    fn every_mistake_is_named_before_anything_is_sent() {
        for (text, words) in [
            ("", "x.csv:1: there is no column phoneNumber"),
            ("phoneNumber\n", "nobody"),
            (
                "phoneNumber,colour\n1,red\n",
                "x.csv:1: colour is no column of a list; it may have phoneNumber, languageCode",
            ),
            (
                "phoneNumber,languageCode\n1,de\n,de\n",
                "x.csv:3: phoneNumber is empty",
            ),
            (
                "phoneNumber\n+1 650\n2\n1650\n",
                "x.csv:4: phoneNumber is the same as in line 2",
            ),
            (
                "phoneNumber,languageCode\n1\n",
                "x.csv:2: it has 1 fields, and the first line has 2",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(words), "{words}: {error}");
            assert!(error.starts_with("nothing was sent"), "{error}");
        }
        let many = "phoneNumber\n".to_owned() + &"1\n".repeat(30);
        assert!(read(&many).unwrap_err().ends_with("and 9 more"));
    }
}
