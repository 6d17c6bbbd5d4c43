//! What every command that names media shares: the medium itself, by id, by link or as a file.

use super::media_file::{self, Files};
use super::request::WEB_ADDRESS;
use crate::descriptor::Field;
use crate::json::ObjectText;
use crate::rows::{Members, Rule};

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
.length(1, 2000)
.most_may_change()
.pattern(&WEB_ADDRESS);

/// Where the media come from.
pub(super) const ONE_SOURCE: Rule = Rule::One(&["mediaId", "link", "file"]);

/// What a document is called.
pub(super) const FILENAME: Field = Field::string("filename", "", "What a document is called.")
    .length(1, LONGEST_NAME)
    .most_may_change();

/// Meta's object for media.
pub(super) struct Medium {
    object: ObjectText,
    /// The name of the file that it is uploaded from.
    own_name: Option<String>,
}

/// As many characters as a document's name may have.
pub(super) const LONGEST_NAME: i64 = 240;

impl Medium {
    /// From exactly one of `mediaId`, `link` and `file`; for a message of this kind.
    pub(super) fn read(members: &Members<'_>, files: &mut Files, kind: &str) -> Self {
        let text = |name: &str, value: &str| ObjectText::new().text(name, value);
        let file = members.maybe_text("file");
        let object = match (members.maybe_text("link"), file) {
            (Some(link), _) => text("link", link),
            (None, Some(file)) => ObjectText::new().raw("id", &files.slot(file, kind)),
            (None, None) => text("id", members.text("mediaId")),
        };
        Self {
            object,
            own_name: file.map(media_file::name_of),
        }
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
    const ENDING: usize = 16;
    let most = usize::try_from(LONGEST_NAME).unwrap_or_default();
    let length = name.chars().count();
    if length <= most {
        return name.to_owned();
    }
    let ending = name.chars().skip(length - ENDING);
    name.chars().take(most - ENDING).chain(ending).collect()
}
