//! sendMessageList: a text with a list to choose one row from.

use super::interactive::{FOOTER, HEADER_TEXT, Interactive};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::{Members, Unique};

pub(super) const COMMAND: Command = Command {
    name: "sendMessageList",
    display: "Send a List Message",
    description: "Sends a text with a list; the row that the customer chooses arrives as a customer_message.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::string("message", "Message", "The text of the message.").required().length(1, 4096),
        Field::string("button", "Button", "What the button that opens the list says.").required().length(1, 20),
        Field::array("sections", "Sections", "1 to 10 objects with title (at most 24 characters; needed if there is more than one section) and rows: objects with id (at most 200, of its own), title (at most 24) and description (at most 72). At most 10 rows in all.").required(),
        HEADER_TEXT,
        FOOTER,
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

/// Rows of all sections together.
const MOST_ROWS: usize = 10;

fn read(members: &mut Members<'_>, _: &mut Files) -> Result<Content, Error> {
    let interactive = Interactive::new("list")
        .text_header(members)?
        .body(members, 4096)?
        .footer(members)?;
    let button = members.required_text_within("button", 20)?;
    let given = members.required_list("sections", 1..=10)?;
    let several = given.len() > 1;
    let (mut ids, mut count) = (Unique::default(), 0);
    let mut sections = Vec::new();
    for section in given {
        let mut section = section.object()?;
        let title = section_title(&mut section, several)?;
        let mut rows = Vec::new();
        for row in section.required_list("rows", 1..=MOST_ROWS)? {
            count += 1;
            rows.push(read_row(row.object()?, &mut ids)?);
        }
        section.finish()?;
        sections.push(
            ObjectText::new()
                .maybe_text("title", title)
                .objects("rows", rows),
        );
    }
    members.limit(count <= MOST_ROWS, || {
        format!(
            "{} has {count} rows in all; it needs at most {MOST_ROWS}",
            members.place("sections")
        )
    })?;
    interactive.action(
        ObjectText::new()
            .text("button", &button)
            .objects("sections", sections),
    )
}

/// A section's title, without which several sections cannot be told apart.
pub(super) fn section_title(
    section: &mut Members<'_>,
    needed: bool,
) -> Result<Option<String>, Error> {
    if needed {
        return Ok(Some(
            section.required_text_within("title", 24)?.into_owned(),
        ));
    }
    Ok(section.optional_text_within("title", 24)?.map(Into::into))
}

fn read_row(mut row: Members<'_>, ids: &mut Unique) -> Result<ObjectText, Error> {
    let id = row.required_text_within("id", 200)?;
    ids.add(&row.place("id"), &id)?;
    let text = ObjectText::new()
        .text("id", &id)
        .text("title", &row.required_text_within("title", 24)?)
        .maybe_text("description", row.optional_text_within("description", 72)?);
    row.finish()?;
    Ok(text)
}
