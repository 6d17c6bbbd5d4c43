//! updateGroup: another name, description or picture (D/groups/reference; the picture's part has its
//! name from pywa 4.5.0, read 2026-12).

use super::call;
use super::group::{self, DESCRIPTION, GROUP_ID, REQUEST_ID, SUBJECT};
use super::media_file;
use super::media_type::GROUP_PICTURE;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence, FormFile};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::{Leniency, Members, Rule};

pub(super) const COMMAND: Command = Command {
    name: "updateGroup",
    display: "Update a Group",
    description: "Changes the name, description or picture of a group; what is absent stays as it is.",
    traits: &[CommandTrait::Idempotent, CommandTrait::LongRunning],
    request: &[
        GROUP_ID,
        SUBJECT,
        DESCRIPTION,
        Field::string(
            "file",
            "Picture",
            "The path of a JPEG picture in the folder of the property mediaDirectory: square, at least 192 by \
             192 pixels, at most 5 MB.",
        )
        .length(1, 4096),
    ],
    response: &[STATUS, CODE, ERROR, REQUEST_ID, DETAILS],
    rules: &[Rule::Any(&["subject", "description", "file"])],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run_lenient(
        json,
        context,
        &COMMAND,
        plan,
        group::request_id,
        call::unchecked,
    )
}

fn plan(
    members: &Members<'_>,
    properties: &Properties,
    leniency: &mut Leniency,
) -> Result<Call, Error> {
    let id = members.text("groupId").to_owned();
    let Some(path) = members.maybe_text("file") else {
        let body = group::body()
            .maybe_text("subject", members.maybe_text("subject"))
            .maybe_text("description", members.maybe_text("description"));
        return Ok(Call::post(id, body, Evidence::OfGraph).idempotent());
    };
    let text = |name| Some((name, members.maybe_text(name)?.to_owned()));
    let file = FormFile {
        fields: &[("messaging_product", "whatsapp")],
        texts: ["subject", "description"]
            .into_iter()
            .filter_map(text)
            .collect(),
        part: "profile_picture_file",
        name: "picture.jpg",
        mime_type: GROUP_PICTURE.name,
        bytes: media_file::read(properties, path, &GROUP_PICTURE, leniency)?,
    };
    Ok(Call::post_file(id, file, Evidence::OfGraph).idempotent())
}
