//! Files of the media folder: their types and sizes, and their upload.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::Context;
use super::media_type::{self, MediaType};
use super::unsent::Unsent;
use crate::cloud_api::{CallReport, Content, Upload};
use crate::descriptor::Field;
use crate::error::Error;
use crate::media_directory::MediaDirectory;
use crate::pattern;
use crate::properties::Properties;
use crate::rows::{Leniency, Pattern};

/// A file that is uploaded.
pub(super) const FILE: Field = Field::string(
    "file",
    "File",
    "The path of a file in the folder of the property mediaDirectory, which is uploaded first.",
)
.length(1, 4096);

/// The type of a file, where its ending does not say it.
pub(super) const MIME_TYPE: Field = Field::string(
    "mimeType",
    "Type",
    "The file's media type, such as image/jpeg, where its ending does not say it.",
)
.length(1, 256)
.pattern(&MEDIA_TYPE);

/// A type is written into a header, so it must not be able to end the line.
const MEDIA_TYPE: Pattern = pattern!(
    r#"^[A-Za-z0-9/.+_; ="-]*/[A-Za-z0-9/.+_; ="-]*$"#,
    "must be a media type such as image/jpeg"
);

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

/// What a file is for: a kind of message, and a media type that takes precedence over its extension.
#[derive(Default, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// `image`, `video`, `audio`, `voice`, `document`, `sticker`; nothing where any will do.
    pub(super) kind: Option<&'a str>,
    pub(super) mime_type: Option<&'a str>,
}

/// Opens a file to upload, and checks its type and size.
pub(super) fn open(
    properties: &Properties,
    path: &str,
    wanted: Wanted<'_>,
    leniency: &mut Leniency,
) -> Result<Upload, Error> {
    let (file, bytes) = open_filled(properties, path)?;
    let name = name_of(path);
    let known = match wanted.mime_type {
        Some(given) => media_type::of_name(given),
        None => media_type::of_ending(&name),
    };
    let mime_type = match (&known, wanted.mime_type) {
        // Parameters stay: Meta tells sounds apart by `codecs=opus`.
        (Some(known), Some(given)) => {
            let parameters = given.split_once(';').map(|(_, rest)| rest.trim());
            parameters.filter(|rest| !rest.is_empty()).map_or_else(
                || known.name.to_owned(),
                |rest| format!("{}; {rest}", known.name),
            )
        }
        (Some(known), None) => known.name.to_owned(),
        (None, Some(given)) => {
            leniency.exceeded(format!(
                "the type {given:?} of the file {path:?} is none of Meta's"
            ))?;
            given.to_owned()
        }
        (None, None) => {
            return Err(Error::invalid_request(format!(
                "the file {path:?} has no ending that Meta takes; known are: {}",
                media_type::endings()
            )));
        }
    };
    check_kind(path, &mime_type, wanted.kind, leniency)?;
    if let Some(known) = known {
        check_size(path, bytes, &known, leniency)?;
    }
    Ok(Upload {
        file,
        bytes,
        name: media_type::fitting_name(&name, &mime_type),
        mime_type,
        ttl_minutes: None,
    })
}

/// Reads a file that leaves in a form, which must be of this type.
pub(super) fn read(
    properties: &Properties,
    path: &str,
    wanted: &MediaType,
    leniency: &mut Leniency,
) -> Result<Vec<u8>, Error> {
    let (file, bytes) = open_filled(properties, path)?;
    let known = media_type::of_ending(path).filter(|known| known.name != wanted.name);
    if let Some(known) = known {
        leniency.exceeded(format!(
            "the file {path:?} is of type {}; Meta takes {} here",
            known.name, wanted.name
        ))?;
    }
    check_size(path, bytes, wanted, leniency)?;
    let mut whole = Vec::new();
    match file.take(bytes).read_to_end(&mut whole) {
        Ok(_) => Ok(whole),
        Err(_) => Err(Error::invalid_request(format!(
            "the file {path:?} could not be read"
        ))),
    }
}

/// A file with something in it, and how many bytes that is.
fn open_filled(properties: &Properties, path: &str) -> Result<(File, u64), Error> {
    match folder(properties)?.open(path)? {
        (_, 0) => Err(Error::invalid_request(format!(
            "the file {path:?} is empty"
        ))),
        filled => Ok(filled),
    }
}

fn check_size(
    path: &str,
    bytes: u64,
    known: &MediaType,
    leniency: &mut Leniency,
) -> Result<(), Error> {
    if bytes <= known.most_bytes {
        return Ok(());
    }
    leniency.exceeded(format!(
        "the file {path:?} has {bytes} bytes; Meta takes at most {} of type {}",
        known.most_bytes, known.name
    ))
}

/// Whether a message of this kind takes files of this type.
fn check_kind(
    path: &str,
    mime_type: &str,
    kind: Option<&str>,
    leniency: &mut Leniency,
) -> Result<(), Error> {
    let Some(taken) = kind.and_then(media_type::of_kind) else {
        return Ok(());
    };
    if taken.contains(&media_type::essence(mime_type).as_str()) {
        return Ok(());
    }
    leniency.exceeded(format!(
        "the file {path:?} is of type {mime_type}; a message of type {} takes {}",
        kind.unwrap_or_default(),
        taken.join(", ")
    ))
}

/// The last part of a path.
pub(super) fn name_of(path: &str) -> String {
    let name = Path::new(path).file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The files that a message names, in the order of their slots: each path, and the kind of message that
/// it is for.
#[derive(Default)]
pub(super) struct Files(Vec<(String, String)>);

impl Files {
    /// The placeholder for the media id of one more file, until it is uploaded.
    pub(super) fn slot(&mut self, path: &str, kind: &str) -> String {
        self.0.push((path.to_owned(), kind.to_owned()));
        Content::slot(self.0.len() - 1)
    }

    /// Uploads all files and returns their media ids; opens every file before the first upload.
    pub(super) fn upload(
        &self,
        context: &Context<'_, '_>,
        leniency: &mut Leniency,
    ) -> Result<Vec<String>, Unsent> {
        let open = |(path, kind): &(String, String)| {
            let wanted = Wanted {
                kind: Some(kind),
                mime_type: None,
            };
            open(context.properties, path, wanted, leniency)
        };
        let uploads = self.0.iter().map(open).collect::<Result<Vec<_>, _>>();
        let mut ids = Vec::new();
        for upload in uploads.map_err(Unsent::Refused)? {
            let report = context.client.upload(upload, &context.call_context());
            match id_in(&report) {
                Some(id) => ids.push(id),
                None => return Err(Unsent::Failed(Box::new(report))),
            }
        }
        Ok(ids)
    }
}

/// The id of what was uploaded.
fn id_in(reply: &CallReport) -> Option<String> {
    if reply.failure().is_some() {
        return None;
    }
    let id = reply.json.as_ref()?.get("id")?.as_str()?;
    Some(id.to_owned())
}
