//! downloadMedia: media into a file of the media folder, as a stream; the file is there when it is whole
//! and its hash is right (D/business-phone-numbers/media).

use std::borrow::Cow;
use std::io;

use super::media_file;
use super::request::{self, NODE_ID};
use super::response::{self, CODE, DETAILS, Details, ERROR, STATUS};
use super::{Context, Execution, call, get_media};
use crate::cloud_api::{Call, CallReport, Downloaded, Evidence, Length, NoDownload, Reason};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::{Error, Kind};
use crate::media_directory::NewFile;

pub(super) const COMMAND: Command = Command {
    name: "downloadMedia",
    display: "Download Media",
    description: "Downloads media into a file, in place of one that is there.",
    traits: &[CommandTrait::Idempotent, CommandTrait::LongRunning],
    request: &[
        Field::string("mediaId", "Media id", "The id of the media.")
            .required()
            .length(1, 256)
            .pattern(&NODE_ID),
        Field::string(
            "file",
            "File",
            "The path of the file in the folder of the property mediaDirectory.",
        )
        .required()
        .length(1, 4096),
        Field::integer("maxBytes", "Largest size", "Bytes that the media may have.")
            .value(1, 1_073_741_824)
            // Meta's largest media are documents of 100 MiB.
            .default("104857600"),
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string("file", "", "The path of the file, as it was given."),
        Field::string("mimeType", "", "The media's type."),
        Field::string("sha256", "", "SHA-256 of the file, in hexadecimal digits."),
        Field::integer("fileSize", "", "Bytes of the file."),
        DETAILS,
    ],
    ..Command::EXTENSION
};

struct Wanted {
    id: String,
    file: String,
    most_bytes: u64,
}

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    let wanted = match parse(json, context) {
        Ok(wanted) => wanted,
        Err(error) => return response::of_refused(&COMMAND, error),
    };
    let number = context.properties.phone_number_id.to_string();
    let call = Call::get(wanted.id.clone(), Evidence::Id("url")).query("phone_number_id", &number);
    let media = context.client.call(&call, &context.call_context());
    if media.failure().is_some() {
        return Ok(call::of_reply(&COMMAND, &media, call::nothing));
    }
    match download(&wanted, &media, context) {
        Ok(got) => Ok(of_success(&wanted, &media, &got)),
        Err(Failed::CallReport(reply)) => Ok(call::of_reply(&COMMAND, &reply, call::nothing)),
        Err(Failed::Here(reason, error)) => {
            let details = Details {
                reason: Some(reason.as_str()),
                retryable: Some(error.is_retryable()),
                ..response::of_reply(&media)
            };
            Ok(response::of_command(&COMMAND, &[], Some(error), &details))
        }
    }
}

fn parse(json: &str, context: &Context<'_, '_>) -> Result<Wanted, Error> {
    let request = request::read_strictly(json, &COMMAND)?;
    let wanted = Wanted {
        id: request.text("mediaId").to_owned(),
        file: request.text("file").to_owned(),
        most_bytes: request.integer("maxBytes").unwrap_or_default(),
    };
    // A path that leads elsewhere is refused before anybody is asked.
    media_file::folder(context.properties)?.begin(&wanted.file)?;
    Ok(wanted)
}

enum Failed {
    CallReport(Box<CallReport>),
    /// The reason and what is said of it.
    Here(Reason, Error),
}

fn download(
    wanted: &Wanted,
    media: &CallReport,
    context: &Context<'_, '_>,
) -> Result<Downloaded, Failed> {
    let here =
        |reason, message: String| Failed::Here(reason, Error::new(Kind::CommandFailed, message));
    let text = |name: &str| {
        let json = media.json.as_ref()?;
        json.get(name)?.as_str().map(str::to_owned)
    };
    let too_large = |bytes: Option<u64>| {
        let bytes = bytes.map_or("more".to_owned(), |bytes| bytes.to_string());
        let message = format!(
            "the media has {bytes} bytes; the limit is {} (maxBytes)",
            wanted.most_bytes
        );
        here(Reason::TooLarge, message)
    };
    let size = media.json.as_ref().and_then(get_media::size);
    if size.is_some_and(|bytes| bytes > wanted.most_bytes) {
        return Err(too_large(size));
    }
    let Some(url) = text("url") else {
        return Err(here(
            Reason::NoUrl,
            "Meta's answer names no address of the media".to_owned(),
        ));
    };
    let begin = || -> io::Result<NewFile> {
        let folder = media_file::folder(context.properties).map_err(io::Error::other)?;
        folder.begin(&wanted.file).map_err(io::Error::other)
    };
    let scope = context.call_context();
    let mime_type = text("mime_type");
    let length = Length {
        mime_type: mime_type.as_deref(),
        bytes: size,
        most_bytes: wanted.most_bytes,
    };
    let got = context.client.download(&url, length, begin, &scope);
    let (file, got) = got.map_err(|failed| match failed {
        NoDownload::Failed(reply) => Failed::CallReport(reply),
        NoDownload::TooLarge => too_large(None),
        NoDownload::NotMedia => {
            let message = "what came is not the media but a page, an error or nothing, so something before Meta's \
                           media host may have answered; the file was not kept";
            let error = Error::new(Kind::CommandFailed, message).with_retry(true, None);
            Failed::Here(Reason::NotMedia, error)
        }
        NoDownload::WrongSize(bytes) => {
            let told = size.map_or("the answer's head".to_owned(), |size| {
                format!("Meta, which says {size}")
            });
            let message = format!(
                "{bytes} bytes came, which is not the number of {told}; the file was not kept"
            );
            let error = Error::new(Kind::CommandFailed, message).with_retry(true, None);
            Failed::Here(Reason::WrongSize, error)
        }
        NoDownload::ForeignHost => here(
            Reason::ForeignHost,
            "the media lies neither with the Graph API nor with Meta's media host; the access token does \
             not go there"
                .to_owned(),
        ),
        NoDownload::NotWritten => here(Reason::NotWritten, "the file could not be written".to_owned()),
    })?;
    let expected = text("sha256").unwrap_or_default();
    if !expected.is_empty() && !expected.eq_ignore_ascii_case(&got.sha256) {
        let message = "the media's SHA-256 is not the one that Meta names; the file was not kept";
        return Err(Failed::Here(
            Reason::WrongHash,
            Error::new(Kind::CommandFailed, message).with_retry(true, None),
        ));
    }
    file.finish().map_err(|_| {
        here(
            Reason::NotWritten,
            "the file could not be given its name".to_owned(),
        )
    })?;
    Ok(got)
}

fn of_success(wanted: &Wanted, media: &CallReport, got: &Downloaded) -> Execution {
    let quoted = |text: Cow<'_, str>| serde_json::Value::from(text).to_string();
    let mime_type = media
        .json
        .as_ref()
        .map(|json| call::pick(json, &[("mimeType", "/mime_type")]));
    let mut members = mime_type.unwrap_or_default();
    members.push(("file", quoted(Cow::Borrowed(&wanted.file))));
    members.push(("sha256", quoted(Cow::Borrowed(&got.sha256))));
    members.push(("fileSize", got.bytes.to_string()));
    response::of_command(&COMMAND, &members, None, &response::of_reply(media))
}
