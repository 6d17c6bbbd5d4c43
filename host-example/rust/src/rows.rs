//! Properties and requests against the rows of a descriptor: every mistake at once, each with its member.

use serde_json::{Map, Value};
use workflow_adapter_loader::FieldRef;

use crate::nearest::instead;

/// One mistake.
#[derive(Debug, PartialEq)]
pub(crate) struct Mistake {
    pub(crate) member: String,
    pub(crate) what: String,
    /// Whether the member is not there.
    pub(crate) is_missing: bool,
}

impl Mistake {
    /// `property team is missing (Team)`, `property team: it must be of type string`.
    pub(crate) fn line(&self, kind: &str) -> String {
        let Self { member, what, .. } = self;
        let colon = if self.is_missing { "" } else { ":" };
        format!("{kind} {member}{colon} {what}")
    }
}

/// What is said of a required member that is not there.
pub(crate) fn is_missing(row: FieldRef) -> String {
    match row.display() {
        "" => "is missing".to_owned(),
        display => format!("is missing ({display})"),
    }
}

/// What is wrong with these members. What `is_open` says of a value is not judged: it is not known yet.
pub(crate) fn mistakes(
    rows: &[FieldRef],
    members: &Map<String, Value>,
    is_open: impl Fn(&Value) -> bool,
) -> Vec<Mistake> {
    let mut all = Vec::new();
    let mistake = |member: &str, what: String, is_missing: bool| Mistake {
        member: member.to_owned(),
        what,
        is_missing,
    };
    for (name, value) in members {
        match rows.iter().find(|row| row.name() == name) {
            None => {
                // A member that is there is not what was meant.
                let absent = rows.iter().map(|row| row.name());
                let absent = absent.filter(|row| !members.contains_key(*row));
                let instead = instead(name, absent.collect::<Vec<_>>(), "there is");
                all.push(mistake(
                    name,
                    format!("there is no such member{instead}"),
                    false,
                ));
            }
            Some(row) if !is_open(value) => {
                if let Err(why) = fits(*row, value) {
                    all.push(mistake(name, why, false));
                }
            }
            Some(_) => {}
        }
    }
    for row in rows.iter().filter(|row| row.is_required()) {
        if !members.contains_key(row.name()) {
            all.push(mistake(row.name(), is_missing(*row), true));
        }
    }
    all
}

/// Whether a value is what a descriptor's row asks for.
pub(crate) fn fits(row: FieldRef, value: &Value) -> Result<(), String> {
    let right = match row.kind() {
        "string" | "password" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    if !right {
        return Err(format!("it must be of type {}", row.kind()));
    }
    let length = value
        .as_str()
        .and_then(|text| i64::try_from(text.chars().count()).ok());
    let bounds = [
        (
            length,
            row.min_length(),
            row.max_length(),
            " characters long",
        ),
        (value.as_i64(), row.min_value(), row.max_value(), ""),
    ];
    for (found, min, max, unit) in bounds {
        let Some(found) = found else { continue };
        if min.is_some_and(|min| found < min) || max.is_some_and(|max| found > max) {
            let bound = |bound: Option<i64>| bound.map_or("any".to_owned(), |it| it.to_string());
            let (min, max) = (bound(min), bound(max));
            return Err(format!("it is {found}{unit}, and must be {min} to {max}"));
        }
    }
    Ok(())
}
