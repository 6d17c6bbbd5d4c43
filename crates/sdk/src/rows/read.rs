//! One object, read by its rows: every member is compared with its row, and what no row names is refused.
//! Its members may be lists and objects again.

use super::findings::{Findings, Path, Say, quoted};
use super::forms::Words;
use super::parse::members_of;
use super::row::{Cases, Field, Item, Member, Members, Object, Others, Value};
use super::scalars::{flag, has_kind, integer, must_be, number, of_text, over, text_of};
use super::sound::is_sound;
use super::{names, rules};
use crate::error::Error;
use crate::json::{Elements, Raw};

/// # Errors
/// `NoMemory`; whatever is wrong with the object is a finding.
pub(super) fn object<'a>(
    members: Vec<Member<'a>>,
    object: &Object,
    path: &Path<'_>,
    findings: &mut Findings<'_>,
) -> Result<Members<'a>, Error> {
    let mut read = Members {
        members,
        rows: [&[]; 4],
    };
    refuse_repeated(&read, path, findings);
    read_rows(&mut read, 0, object.members, path, findings)?;
    read_rows(&mut read, 1, object.more, path, findings)?;
    let mut layers = [Some(object), None, None];
    let mut is_decided = true;
    for depth in 1..layers.len() {
        let Some(Some(above)) = layers.get(depth - 1).copied() else {
            break;
        };
        let case = case_of(&above.cases, &read);
        is_decided &= case.is_some() || matches!(above.cases, Cases::None);
        if let (Some(case), Some(layer)) = (case, layers.get_mut(depth)) {
            read_rows(&mut read, depth + 1, case.members, path, findings)?;
            *layer = Some(case);
        }
    }
    let layers = || layers.into_iter().flatten();
    let last = layers().last().unwrap_or(object);
    others(&mut read, object, last.others, is_decided, path, findings)?;
    let mut say = Say { findings, path };
    let rules = layers().flat_map(|layer| layer.rules);
    rules::apply(&read, rules, &mut say);
    Ok(read)
}

/// A name that is given twice leaves open which of the two is meant.
fn refuse_repeated(read: &Members<'_>, path: &Path<'_>, findings: &mut Findings<'_>) {
    const FEW: usize = 16;
    let names = || read.members.iter().map(|member| member.name.as_ref());
    let is_repeated = |(at, name): (usize, &str)| names().skip(at + 1).any(|other| other == name);
    if read.members.len() <= FEW && !names().enumerate().any(is_repeated) {
        return;
    }
    let mut sorted: Vec<&str> = names().collect();
    sorted.sort_unstable();
    for same in sorted.chunk_by(|one, other| one == other) {
        if let [name, _, ..] = same {
            let what = findings.what;
            findings.refuse(|| format!("{what} {} is given twice", quoted(path, name)));
        }
    }
}

fn read_rows(
    read: &mut Members<'_>,
    slot: usize,
    rows: &'static [Field],
    path: &Path<'_>,
    findings: &mut Findings<'_>,
) -> Result<(), Error> {
    if let Some(slot) = read.rows.get_mut(slot) {
        *slot = rows;
    }
    for field in rows {
        let mut members = read.members.iter_mut();
        let member = members.find(|member| member.name == field.name);
        let path = Path::Member(path, field.name);
        let mut is_absent = true;
        if let Some(member) = member {
            let given = std::mem::replace(&mut member.value, Value::Wrong);
            let text = match given {
                Value::Unread(text) => text,
                _ => None,
            };
            member.value = value(member.raw, text, field, &path, findings)?;
            is_absent = matches!(member.value, Value::Absent);
        }
        if is_absent && field.required {
            let what = format!("is missing; it is required ({})", field.kind);
            let mut say = Say {
                findings: &mut *findings,
                path: &path,
            };
            say.refuse("", &what);
        }
    }
    Ok(())
}

/// Reads one value. `text` are the characters of a string with escapes, if they are known already.
///
/// # Errors
/// `NoMemory`; whatever is wrong with the value is a finding.
fn value<'a>(
    raw: Raw<'a>,
    text: Option<String>,
    field: &Field,
    path: &Path<'_>,
    findings: &mut Findings<'_>,
) -> Result<Value<'a>, Error> {
    let mut say = Say { findings, path };
    if raw.0 == "null" {
        if field.refuses_null {
            say.refuse("", "is null: leave it out, or give it a value");
            return Ok(Value::Wrong);
        }
        return Ok(Value::Absent);
    }
    if let Some(other) = field.or.filter(|other| has_kind(raw, other.kind)) {
        return value(raw, text, other, path, findings);
    }
    let before = say.findings.count();
    let read = match field.kind {
        "string" => match text_of(raw, text, &mut say)? {
            Some(text) => of_text(text, field, &mut say),
            None => Value::Wrong,
        },
        "integer" => integer(raw, text, field, &mut say),
        "number" => number(raw, text, field, &mut say),
        "boolean" => flag(raw, text, &mut say),
        "array" => return list(raw, field, path, findings),
        _ => return object_value(raw, field, path, findings),
    };
    let is_right = findings.count() == before;
    Ok(if is_right { read } else { Value::Wrong })
}

fn list<'a>(
    raw: Raw<'a>,
    field: &Field,
    path: &Path<'_>,
    findings: &mut Findings<'_>,
) -> Result<Value<'a>, Error> {
    let mut say = Say { findings, path };
    let Some(elements) = Elements::of(raw.0) else {
        must_be("an array", raw, &mut say);
        return Ok(Value::Wrong);
    };
    let count = elements.clone().count();
    if count < field.least {
        let what = match (count, field.least) {
            (0, 1) => "must not be empty".to_owned(),
            (_, least) => format!("has {count} elements; the minimum is {least}"),
        };
        say.refuse("", &what);
    } else if count > field.most {
        let what = format!("has {count} elements; the maximum is {}", field.most);
        over(&what, field, &mut say);
    }
    if field.passed_on && !is_sound(raw, &mut say)? {
        return Ok(Value::Wrong);
    }
    let Some(item) = field.items else {
        return Ok(Value::Json);
    };
    let mut items = Vec::with_capacity(count.min(64));
    for (index, element) in elements.enumerate() {
        let raw = Raw(element);
        let path = Path::Item(path, index);
        let value = match value(raw, None, item, &path, findings)? {
            // An element cannot be absent.
            Value::Absent => {
                let mut say = Say {
                    findings: &mut *findings,
                    path: &path,
                };
                if raw.0 == "null" {
                    must_be(kind_name(item), raw, &mut say);
                } else {
                    say.refuse("", "must not be empty");
                }
                Value::Wrong
            }
            value => value,
        };
        items.push(Item { raw, value });
    }
    Ok(Value::List(items))
}

fn kind_name(field: &Field) -> &'static str {
    match field.kind {
        "string" => "a string",
        "object" => "an object",
        "array" => "an array",
        _ => "a value",
    }
}

fn object_value<'a>(
    raw: Raw<'a>,
    field: &Field,
    path: &Path<'_>,
    findings: &mut Findings<'_>,
) -> Result<Value<'a>, Error> {
    let mut say = Say { findings, path };
    if !raw.0.starts_with('{') {
        must_be("an object", raw, &mut say);
        return Ok(Value::Wrong);
    }
    if field.passed_on && !is_sound(raw, &mut say)? {
        return Ok(Value::Wrong);
    }
    match field.object {
        Some(object) => {
            let members = members_of(raw.0)?;
            self::object(members, object, path, findings).map(Value::Object)
        }
        None => Ok(Value::Json),
    }
}

/// The case that the object comes in; none if there are no cases, or if it cannot be told.
fn case_of(cases: &Cases, read: &Members<'_>) -> Option<&'static Object> {
    let (cases, otherwise) = match *cases {
        Cases::None => return None,
        Cases::ByWord {
            member,
            cases,
            otherwise,
        } => {
            let word = match read.value(member) {
                Some(Value::Text(word)) => word.as_ref(),
                None if !read.row(member)?.required => read.text(member),
                _ => return None,
            };
            let case = cases.iter().find(|case| case.when.has(word));
            return Some(case.map_or(otherwise, |case| case.object));
        }
        Cases::ByMember { cases, otherwise } => (cases, otherwise),
    };
    let is_given = |words: &Words| {
        let mut members = read.members.iter();
        members.any(|member| words.has(&member.name) && !means_nothing(member.raw))
    };
    let case = cases.iter().find(|case| is_given(&case.when));
    Some(case.map_or(otherwise, |case| case.object))
}

/// Whether an unread value is the same as none: designers fill in every member, if only with nothing.
fn means_nothing(raw: Raw<'_>) -> bool {
    matches!(raw.0, "null" | "\"\"")
}

/// Looks at the members that no row has named.
fn others(
    read: &mut Members<'_>,
    object: &Object,
    others: Others,
    is_decided: bool,
    path: &Path<'_>,
    findings: &mut Findings<'_>,
) -> Result<(), Error> {
    let rows = read.rows;
    let known = || rows.iter().copied().flatten().map(|row| row.name);
    for member in &mut read.members {
        let is_repeated = known().any(|name| name == member.name);
        if is_repeated || !matches!(member.value, Value::Unread(_)) {
            continue;
        }
        match others {
            Others::Ignored => member.value = Value::Json,
            Others::Named(row) => {
                let path = Path::Member(path, fit_for_messages(&member.name));
                let name = serde_json::Value::from(member.name.as_ref()).to_string();
                value(Raw(&name), None, row, &path, findings)?;
                let mut say = Say {
                    findings: &mut *findings,
                    path: &path,
                };
                is_sound(member.raw, &mut say)?;
                member.value = Value::Json;
            }
            Others::Refused => {
                let of_cases = || object.cases.all().flat_map(|(_, case)| case.members);
                let is_of_a_case = of_cases().any(|row| row.name == member.name);
                if is_of_a_case && (!is_decided || means_nothing(member.raw)) {
                    member.value = Value::Absent;
                } else {
                    // Which of the cases' members are known is open as long as the case is.
                    let perhaps = || of_cases().filter(|_| !is_decided).map(|row| row.name);
                    refuse_unknown(&member.name, || known().chain(perhaps()), path, findings);
                    member.value = Value::Wrong;
                }
            }
        }
    }
    Ok(())
}

fn refuse_unknown<N: Iterator<Item = &'static str>>(
    name: &str,
    known: impl Fn() -> N,
    path: &Path<'_>,
    findings: &mut Findings<'_>,
) {
    let what = findings.what;
    let message = || {
        let advice = match names::nearest(name, known()) {
            Some(meant) => format!("did you mean {meant}?"),
            None => match known().collect::<Vec<_>>() {
                known if known.is_empty() => "known are: none".to_owned(),
                known => format!("known are: {}", known.join(", ")),
            },
        };
        format!("unknown {what} {}; {advice}", quoted(path, name))
    };
    match path {
        Path::Root => findings.refuse_unknown(message),
        _ => findings.refuse(message),
    }
}

/// A name that its sender chose freely: a long one, or one with control characters, is not shown.
fn fit_for_messages(name: &str) -> &str {
    let is_fit = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_graphic());
    if is_fit { name } else { "…" }
}
