//! The rules between the members of an object.

use std::collections::HashSet;

use super::findings::Say;
use super::row::{Members, Rule, Value};
use crate::json::Elements;

/// Applies all rules, each to the members that are right.
pub(super) fn apply<'r>(
    read: &Members<'_>,
    rules: impl Iterator<Item = &'r Rule>,
    say: &mut Say<'_, '_>,
) {
    for rule in rules {
        match rule {
            Rule::One(names) => one(read, names, say),
            Rule::Any(names) => {
                if let (None, Some(first)) = (given(read, names).first(), names.first()) {
                    let names = names.join(", ");
                    say.refuse(first, &format!("is missing; give at least one of: {names}"));
                }
            }
            Rule::NotBoth(names) => exclude(&given(read, names), names, say),
            Rule::Alone(name, others) if is_given(read, name) => {
                let mut others = others.iter().filter(|other| is_filled(read, other));
                if let Some(other) = others.next() {
                    say.refuse(
                        name,
                        &format!("and \"{other}\" exclude each other; give one"),
                    );
                }
            }
            Rule::Together(names) => {
                let given = given(read, names);
                let missing = names.iter().find(|name| !given.contains(name));
                if let (Some(missing), false) = (missing, given.is_empty()) {
                    let names = names.join(" and ");
                    say.refuse(
                        missing,
                        &format!("is missing; {names} belong together: give both or none"),
                    );
                }
            }
            Rule::Needs(name, other) if is_given(read, name) && !is_given(read, other) => {
                say.refuse(other, &format!("is missing; \"{name}\" needs it"));
            }
            Rule::NeedsTrue(name, flag)
                if is_given(read, name) && read.is_right(flag) && read.flag(flag) != Some(true) =>
            {
                say.refuse(name, &format!("needs \"{flag}\": true beside it"));
            }
            Rule::Only(name, member, words) if is_given(read, name) && read.is_right(member) => {
                let word = read.text(member);
                if !word.is_empty() && !words.contains(&word) {
                    say.refuse(name, &format!("is not for \"{member}\" {word}"));
                }
            }
            Rule::IfSeveral(list, member) => if_several(read, list, member, say),
            Rule::Distinct(path) => {
                let mut seen = HashSet::new();
                distinct(read, path, "", &mut seen, say);
            }
            Rule::Check(check) => (check.find)(read, say),
            _ => {}
        }
    }
}

/// Whether a member is given and no empty text, which is nothing to the rules even where its row takes it.
fn is_given(read: &Members<'_>, name: &str) -> bool {
    read.value(name)
        .is_some_and(|value| !matches!(value, Value::Text(text) if text.is_empty()))
}

fn given<'n>(read: &Members<'_>, names: &[&'n str]) -> Vec<&'n str> {
    let given = names.iter().copied().filter(|name| is_given(read, name));
    given.collect()
}

fn is_filled(read: &Members<'_>, name: &str) -> bool {
    let elements = read.json(name).and_then(Elements::of);
    is_given(read, name) && elements.is_none_or(|mut elements| elements.next().is_some())
}

fn one(read: &Members<'_>, names: &[&str], say: &mut Say<'_, '_>) {
    let given = given(read, names);
    match (given.first(), names.first()) {
        (None, Some(first)) => {
            let names = names.join(", ");
            say.refuse(first, &format!("is missing; give one of: {names}"));
        }
        _ => exclude(&given, names, say),
    }
}

fn exclude(given: &[&str], names: &[&str], say: &mut Say<'_, '_>) {
    if let [first, second, ..] = given {
        let names = names.join(", ");
        let what = format!("and \"{second}\" exclude each other; give one of: {names}");
        say.refuse(first, &what);
    }
}

fn if_several(read: &Members<'_>, list: &str, member: &str, say: &mut Say<'_, '_>) {
    let items = read.list(list);
    if items.len() < 2 {
        return;
    }
    for (index, item) in items.iter().enumerate() {
        if item.object().is_some_and(|object| !object.has(member)) {
            let what = format!("is missing; each of several {list} needs one");
            say.refuse(&format!("{list}[{index}].{member}"), &what);
        }
    }
}

fn distinct(
    read: &Members<'_>,
    path: &[&str],
    at: &str,
    seen: &mut HashSet<String>,
    say: &mut Say<'_, '_>,
) {
    let Some((list, rest)) = path.split_first() else {
        return;
    };
    for (index, item) in read.list(list).iter().enumerate() {
        let place = format!("{at}{list}[{index}]");
        match (rest, item.object()) {
            ([member], Some(object)) => {
                if let Some(value) = shown(object, member)
                    && !seen.insert(value)
                {
                    let what = "repeats one before it; each needs one of its own";
                    say.refuse(&format!("{place}.{member}"), what);
                }
            }
            (_, Some(object)) => distinct(object, rest, &format!("{place}."), seen, say),
            (_, None) => {}
        }
    }
}

/// The value of a member, as it is compared.
fn shown(object: &Members<'_>, member: &str) -> Option<String> {
    match object.value(member)? {
        Value::Text(text) => Some(text.clone().into_owned()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}
