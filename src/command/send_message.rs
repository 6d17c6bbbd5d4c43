//! sendMessage: a message of any type, for what Meta adds next.

use super::media_file::Files;
use super::request::{CALLBACK_DATA, PHONE_NUMBER, RECIPIENT, RECIPIENT_TYPE, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::pattern;
use crate::rows::{Check, Except, Members, Object, Others, Pattern, Rule};

pub(super) const COMMAND: Command = Command {
    name: "sendMessage",
    display: "Send a Message",
    description: "Sends a message of any type that Meta knows, such as pin.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        Field::string(
            "type",
            "Type",
            "Meta's type, which is also the name of the member that holds the content.",
        )
        .required()
        .length(1, 64)
        .except(&OWN)
        .pattern(&META_NAME),
        Field::object("content", "Content", "The value of that member.")
            .required()
            .passed_on(),
        Field::object(
            "members",
            "More members",
            "Members of the message beside it, such as recipient_identity_key_hash.",
        )
        .members(
            &Object::of(&[]).others(Others::Named(
                &Field::text_item()
                    .required()
                    .unlisted_length(1, 64)
                    .except(&OWN)
                    .pattern(&META_NAME),
            )),
        ),
        REPLY_TO,
        RECIPIENT_TYPE,
        CALLBACK_DATA,
    ],
    rules: &[
        RECIPIENT,
        Rule::Check(&CONTENT_ONCE),
        Rule::Check(&KIND_FOR_GROUPS),
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

/// What the adapter itself writes.
const OWN: Except = Except {
    words: &[
        "messaging_product",
        "recipient_type",
        "to",
        "recipient",
        "type",
        "context",
        "biz_opaque_callback_data",
    ],
    says: "names a member that the adapter writes itself",
};
const META_NAME: Pattern = pattern!(
    "^[a-z0-9_]*$",
    "must be 1 to 64 lower-case letters, digits and underscores"
);
const CONTENT_ONCE: Check = Check {
    name: "content once",
    demands: "members has no member of the type's name",
    find: |members, say| {
        let Some(kind) = members.maybe_text("type") else {
            return;
        };
        let mut others = members
            .object("members")
            .into_iter()
            .flat_map(Members::others);
        if others.any(|(name, _)| name == kind) {
            say.refuse(&format!("members.{kind}"), "is the content already");
        }
    },
};

const KIND_FOR_GROUPS: Check = Check {
    name: "kind for groups",
    demands: "a message to a group is of type text, image, video, audio, document, sticker, template or pin",
    find: |members, say| {
        // D/groups, read 2026-08.
        const KINDS: [&str; 8] = [
            "text", "image", "video", "audio", "document", "sticker", "template", "pin",
        ];
        let kind = members.maybe_text("type");
        let kind = kind.filter(|kind| !KINDS.contains(kind));
        if let (Some(kind), "group") = (kind, members.text("recipientType")) {
            let what = format!("is group, and a message of type {kind} cannot be sent to one");
            say.limit("recipientType", &what);
        }
    },
};

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    let kind = members.text("type").to_owned();
    let json = members.json("content").unwrap_or_default();
    let mut content = Content::of_json(kind.into(), json.to_owned());
    for (name, json) in members
        .object("members")
        .into_iter()
        .flat_map(Members::others)
    {
        content = content.with(name, json);
    }
    content
}
