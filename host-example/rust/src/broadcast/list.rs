//! The list of a broadcast: a CSV file with a column `phoneNumber`.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::text::{Text, same_name};
use super::{number, quotes};
use crate::problem::Problem;
use crate::store::Key;

const NUMBER: &str = "phoneNumber";
/// A column `parameter.1` or `parameter.name` fills a variable of the template's text.
const PARAMETER: &str = "parameter.";
/// The most mistakes that are named at once.
const MISTAKES: usize = 20;

/// Everybody on the list.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) rows: Vec<Row>,
    /// Lines that are left out because the caller wants it so.
    pub(super) invalid: Vec<Invalid>,
}

/// One recipient.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    /// The line in the file, counted from 1.
    pub(super) line: u64,
    pub(super) number: String,
    /// By which the recipient is known again, however the number is written and wherever it stands.
    pub(super) recipient: Key,
    /// By which earlier versions knew other spellings of the same number.
    pub(super) former: Vec<Key>,
    /// The request's members from the other columns; empty fields are left out.
    pub(super) members: Map<String, Value>,
}

/// A line that is no recipient.
#[derive(Debug, PartialEq)]
pub(super) struct Invalid {
    pub(super) line: u64,
    pub(super) number: String,
    pub(super) why: String,
}

/// What a column is.
#[derive(Debug, PartialEq)]
enum Column {
    Number,
    Member(String),
    Parameter(String),
    /// One without a name, which a spreadsheet may write at the end; nothing is in it.
    Empty,
}

/// Whether a list's first line has columns for the template's variables.
pub(super) fn has_parameters(bytes: &[u8]) -> bool {
    let text = Text::of(bytes, NUMBER).map(|text| text.text);
    let text = text.unwrap_or_default();
    let head = text.split(['\r', '\n']).next().unwrap_or_default();
    head.to_ascii_lowercase().contains(PARAMETER)
}

impl List {
    /// Reads all of it, so that a mistake in the last line is found before the first message. With
    /// `skip_invalid` a mistake in a line leaves out that line only.
    ///
    /// # Errors
    /// Every mistake, by file, line and column; one that many lines have is named once.
    pub(super) fn read(
        file: &Path,
        bytes: &[u8],
        members: &[&str],
        skip_invalid: bool,
    ) -> Result<Self, Problem> {
        let mut wrong = Mistakes::default();
        let mut list = Self::default();
        match Text::of(bytes, NUMBER) {
            Ok(text) => {
                for (line, what) in quotes::mistakes(&text) {
                    wrong.say(line, what.to_owned());
                }
                if let Some(columns) = columns(&text, members, &mut wrong) {
                    list.lines(&text, &columns, &mut wrong);
                }
            }
            Err(why) => wrong.say(1, why),
        }
        if list.rows.is_empty() && list.invalid.is_empty() && wrong.is_empty() {
            wrong.say(1, "there is nobody on the list".to_owned());
        }
        if !skip_invalid {
            for invalid in std::mem::take(&mut list.invalid) {
                wrong.say(invalid.line, invalid.why);
            }
        } else if list.rows.is_empty() && wrong.is_empty() {
            wrong.say(1, "every line of the list is invalid".to_owned());
        }
        if wrong.is_empty() {
            return Ok(list);
        }
        Err(Problem::Input(wrong.tell(file)))
    }

    fn lines(&mut self, text: &Text, columns: &[Column], wrong: &mut Mistakes) {
        let mut known = HashMap::new();
        for record in reader(text).records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    wrong.say(line + text.lines_before, "it cannot be read".to_owned());
                    continue;
                }
            };
            let line = record.position().map_or(0, csv::Position::line) + text.lines_before;
            if record.iter().all(str::is_empty) {
                continue; // a spreadsheet's empty line at the end
            }
            match row(line, &record, columns, &mut known) {
                Ok(row) => self.rows.push(row),
                Err((number, why)) => self.invalid.push(Invalid { line, number, why }),
            }
        }
    }
}

fn columns(text: &Text, members: &[&str], wrong: &mut Mistakes) -> Option<Vec<Column>> {
    let line = 1 + text.lines_before;
    let mut reader = reader(text);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            wrong.say(line, error.to_string());
            return None;
        }
    };
    let known = members.join(", ");
    let mut columns = Vec::new();
    for name in &header {
        let member = members.iter().find(|member| same_name(name, member));
        let lower = name.to_ascii_lowercase();
        let column = if name.is_empty() {
            Column::Empty
        } else if same_name(name, NUMBER) {
            Column::Number
        } else if lower.starts_with(PARAMETER) {
            Column::Parameter(name.get(PARAMETER.len()..).unwrap_or_default().to_owned())
        } else if let Some(member) = member {
            Column::Member((*member).to_owned())
        } else {
            let what = format!("{name} is no column of a list; it may have {known}, {PARAMETER}1");
            wrong.say(line, what);
            continue;
        };
        if column != Column::Empty && columns.contains(&column) {
            wrong.say(line, format!("there are two columns {name}"));
        }
        columns.push(column);
    }
    if !columns.contains(&Column::Number) {
        wrong.say(line, format!("there is no column {NUMBER}"));
    }
    wrong.is_empty().then_some(columns)
}

fn reader(text: &Text) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .delimiter(text.delimiter)
        .from_reader(text.text.as_bytes())
}

/// A line's recipient, or its number and what is wrong with it.
fn row(
    line: u64,
    record: &csv::StringRecord,
    columns: &[Column],
    known: &mut HashMap<Key, u64>,
) -> Result<Row, (String, String)> {
    let field = |wanted: &Column| {
        let at = columns.iter().position(|column| column == wanted)?;
        record.get(at)
    };
    let written = field(&Column::Number).unwrap_or_default();
    let wrong = |why: String| (written.to_owned(), why);
    let is_named = |column: &Column| *column != Column::Empty;
    let needed = columns.iter().rposition(is_named).map_or(0, |at| at + 1);
    let too_many = record
        .iter()
        .skip(columns.len())
        .any(|field| !field.is_empty());
    if record.len() < needed || too_many {
        let (found, expected) = (record.len(), columns.len());
        return Err(wrong(format!(
            "it has {found} fields, and the first line has {expected}"
        )));
    }
    if written.is_empty() {
        return Err(wrong(format!("{NUMBER} is empty")));
    }
    let is_group = field(&Column::Member("recipientType".to_owned()))
        .is_some_and(|kind| kind.eq_ignore_ascii_case("group"));
    let recipient = if is_group {
        number::Recipient::of_id(written)
    } else {
        number::Recipient::read(written).map_err(|why| wrong(format!("{NUMBER} {why}")))?
    };
    let (mut members, mut parameters) = (Map::new(), Vec::new());
    for (column, text) in columns.iter().zip(record) {
        match column {
            Column::Number => {}
            Column::Empty | Column::Member(_) if text.is_empty() => {}
            Column::Empty => {
                let why = "it has a field in a column without a name";
                return Err(wrong(why.to_owned()));
            }
            Column::Member(name) => {
                members.insert(name.clone(), text.into());
            }
            Column::Parameter(name) if text.is_empty() => {
                return Err(wrong(format!("{PARAMETER}{name} is empty")));
            }
            Column::Parameter(name) => parameters.push((name, text)),
        }
    }
    if !parameters.is_empty() {
        members.insert("parameters".to_owned(), filled(&parameters));
    }
    if let Some(before) = known.get(&recipient.key) {
        return Err(wrong(format!("{NUMBER} is the same as in line {before}")));
    }
    known.insert(recipient.key, line);
    Ok(Row {
        line,
        number: recipient.sent_to,
        recipient: recipient.key,
        former: recipient.former,
        members,
    })
}

/// Texts in the order of their numbers, or by name.
fn filled(parameters: &[(&String, &str)]) -> Value {
    let number =
        |(name, text): &(&String, &str)| Some((name.parse::<u32>().ok()?, (*text).to_owned()));
    let numbered: Option<BTreeMap<u32, String>> = parameters.iter().map(number).collect();
    match numbered {
        Some(in_order) => in_order.into_values().collect(),
        None => parameters
            .iter()
            .map(|(name, text)| json!({"name": name, "text": text}))
            .collect(),
    }
}

/// What is wrong, and in which lines.
#[derive(Default)]
struct Mistakes(Vec<(String, Vec<u64>)>);

impl Mistakes {
    fn say(&mut self, line: u64, what: String) {
        match self.0.iter_mut().find(|(known, _)| *known == what) {
            Some((_, lines)) => lines.push(line),
            None => self.0.push((what, vec![line])),
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn tell(&self, file: &Path) -> String {
        let mut said = vec!["nothing was sent:".to_owned()];
        for (what, lines) in self.0.iter().take(MISTAKES) {
            let (first, more) = (lines.first().copied().unwrap_or(1), lines.len() - 1);
            let more = match more {
                0 => String::new(),
                more => format!(" (and {more} more lines)"),
            };
            said.push(format!("{}:{first}: {what}{more}", file.display()));
        }
        let more = self.0.len().saturating_sub(MISTAKES);
        if more > 0 {
            said.push(format!("and {more} more"));
        }
        if self
            .0
            .iter()
            .flat_map(|(_, lines)| lines)
            .any(|line| *line > 1)
        {
            said.push("--skip-invalid sends to the others".to_owned());
        }
        said.join("\n")
    }
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
