//! Files of the media folder: their types and sizes, and the way up to Meta.

use std::path::Path;

use super::Context;
use super::send::Held;
use crate::cloud_api::{Reply, Upload};
use crate::descriptor::Field;
use crate::error::Error;
use crate::media_directory::MediaDirectory;
use crate::members::{Leniency, Members};
use crate::properties::Properties;

/// A file that is uploaded.
pub(super) const FILE: Field = Field::string(
    "file",
    "File",
    "The path of a file in the folder of the property mediaDirectory, which is uploaded first.",
)
.length(1, 4096);

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// The endings of files, Meta's types for them, and the bytes that each may have
/// (D/business-phone-numbers/media, read 2026-08).
const TYPES: [(&str, &str, u64); 21] = [
    ("aac", "audio/aac", 16 * MIB),
    ("amr", "audio/amr", 16 * MIB),
    ("mp3", "audio/mpeg", 16 * MIB),
    ("m4a", "audio/mp4", 16 * MIB),
    ("ogg", "audio/ogg", 16 * MIB),
    ("opus", "audio/ogg", 16 * MIB),
    ("jpg", "image/jpeg", 5 * MIB),
    ("jpeg", "image/jpeg", 5 * MIB),
    ("png", "image/png", 5 * MIB),
    ("webp", "image/webp", 500 * KIB),
    ("mp4", "video/mp4", 16 * MIB),
    ("3gp", "video/3gp", 16 * MIB),
    ("txt", "text/plain", 100 * MIB),
    ("pdf", "application/pdf", 100 * MIB),
    ("doc", "application/msword", 100 * MIB),
    ("xls", "application/vnd.ms-excel", 100 * MIB),
    ("ppt", "application/vnd.ms-powerpoint", 100 * MIB),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        100 * MIB,
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        100 * MIB,
    ),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        100 * MIB,
    ),
    ("csv", "text/plain", 100 * MIB),
];

/// The folder that the property names.
///
/// # Errors
/// `InvalidRequest` if it is not set.
pub(super) fn folder(properties: &Properties) -> Result<&MediaDirectory, Error> {
    properties.media_directory.as_ref().ok_or_else(|| {
        Error::invalid_request(
            "files are read and written in one folder only: set the property mediaDirectory",
        )
    })
}

/// Opens a file to upload, and checks its type and size; `mime_type` goes before the file's ending.
pub(super) fn open(
    properties: &Properties,
    path: &str,
    mime_type: Option<&str>,
    leniency: &Leniency,
) -> Result<Upload, Error> {
    let (file, bytes) = folder(properties)?.open(path)?;
    let name = Path::new(path)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let known = TYPES.iter().find(|(known, theirs, _)| match mime_type {
        Some(mime_type) => *theirs == mime_type,
        None => Some(*known) == ending.as_deref(),
    });
    if bytes == 0 {
        return Err(Error::invalid_request(format!(
            "the file {path:?} is empty"
        )));
    }
    let Some((_, mime_type, most)) = known else {
        let Some(mime_type) = mime_type else {
            return Err(Error::invalid_request(format!(
                "the file {path:?} has no ending that Meta takes; known are: {}",
                TYPES.map(|(ending, ..)| ending).join(", ")
            )));
        };
        check_mime_type(mime_type)?;
        leniency.exceeded(format!(
            "the type {mime_type:?} of the file {path:?} is none of Meta's"
        ))?;
        return Ok(upload(file, bytes, mime_type, &name));
    };
    if bytes > *most {
        leniency.exceeded(format!(
            "the file {path:?} has {bytes} bytes; Meta takes at most {most} of type {mime_type}"
        ))?;
    }
    Ok(upload(file, bytes, mime_type, &name))
}

fn upload(file: std::fs::File, bytes: u64, mime_type: &str, name: &str) -> Upload {
    Upload {
        file,
        bytes,
        mime_type: mime_type.to_owned(),
        name: name.to_owned(),
    }
}

/// A type goes into a header of its own: it must be able to end nothing.
fn check_mime_type(mime_type: &str) -> Result<(), Error> {
    let of_type = |c: char| c.is_ascii_alphanumeric() || "/.+-_; =".contains(c);
    if mime_type.contains('/') && mime_type.chars().all(of_type) {
        return Ok(());
    }
    Err(Error::invalid_request(
        "request member \"mimeType\" must be a media type such as image/jpeg",
    ))
}

/// The files that a message names. It is read twice: once to see which, and once with their ids.
#[derive(Default)]
pub(super) struct Files {
    paths: Vec<String>,
    ids: Vec<String>,
}

impl Files {
    /// The id of the next file that the message names; empty as long as it is not uploaded.
    pub(super) fn id_of(&mut self, path: &str) -> String {
        self.paths.push(path.to_owned());
        self.ids
            .get(self.paths.len() - 1)
            .cloned()
            .unwrap_or_default()
    }

    /// Uploads all that the message names, if anything; opens every one before the first leaves.
    pub(super) fn upload(
        self,
        context: &Context<'_, '_>,
        leniency: &Leniency,
    ) -> Result<Option<Self>, Held> {
        let open = |path: &String| open(context.properties, path, None, leniency);
        let uploads = self
            .paths
            .iter()
            .map(open)
            .collect::<Result<Vec<Upload>, Error>>();
        let mut ids = Vec::new();
        for upload in uploads.map_err(Held::Refused)? {
            let reply = context.client.upload(upload, &context.scope());
            match id_in(&reply) {
                Some(id) => ids.push(id),
                None => return Err(Held::Failed(Box::new(reply))),
            }
        }
        let uploaded = Self {
            paths: Vec::new(),
            ids,
        };
        Ok((!uploaded.ids.is_empty()).then_some(uploaded))
    }
}

/// The id of what was uploaded.
fn id_in(reply: &Reply) -> Option<String> {
    if reply.failure().is_some() {
        return None;
    }
    let id = reply.json.as_ref()?.get("id")?.as_str()?;
    Some(id.to_owned())
}

/// The file that a member names, if it does.
pub(super) fn file(members: &mut Members<'_>) -> Result<Option<String>, Error> {
    let path = members.optional_text("file", 1..=4096)?;
    Ok(path.map(std::borrow::Cow::into_owned))
}
