//! sendMessageContacts: cards of contacts, in Meta's own form (D/messages/contacts-messages).

use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::members::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageContacts",
    display: "Send a Contacts Message",
    description: "Sends contact cards to the specified phone number.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::array("contacts", "Contacts", "1 to 257 of Meta's contact objects: name (formatted_name and one more of first_name, last_name, middle_name, prefix, suffix), phones, emails, addresses, urls, org, birthday (YYYY-MM-DD).").required(),
        REPLY_TO,
        RECIPIENT_TYPE,
        CALLBACK_DATA,
    ],
    response: EXTENSION_RESPONSE,
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, read)
}

const MOST_CONTACTS: usize = 257;
const NAMES: [&str; 5] = ["first_name", "last_name", "middle_name", "prefix", "suffix"];
const LISTS: [(&str, &[&str]); 4] = [
    ("phones", &["phone", "type", "wa_id"]),
    ("emails", &["email", "type"]),
    (
        "addresses",
        &[
            "street",
            "city",
            "state",
            "zip",
            "country",
            "country_code",
            "type",
        ],
    ),
    ("urls", &["url", "type"]),
];

fn read(members: &mut Members<'_>, _: &mut Files) -> Result<Content, Error> {
    let json = members.json("contacts")?;
    for contact in members.required_list("contacts", 1..=MOST_CONTACTS)? {
        check(contact.object()?)?;
    }
    Content::of_json("contacts".into(), json.unwrap_or_default().to_owned())
}

fn check(mut contact: Members<'_>) -> Result<(), Error> {
    let mut name = contact.required_object("name")?;
    name.required_text_within("formatted_name", 1024)?;
    let others = NAMES.map(|part| {
        name.optional_text_within(part, 1024)
            .map(|text| text.is_some())
    });
    let others = others.into_iter().collect::<Result<Vec<bool>, Error>>()?;
    if !others.contains(&true) {
        return Err(Error::invalid_request(format!(
            "{} is missing; beside formatted_name a name needs one of: {}",
            name.place("first_name"),
            NAMES.join(", ")
        )));
    }
    for (list, texts) in LISTS {
        for entry in contact.optional_list(list, 0..=100)?.unwrap_or_default() {
            check_texts(entry.object()?, texts)?;
        }
    }
    if let Some(org) = contact.optional_object("org")? {
        check_texts(org, &["company", "department", "title"])?;
    }
    if let Some(birthday) = contact.optional_text("birthday", 1..=64)? {
        let digits = birthday
            .bytes()
            .map(|b| if b.is_ascii_digit() { b'0' } else { b });
        let place = contact.place("birthday");
        contact.limit(digits.eq(*b"0000-00-00"), || {
            format!("{place} must be YYYY-MM-DD")
        })?;
    }
    Ok(())
}

fn check_texts(mut members: Members<'_>, names: &[&'static str]) -> Result<(), Error> {
    for name in names {
        members.optional_text_within(name, 2000)?;
    }
    Ok(())
}
