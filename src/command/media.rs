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

/// Meta's object for media.
pub(super) struct Medium {
    object: ObjectText,
    /// The name of the file that it is uploaded from.
    own_name: Option<String>,
}

/// As many characters as a document's name may have.
pub(super) const LONGEST_NAME: usize = 240;

impl Medium {
    /// From exactly one of `mediaId`, `link` and `file`; for a message of this kind.
    pub(super) fn read(
        members: &mut Members<'_>,
        files: &mut Files,
        kind: &str,
    ) -> Result<Self, Error> {
        let id = members.optional_text("mediaId", 1..=256)?;
        let link = members.optional_text_within("link", 2000)?;
        let file = media_file::file(members)?;
        let (name, value) = match (id, link, &file) {
            (Some(id), None, None) => ("id", id),
            (None, Some(link), None) => {
                check_link(&members.place("link"), &link)?;
                ("link", link)
            }
            (None, None, Some(file)) => ("id", files.id_of(file, kind).into()),
            (None, None, None) => {
                return Err(Error::invalid_request(format!(
                    "{} is missing; give one of mediaId, link and file",
                    members.place("mediaId")
                )));
            }
            _ => {
                return Err(Error::invalid_request(format!(
                    "{} is given beside another source; give one of mediaId, link and file",
                    members.place("mediaId")
                )));
            }
        };
        Ok(Self {
            object: ObjectText::new().text(name, &value),
            own_name: file.as_deref().map(media_file::name_of),
        })
    }

    /// The object, with a text below the media.
    pub(super) fn caption(mut self, caption: Option<&str>) -> Self {
        self.object = self.object.maybe_text("caption", caption);
        self
    }

    /// The object, with a document's name: the one that is given, or else the file's own. Without a name
    /// customers see "Untitled".
    pub(super) fn named(self, given: Option<&str>, is_document: bool) -> ObjectText {
        let own = self.own_name.filter(|_| is_document && given.is_none());
        let own = own.map(|name| shortened(&name));
        // A line end in it would end a header wherever the name is put into one.
        let name = given.or(own.as_deref());
        let name = name.map(|name| name.replace(char::is_control, "_"));
        self.object.maybe_text("filename", name.as_deref())
    }
}

/// A name of at most [`LONGEST_NAME`] characters; the ending, which decides the icon, stays.
fn shortened(name: &str) -> String {
    let length = name.chars().count();
    if length <= LONGEST_NAME {
        return name.to_owned();
    }
    let end: String = name.chars().skip(length - 16).collect();
    let beginning = name.chars().take(LONGEST_NAME - 16);
    beginning.chain(end.chars()).collect()
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
