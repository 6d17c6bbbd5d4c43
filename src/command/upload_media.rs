//! uploadMedia: a file of the media folder, as a stream, to be sent by its id
//! (D/business-phone-numbers/media).

use super::media_file;
use super::request;
use super::response::{self, CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution, call};
use crate::cloud_api::Upload;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Leniency;

pub(super) const COMMAND: Command = Command {
    name: "uploadMedia",
    display: "Upload Media",
    description: "Uploads a file; its id can be sent for 30 days.",
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
        Field::integer(
            "ttlMinutes",
            "Kept for",
            "How many minutes a phone number without storage keeps the file; an hour if absent.",
        )
        .value(1, 43_200),
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string("mediaId", "", "The id of the media."),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    let mut leniency = Leniency::new(context.properties.strict_limits);
    let upload = match open(json, context.properties, &mut leniency) {
        Ok(upload) => upload,
        Err(error) => return response::of_refused(&COMMAND, error),
    };
    let mut reply = context.client.upload(upload, &context.call_context());
    reply.warnings.splice(0..0, leniency.into_warnings());
    Ok(call::of_reply(&COMMAND, &reply, |answer| {
        call::pick(answer, &[("mediaId", "/id")])
    }))
}

fn open(json: &str, properties: &Properties, leniency: &mut Leniency) -> Result<Upload, Error> {
    let request = request::read(json, &COMMAND, leniency)?;
    let wanted = media_file::Wanted {
        kind: None,
        mime_type: request.maybe_text("mimeType"),
    };
    let upload = media_file::open(properties, request.text("file"), wanted, leniency)?;
    Ok(Upload {
        ttl_minutes: request.integer("ttlMinutes"),
        ..upload
    })
}
