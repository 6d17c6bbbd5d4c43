//! uploadMedia: a file of the media folder, as a stream, to be sent by its id
//! (D/business-phone-numbers/media).

use std::rc::Rc;

use super::media_file;
use super::request;
use super::response::{self, CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution, call};
use crate::cloud_api::Upload;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::members::Leniency;
use crate::properties::Properties;

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
        Field::string(
            "mimeType",
            "Type",
            "The file's media type, such as image/jpeg, where its ending does not say it.",
        )
        .length(1, 256),
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
    let leniency = Rc::new(Leniency::new(context.properties.strict_limits));
    let upload = match open(json, context.properties, &leniency) {
        Ok(upload) => upload,
        Err(error) => return response::of_refused(&COMMAND, error),
    };
    let mut reply = context.client.upload(upload, &context.scope());
    reply.warnings.splice(0..0, leniency.warnings());
    Ok(call::of_reply(&COMMAND, &reply, |answer| {
        call::pick(answer, &[("mediaId", "/id")])
    }))
}

fn open(json: &str, properties: &Properties, leniency: &Rc<Leniency>) -> Result<Upload, Error> {
    let mut members = request::lenient_members(json, leniency)?;
    let path = members.required_text("file", 1..=4096)?;
    let mime_type = members.optional_text("mimeType", 1..=256)?;
    members.finish()?;
    let wanted = media_file::Wanted {
        kind: None,
        mime_type: mime_type.as_deref(),
    };
    media_file::open(properties, &path, wanted, leniency)
}
