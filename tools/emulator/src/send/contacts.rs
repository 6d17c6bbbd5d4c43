//! `contacts` messages.

use crate::graph_error::GraphError;
use crate::node::{Check, Node};

const NAMES: [&str; 5] = ["first_name", "last_name", "middle_name", "suffix", "prefix"];

/// Up to 257 contact cards.
pub(crate) fn check(contacts: &Node<'_>) -> Check {
    contacts.items(1, 257)?.iter().try_for_each(card)
}

fn card(contact: &Node<'_>) -> Check {
    contact.only(&[
        "name",
        "phones",
        "emails",
        "addresses",
        "org",
        "urls",
        "birthday",
    ])?;
    name(&contact.required("name")?)?;
    list(contact, "phones", &["phone", "type", "wa_id"])?;
    list(contact, "emails", &["email", "type"])?;
    let address = [
        "street",
        "city",
        "state",
        "zip",
        "country",
        "country_code",
        "type",
    ];
    list(contact, "addresses", &address)?;
    list(contact, "urls", &["url", "type"])?;
    if let Some(organisation) = contact.get("org") {
        let members = ["company", "department", "title"];
        organisation.only(&members)?;
        organisation.optional_strings(&members)?;
    }
    contact
        .get("birthday")
        .map_or(Ok(()), |birthday| date(&birthday))
}

/// A formatted name needs at least one of its parts beside it.
fn name(name: &Node<'_>) -> Check {
    name.only(&[&["formatted_name"], NAMES.as_slice()].concat())?;
    name.required("formatted_name")?.text(1, 1024)?;
    name.optional_strings(&NAMES)?;
    // A part that is null or empty is no part.
    if NAMES.iter().any(|part| name.filled(part).is_some()) {
        return Ok(());
    }
    Err(GraphError::missing(format!(
        "Param {} needs one more name beside formatted_name: {}",
        name.path(),
        NAMES.join(", ")
    )))
}

fn list(contact: &Node<'_>, name: &str, members: &[&str]) -> Check {
    let Some(list) = contact.get(name) else {
        return Ok(());
    };
    list.items(0, 100)?.iter().try_for_each(|item| {
        item.only(members)?;
        item.optional_strings(members)
    })
}

fn date(birthday: &Node<'_>) -> Check {
    let text = birthday.string()?;
    let shape = text
        .bytes()
        .map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    if shape.eq(*b"0000-00-00") {
        return Ok(());
    }
    Err(GraphError::value(format!(
        "Param {} must be YYYY-MM-DD",
        birthday.path()
    )))
}
