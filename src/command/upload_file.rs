//! uploadFile: a file of the media folder, as a stream, for a template or the profile
//! (D/graph-api/guides/upload).

use super::handle;
use super::media_file;
use super::request;
use super::response::{self, CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution, call};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::rows::Leniency;

pub(super) const COMMAND: Command = Command {
    name: "uploadFile",
    display: "Upload a File",
    description: "Uploads a file whose handle a template's sample or the business profile takes.",
    traits: &[CommandTrait::Idempotent, CommandTrait::LongRunning],
    request: &[
        Field::string(
            "file",
            "File",
            "The path of a file in the folder of the property mediaDirectory.",
        )
        .required()
        .length(1, 4096),
        media_file::MIME_TYPE,
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string("handle", "", "The handle of the file."),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    let mut leniency = Leniency::new(context.properties.strict_limits);
    let upload = request::read(json, &COMMAND, &mut leniency).and_then(|request| {
        let mime_type = request.maybe_text("mimeType");
        handle::open(
            context.properties,
            request.text("file"),
            mime_type,
            &mut leniency,
        )
    });
    let upload = match upload {
        Ok(upload) => upload,
        Err(error) => return response::of_refused(&COMMAND, error),
    };
    let mut reply = handle::upload(context, &upload);
    reply.warnings.splice(0..0, leniency.into_warnings());
    Ok(call::of_reply(&COMMAND, &reply, |answer| {
        call::pick(answer, &[("handle", "/h")])
    }))
}
