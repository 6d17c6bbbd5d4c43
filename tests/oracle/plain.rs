//! The words of the plain reading: whom an element is about, what makes a part known again, and when a
//! member says something.

use serde_json::Value;

/// The place of the contact that `element`, of `messages`, `statuses` or another list, is from or to.
/// `is_single`: it is
/// alone, and nothing else that a contact may be of stands beside it.
pub fn contact_of(
    list: &str,
    element: &Value,
    contacts: &[&Value],
    is_single: bool,
) -> Option<usize> {
    let names: &[[&[&str]; 3]] = match list {
        "messages" => &[[&["from"], &["from_user_id"], &["from_parent_user_id"]]],
        "to" => &[[&["to"], &["to_user_id"], &["to_parent_user_id"]]],
        "either" => &[
            [&["from"], &["from_user_id"], &["from_parent_user_id"]],
            [&["to"], &["to_user_id"], &["to_parent_user_id"]],
        ],
        "itself" => &[[&["wa_id"], &["user_id"], &["parent_user_id"]]],
        "nobody" => &[],
        _ => &[
            [
                &["recipient_participant_id", "participant_recipient_id"],
                &[
                    "recipient_participant_user_id",
                    "participant_recipient_user_id",
                ],
                &[],
            ],
            [
                &["recipient_id"],
                &["recipient_user_id"],
                &["recipient_parent_user_id", "parent_recipient_user_id"],
            ],
        ],
    };
    let first = |names: &&[&str]| names.iter().find_map(|name| who(&element[*name]));
    let people = names.iter().map(|kinds| kinds.each_ref().map(first));
    let people: Vec<_> = people
        .filter(|ids| ids.iter().any(Option::is_some))
        .collect();
    for person in &people {
        let points = contacts.iter().map(|contact| points(contact, person));
        let points: Vec<i32> = points.collect();
        let best = points.iter().copied().max().unwrap_or_default();
        if best <= 0 {
            continue;
        }
        let mut good = (0..contacts.len()).filter(|at| points[*at] == best);
        let mut users: Vec<_> = good
            .clone()
            .filter_map(|at| who(&contacts[at]["user_id"]))
            .collect();
        users.dedup();
        if users.len() < 2 {
            return good.next();
        }
    }
    let lone = contacts
        .first()
        .filter(|it| is_single && contacts.len() == 1 && it.is_object())?;
    let is_another = people.first().is_some_and(|person| {
        let is_participant =
            list == "statuses" && names[0][..2].iter().any(|names| first(names).is_some());
        let both = who(&lone["wa_id"]).is_some() && person[0].is_some();
        points(lone, person) < 0 || (is_participant && both)
    });
    (!is_another).then_some(0)
}

/// How well the ids of a contact fit to those of somebody: below 0 if two of one kind are not the same.
/// Numbers are never against it: the contact's may not be that of the message.
fn points(contact: &Value, [number, user, parent]: &[Option<String>; 3]) -> i32 {
    let [theirs, their_user, their_parent] =
        ["wa_id", "user_id", "parent_user_id"].map(|name| who(&contact[name]));
    let scoped = |user: &Option<String>, number: &Option<String>| {
        let is_scoped = |id: &String| {
            let country = id.split_once('.').filter(|(_, rest)| !rest.is_empty());
            country.is_some_and(|(country, _)| {
                country.len() == 2 && country.chars().all(|c| c.is_ascii_uppercase())
            })
        };
        user.clone().or_else(|| number.clone().filter(is_scoped))
    };
    let in_place = their_user.is_some() && their_user == *number;
    let both =
        |one: &Option<String>, other: &Option<String>| Some(one.as_ref()? == other.as_ref()?);
    let mut points = 0;
    match both(&scoped(&their_user, &theirs), &scoped(user, number)) {
        Some(true) => points += 8,
        Some(false) if !in_place => return -1,
        _ => {}
    }
    match both(&their_parent, parent) {
        Some(true) => points += 2,
        Some(false) => return -1,
        None => {}
    }
    match both(&theirs, number) {
        Some(true) => points += 5,
        _ if in_place => points += 4,
        _ => {}
    }
    points
}

/// Looks for ids and times at any depth: an id, a `timestamp` in no more than `own` objects, any other
/// time. `within` is the name of the member that `value` is of.
pub fn find_marks(value: &Value, within: &str, own: i32, marks: &mut [bool; 3]) {
    match value {
        Value::Array(elements) => {
            for element in elements {
                find_marks(element, within, own, marks);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                if said(value).is_some_and(|text| !text.trim().is_empty()) {
                    let is_time = name == "time" || name.ends_with("_time");
                    let is_whose = match name.strip_suffix("_id") {
                        Some(whose) => {
                            says_whom(whose) || ["wa", "app"].contains(&last_word(whose))
                        }
                        None => says_whom(within),
                    };
                    marks[0] |= (name == "id" || name.ends_with("_id")) && !is_whose;
                    let is_own = name == "timestamp" && own > 0;
                    marks[1] |= is_own;
                    marks[2] |= is_time || name.ends_with("timestamp");
                }
                find_marks(value, name, own - 1, marks);
            }
        }
        _ => {}
    }
}

fn last_word(name: &str) -> &str {
    name.rsplit('_').next().unwrap_or_default()
}

/// Whether a name says of whom something is told, and not what.
fn says_whom(name: &str) -> bool {
    let last = last_word(name);
    let last = if last.ends_with("ss") {
        last
    } else {
        last.trim_end_matches('s')
    };
    let people = [
        "account",
        "business",
        "contact",
        "customer",
        "group",
        "member",
        "owner",
        "page",
        "participant",
        "partner",
        "profile",
        "recipient",
        "sender",
        "thread",
        "user",
        "waba",
        "context",
        "metadata",
        "entry",
    ];
    let two = ["phone_number", "waba_info"];
    people.contains(&last)
        || ["from", "to", "app", "businesses"].contains(&name)
        || two
            .iter()
            .any(|two| name.trim_end_matches('s').ends_with(two))
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

/// One part of an id, with a `\` before each separator in it.
pub fn part(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|")
}

/// Whether a value is there and holds nothing.
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::String(_) => said(value).is_none(),
        _ => value.is_null(),
    }
}

/// Whether a member is there, and no empty text.
pub fn is_given(value: &Value) -> bool {
    !(value.is_null() || (value.is_string() && who(value).is_none()))
}

/// The names under which a group's status says which participant it is about.
const PARTICIPANTS: [&str; 4] = [
    "recipient_participant_id",
    "participant_recipient_id",
    "recipient_participant_user_id",
    "participant_recipient_user_id",
];

/// How a send ended, as the status `status` of its message tells. The failure of one participant of a
/// group tells nothing, and neither does a status of anything but a message.
pub fn outcome(element: &Value, status: &str) -> Option<&'static str> {
    let is_of_message = match said(&element["type"]) {
        Some(kind) => kind == "message",
        None => !is_given(&element["type"]),
    };
    let of_participant = PARTICIPANTS.iter().any(|name| is_given(&element[*name]));
    match status {
        "sent" | "delivered" | "read" | "played" if is_of_message => Some("accepted"),
        "failed" if is_of_message && !of_participant => Some("rejected"),
        _ => None,
    }
}

/// What a status is known by within its number: none if a part is missing, or there and no text.
pub fn status_id(element: &Value) -> Option<String> {
    const RECIPIENTS: [&str; 4] = [
        "recipient_id",
        "recipient_user_id",
        "recipient_parent_user_id",
        "parent_recipient_user_id",
    ];
    let first = |names: [&str; 4]| names.iter().find_map(|name| who(&element[*name]));
    let (errors, kind) = (&element["errors"], &element["type"]);
    let code = text(&errors[0]["code"]);
    let participant = first(PARTICIPANTS);
    let is_plain = match said(kind) {
        Some(kind) => kind == "message",
        None => kind.is_null() || kind.is_string(),
    };
    let is_odd_participant =
        participant.is_none() && PARTICIPANTS.iter().any(|name| is_given(&element[*name]));
    if !is_plain || is_odd_participant || (code.is_none() && !is_empty(errors)) {
        return None;
    }
    let parts = [
        said(&element["id"])?,
        first(RECIPIENTS)?,
        participant.unwrap_or_default(),
        said(&element["status"])?,
        code.unwrap_or_default(),
    ];
    Some(parts.map(|it| part(&it)).join("|"))
}

/// The event of a field that is told with its whole value.
pub fn whole(field: &str) -> Option<&'static str> {
    let events = [
        ("message_template_status_update", "template_status_changed"),
        (
            "message_template_quality_update",
            "template_quality_changed",
        ),
        (
            "message_template_components_update",
            "template_components_changed",
        ),
        ("template_category_update", "template_category_changed"),
        (
            "phone_number_quality_update",
            "phone_number_quality_changed",
        ),
        ("phone_number_name_update", "phone_number_name_changed"),
        ("account_update", "account_changed"),
        ("account_settings_update", "account_changed"),
        ("account_alerts", "account_alert"),
        ("account_review_update", "account_review_changed"),
        ("business_capability_update", "capability_changed"),
        ("security", "security_changed"),
        ("flows", "flow_changed"),
        (
            "payment_configuration_update",
            "payment_configuration_changed",
        ),
        ("business_username_updates", "username_changed"),
        ("partner_solutions", "partner_solution_changed"),
        ("messaging_handovers", "thread_control_changed"),
    ];
    let event = events.iter().find(|(name, _)| *name == field);
    event.map(|(_, event)| *event)
}

/// The number of a value that has no metadata.
pub fn recipient(value: &Value) -> [Option<String>; 2] {
    let recipient = Some(&value["recipient"]).filter(|it| it.is_object());
    ["phone_number_id", "display_phone_number"].map(|name| said(&recipient?[name]))
}
