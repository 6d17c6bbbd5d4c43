//! sendMessageMedia: an image, a video, a sound, a document or a sticker.

use super::media::{LINK, LONGEST_NAME, MEDIA_ID, Medium, ONE_SOURCE};
use super::media_file::{FILE, Files};
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::rows::{Members, Rule, Words};

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
        .length(1, 64)
        .words(&Words::only(&["image", "video", "audio", "document", "sticker"])),
        MEDIA_ID,
        LINK,
        FILE,
        Field::string(
            "caption",
            "Caption",
            "A text below an image, a video or a document.",
        )
        .length(1, 1024)
        .most_may_change(),
        Field::string(
            "filename",
            "File name",
            "What a document is called, the file's own name if absent; its ending decides its icon.",
        )
        .length(1, LONGEST_NAME)
        .most_may_change(),
        Field::boolean(
            "voice",
            "Voice message",
            "Whether a sound (OGG with Opus) is shown as a voice message.",
        ),
        REPLY_TO,
        RECIPIENT_TYPE,
        CALLBACK_DATA,
    ],
    // D/messages, OpenAPI v23.0.
    rules: &[
        RECIPIENT,
        ONE_SOURCE,
        Rule::Only("caption", "mediaType", &["image", "video", "document"]),
        Rule::Only("filename", "mediaType", &["document"]),
        Rule::Only("voice", "mediaType", &["audio"]),
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, files: &mut Files) -> Content {
    let kind = members.text("mediaType");
    let voice = members.flag("voice");
    // A voice message is a sound of one type only.
    let of_file = if voice == Some(true) { "voice" } else { kind };
    let media = Medium::read(members, files, of_file)
        .caption(members.maybe_text("caption"))
        .named(members.maybe_text("filename"), kind == "document")
        .maybe_flag("voice", voice);
    Content::of_json(kind.to_owned().into(), media.end())
}
