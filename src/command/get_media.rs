//! getMedia: what Meta knows about media, and where it lies for five minutes
//! (D/business-phone-numbers/media).

use serde_json::Value;

use super::call;
use super::request::NODE_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "getMedia",
    display: "Get Media",
    description: "Says where media can be downloaded for the next five minutes, its type, size and hash.",
    traits: &[CommandTrait::Idempotent],
    request: &[Field::string("mediaId", "Media id", "The id of the media.")
        .required()
        .length(1, 256)
        .pattern(&NODE_ID)],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string(
            "url",
            "",
            "Where the media lies; a download needs the access token.",
        ),
        Field::string("mimeType", "", "The media's type."),
        Field::string("sha256", "", "SHA-256 of the media, in hexadecimal digits."),
        Field::integer("fileSize", "", "Bytes of the media."),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let id = members.text("mediaId").to_owned();
    let number = properties.phone_number_id.to_string();
    Ok(Call::get(id, Evidence::Id("url")).query("phone_number_id", &number))
}

fn take(answer: &Value) -> call::Taken {
    let mut members = call::pick(
        answer,
        &[
            ("url", "/url"),
            ("mimeType", "/mime_type"),
            ("sha256", "/sha256"),
        ],
    );
    members.extend(size(answer).map(|size| ("fileSize", size.to_string())));
    members
}

/// Meta gives a number, or its digits as text; what passed it on may have made a fraction of it.
pub(super) fn size(answer: &Value) -> Option<u64> {
    let written = match answer.get("file_size")? {
        Value::Number(size) => size.to_string(),
        size => size.as_str()?.to_owned(),
    };
    let (whole, rest) = written.split_once('.').unwrap_or((&written, ""));
    let is_whole = rest.bytes().all(|digit| digit == b'0');
    whole.parse().ok().filter(|_| is_whole)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// S52.
    #[test]
    fn a_size_is_read_however_it_is_written() {
        for written in [
            json!(200_000),
            json!(200_000.0),
            json!("200000"),
            json!("200000.0"),
        ] {
            assert_eq!(
                size(&json!({ "file_size": written })),
                Some(200_000),
                "{written}"
            );
        }
        for written in [json!(0.5), json!(-1), json!("many"), json!(null)] {
            assert_eq!(size(&json!({ "file_size": written })), None, "{written}");
        }
    }
}
