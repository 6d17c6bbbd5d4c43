//! sendMessageMedia: an image, a video, a sound, a document or a sticker.

use super::media::{LINK, LONGEST_NAME, MEDIA_ID, Medium};
use super::media_file::{FILE, Files};
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, EXTENSION_RESPONSE};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::members::Members;

pub(super) const COMMAND: Command = Command {
    name: "sendMessageMedia",
    display: "Send a Media Message",
    description: "Sends an image, a video, a sound, a document or a sticker to the specified phone number.",
    traits: &[CommandTrait::Sends, CommandTrait::LongRunning],
    request: &[
        PHONE_NUMBER,
        Field::string(
            "mediaType",
            "Media type",
            "image, video, audio, document or sticker.",
        )
        .required()
        .length(1, 64),
        MEDIA_ID,
        LINK,
        FILE,
        Field::string(
            "caption",
            "Caption",
            "A text below an image, a video or a document.",
        )
        .length(1, 1024),
        Field::string(
            "filename",
            "File name",
            "What a document is called, the file's own name if absent; its ending decides its icon.",
        )
        .length(1, 240),
        Field::boolean(
            "voice",
            "Voice message",
            "Whether a sound (OGG with Opus) is shown as a voice message.",
        ),
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

/// The kinds, and the members that each may have beside its source (D/messages, OpenAPI v23.0).
const KINDS: [(&str, &[&str]); 5] = [
    ("image", &["caption"]),
    ("video", &["caption"]),
    ("audio", &["voice"]),
    ("document", &["caption", "filename"]),
    ("sticker", &[]),
];

fn read(members: &mut Members<'_>, files: &mut Files) -> Result<Content, Error> {
    let given = members.required_text("mediaType", 1..=64)?;
    let Some((kind, takes)) = KINDS.iter().find(|(kind, _)| *kind == given) else {
        return Err(Error::invalid_request(format!(
            "{} must be one of: image, video, audio, document, sticker",
            members.place("mediaType")
        )));
    };
    for name in ["caption", "filename", "voice"] {
        if members.has(name) && !takes.contains(&name) {
            return Err(Error::invalid_request(format!(
                "{} is not for media of type {kind}",
                members.place(name)
            )));
        }
    }
    let voice = members.optional_flag("voice")?;
    // A voice message is a sound of one type only.
    let of_file = if voice == Some(true) { "voice" } else { kind };
    let medium = Medium::read(members, files, of_file)?;
    let caption = members.optional_text_within("caption", 1024)?;
    let filename = members.optional_text_within("filename", LONGEST_NAME)?;
    let media = medium
        .caption(caption.as_deref())
        .named(filename.as_deref(), *kind == "document")
        .maybe_flag("voice", voice);
    Content::new(kind, media)
}
