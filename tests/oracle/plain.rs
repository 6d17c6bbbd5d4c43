//! The words of the plain reading: whom an element is about, what makes a part known again, and when a
//! member says something.

use serde_json::Value;

/// The place of the contact that `element` is from or to.
pub fn contact_of(element: &Value, contacts: &[&Value], is_single: bool) -> Option<usize> {
    if is_single && contacts.len() == 1 {
        return Some(0);
    }
    let people = [
        (
            vec!["from"],
            vec!["from_user_id"],
            vec!["from_parent_user_id"],
        ),
        (
            vec!["recipient_participant_id", "participant_recipient_id"],
            vec![
                "recipient_participant_user_id",
                "participant_recipient_user_id",
            ],
            vec![],
        ),
        (
            vec!["recipient_id"],
            vec!["recipient_user_id"],
            vec!["recipient_parent_user_id", "parent_recipient_user_id"],
        ),
    ];
    people.iter().find_map(|(numbers, users, parents)| {
        let first = |names: &[&str]| names.iter().find_map(|name| who(&element[*name]));
        let (number, user, parent) = (first(numbers), first(users), first(parents));
        let is = |contact: &Value, name: &str, id: &Option<String>| {
            id.is_some() && who(&contact[name]) == *id
        };
        let known = contacts.iter().position(|contact| {
            is(contact, "wa_id", &number)
                || is(contact, "user_id", &user)
                || is(contact, "user_id", &number)
        });
        known.or_else(|| {
            contacts
                .iter()
                .position(|contact| is(contact, "parent_user_id", &parent))
        })
    })
}

/// Looks for ids and times at any depth: an id, a `timestamp`, any time.
pub fn find_marks(value: &Value, marks: &mut [bool; 3]) {
    match value {
        Value::Array(elements) => {
            for element in elements {
                find_marks(element, marks);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                if said(value).is_some_and(|text| !text.trim().is_empty()) {
                    let is_time = name == "time" || name.ends_with("_time");
                    marks[0] |= (name == "id" || name.ends_with("_id")) && !says_whom(name);
                    marks[1] |= name == "timestamp";
                    marks[2] |= is_time || name.ends_with("timestamp");
                }
                find_marks(value, marks);
            }
        }
        _ => {}
    }
}

/// Whether an id says of whom something is told, and not what.
fn says_whom(name: &str) -> bool {
    let ends = [
        "user_id",
        "phone_number_id",
        "waba_id",
        "business_id",
        "business_account_id",
        "app_id",
    ];
    let is_person = [
        "wa_id",
        "recipient_id",
        "recipient_participant_id",
        "participant_recipient_id",
    ];
    is_person.contains(&name) || ends.iter().any(|end| name.ends_with(end))
}

/// What the specification calls text and Meta sends as a number, as text.
pub fn projected(element: &Value) -> Value {
    let mut element = element.clone();
    let as_text = |value: &mut Value| {
        if value.is_number() {
            *value = value.to_string().into();
        }
    };
    element.get_mut("timestamp").map(as_text);
    let errors = element.get_mut("errors").and_then(Value::as_array_mut);
    for error in errors.into_iter().flatten() {
        error.get_mut("code").map(as_text);
    }
    element
}

pub fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text, or a number as it is written.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text that says something: Meta writes "there is none" as an empty text, too.
pub fn said(value: &Value) -> Option<String> {
    text(value).filter(|text| text.chars().any(|c| !c.is_whitespace() && !c.is_control()))
}

/// A text that names somebody.
pub fn who(value: &Value) -> Option<String> {
    text(value).filter(|text| text.chars().any(char::is_alphanumeric))
}
