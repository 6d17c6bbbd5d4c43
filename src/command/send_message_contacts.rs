//! sendMessageContacts: cards of contacts, in Meta's own form (D/messages/contacts-messages).

use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::pattern;
use crate::rows::{Members, Object, Others, Pattern, Rule};

pub(super) const COMMAND: Command = Command {
    name: "sendMessageContacts",
    display: "Send a Contacts Message",
    description: "Sends contact cards to the specified phone number.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::array("contacts", "Contacts", "1 to 257 of Meta's contact objects: name (formatted_name and one more of first_name, last_name, middle_name, prefix, suffix), phones, emails, addresses, urls, org, birthday (YYYY-MM-DD).")
            .required()
            .items(1, 257, &Field::object_item(&CONTACT))
            .passed_on(),
        REPLY_TO,
        INDIVIDUAL,
        CALLBACK_DATA,
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

const CONTACT: Object = Object::of(&[
    Field::object("name", "", "What the contact is called.")
        .required()
        .members(&NAME),
    list("phones", "Phone numbers.", &Field::object_item(&PHONE)),
    list("emails", "E-mail addresses.", &Field::object_item(&EMAIL)),
    list("addresses", "Addresses.", &Field::object_item(&ADDRESS)),
    list(
        "urls",
        "Addresses on the web.",
        &Field::object_item(&WEB_PAGE),
    ),
    Field::object("org", "", "Where the contact works.").members(&ORGANISATION),
    Field::string("birthday", "", "The day of birth, YYYY-MM-DD.")
        .length(1, 64)
        .pattern(&DAY),
])
.others(Others::Ignored);

const NAME: Object = Object::of(&[
    name("formatted_name").required(),
    name("first_name"),
    name("last_name"),
    name("middle_name"),
    name("prefix"),
    name("suffix"),
])
.rules(&[Rule::Any(&[
    "first_name",
    "last_name",
    "middle_name",
    "prefix",
    "suffix",
])])
.others(Others::Ignored);

const PHONE: Object = texts(&[text("phone"), text("type"), text("wa_id")]);
const EMAIL: Object = texts(&[text("email"), text("type")]);
const ADDRESS: Object = texts(&[
    text("street"),
    text("city"),
    text("state"),
    text("zip"),
    text("country"),
    text("country_code"),
    text("type"),
]);
const WEB_PAGE: Object = texts(&[text("url"), text("type")]);
const ORGANISATION: Object = texts(&[text("company"), text("department"), text("title")]);
const DAY: Pattern =
    pattern!("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "must be YYYY-MM-DD").that_may_change();

const fn name(name: &'static str) -> Field {
    Field::string(name, "", "")
        .length(1, 1024)
        .most_may_change()
}

const fn text(name: &'static str) -> Field {
    Field::string(name, "", "")
        .length(1, 2000)
        .most_may_change()
}

const fn texts(members: &'static [Field]) -> Object {
    Object::of(members).others(Others::Ignored)
}

const fn list(name: &'static str, description: &'static str, item: &'static Field) -> Field {
    Field::array(name, "", description).items(0, 100, item)
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    let contacts = members.json("contacts").unwrap_or_default();
    Content::of_json("contacts".into(), contacts.to_owned())
}
