//! sendMessageList: a text with a list to choose one row from.

use super::interactive::{FOOTER, HEADER_TEXT, Interactive};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, RECIPIENT, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::{Check, Members, Object, Rule, Say};

pub(super) const COMMAND: Command = Command {
    name: "sendMessageList",
    display: "Send a List Message",
    description: "Sends a text with a list; the row that the customer chooses arrives as a customer_message.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::string("message", "Message", "The text of the message.").required().length(1, 4096).most_may_change(),
        Field::string("button", "Button", "What the button that opens the list says.").required().length(1, 20).most_may_change(),
        Field::array("sections", "Sections", "1 to 10 objects with title (at most 24 characters; needed if there is more than one section) and rows: objects with id (at most 200, of its own), title (at most 24) and description (at most 72). At most 10 rows in all.")
            .required()
            .items(1, 10, &Field::object_item(&SECTION)),
        HEADER_TEXT,
        FOOTER,
        REPLY_TO,
        INDIVIDUAL,
        CALLBACK_DATA,
    ],
    rules: &[
        RECIPIENT,
        Rule::IfSeveral("sections", "title"),
        Rule::Distinct(&["sections", "rows", "id"]),
        Rule::Check(&ROWS_IN_ALL),
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

const SECTION: Object = Object::of(&[
    SECTION_TITLE,
    Field::array("rows", "", "What can be chosen.")
        .required()
        .items(1, MOST_ROWS, &Field::object_item(&ROW)),
]);
/// Without it several sections cannot be told apart.
pub(super) const SECTION_TITLE: Field =
    Field::string("title", "", "What stands above the section.")
        .length(1, 24)
        .most_may_change();
const ROW: Object = Object::of(&[
    Field::string("id", "", "What comes back when it is chosen.")
        .required()
        .length(1, 200)
        .most_may_change(),
    Field::string("title", "", "What the row says.")
        .required()
        .length(1, 24)
        .most_may_change(),
    Field::string("description", "", "A smaller text below it.")
        .length(1, 72)
        .most_may_change(),
]);

/// Rows of all sections together.
const MOST_ROWS: usize = 10;
const ROWS_IN_ALL: Check = Check {
    name: "rows in all",
    demands: "all sections together have at most 10 rows",
    find: |members, say| count_in_all(members, "rows", MOST_ROWS, say),
};

/// A limit for the elements of all sections together.
pub(super) fn count_in_all(members: &Members<'_>, list: &str, most: usize, say: &mut Say<'_, '_>) {
    let count: usize = members
        .objects("sections")
        .map(|section| section.list(list).len())
        .sum();
    if count > most {
        say.limit(
            "sections",
            &format!("has {count} {list} in all; the maximum is {most}"),
        );
    }
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    let row = |row: &Members<'_>| {
        ObjectText::new()
            .text("id", row.text("id"))
            .text("title", row.text("title"))
            .maybe_text("description", row.maybe_text("description"))
    };
    let section = |section: &Members<'_>| {
        ObjectText::new()
            .maybe_text("title", section.maybe_text("title"))
            .objects("rows", section.objects("rows").map(row))
    };
    let action = ObjectText::new()
        .text("button", members.text("button"))
        .objects("sections", members.objects("sections").map(section));
    Interactive::new("list")
        .text_header(members)
        .body(members)
        .footer(members)
        .action(action)
}
