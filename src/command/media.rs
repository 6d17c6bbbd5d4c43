//! What every command that names media shares: the medium itself, by id, by link or as a file.

use super::media_file::{self, Files};
use crate::descriptor::Field;
use crate::error::Error;
use crate::json::ObjectText;
use crate::members::Members;

/// Media that Meta has.
pub(super) const MEDIA_ID: Field = Field::string(
    "mediaId",
    "Media id",
    "The id of media that was uploaded before (uploadMedia), or of a customer's media.",
)
.length(1, 256);

/// Media that Meta fetches.
pub(super) const LINK: Field = Field::string(
    "link",
    "Link",
    "The http or https address of the media, which Meta fetches and keeps for ten minutes.",
)
.length(1, 2000);

/// Meta's object for media, from exactly one of `mediaId`, `link` and `file`.
pub(super) fn media_object(
    members: &mut Members<'_>,
    files: &mut Files,
) -> Result<ObjectText, Error> {
    let id = members.optional_text("mediaId", 1..=256)?;
    let link = members.optional_text_within("link", 2000)?;
    let file = media_file::file(members)?;
    match (id, link, file) {
        (Some(id), None, None) => Ok(ObjectText::new().text("id", &id)),
        (None, Some(link), None) => {
            check_link(&members.place("link"), &link)?;
            Ok(ObjectText::new().text("link", &link))
        }
        (None, None, Some(file)) => Ok(ObjectText::new().text("id", &files.id_of(&file))),
        (None, None, None) => Err(Error::invalid_request(format!(
            "{} is missing; give one of mediaId, link and file",
            members.place("mediaId")
        ))),
        _ => Err(Error::invalid_request(format!(
            "{} is given beside another source; give one of mediaId, link and file",
            members.place("mediaId")
        ))),
    }
}

/// # Errors
/// `InvalidRequest` if `link` is no address on the web.
pub(super) fn check_link(place: &str, link: &str) -> Result<(), Error> {
    let host = ["https://", "http://"]
        .iter()
        .find_map(|scheme| link.strip_prefix(scheme));
    let sound = !link.contains(|c: char| c.is_control() || c.is_whitespace());
    if sound && host.is_some_and(|rest| !rest.is_empty()) {
        return Ok(());
    }
    Err(Error::invalid_request(format!(
        "{place} must begin with https:// or http:// and have no space"
    )))
}
