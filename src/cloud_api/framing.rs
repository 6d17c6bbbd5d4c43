//! How an answer says where its body ends, and with that how much of it arrived.

use ureq::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use ureq::http::{HeaderMap, HeaderName, Response};

use super::exchange::Marks;
use super::row::Arrived;

/// Where an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// Where its length or its last chunk says, or with its head.
    Told,
    /// With the connection.
    Close,
    /// Its head says two things, or that its body is in a form that nobody asked for.
    Odd,
}

impl Framing {
    pub(super) fn of(response: &Response<()>) -> Self {
        let headers = response.headers();
        let is_coded = |name| values(headers, name).any(|value| value != "identity");
        let mut transfer = values(headers, TRANSFER_ENCODING);
        let lengths = values(headers, CONTENT_LENGTH).count();
        let is_chunked = match (transfer.next(), transfer.next()) {
            (None, _) => false,
            (Some(coding), None) if coding == "chunked" && lengths == 0 => true,
            _ => return Self::Odd,
        };
        if lengths > 1 || is_coded(CONTENT_ENCODING) {
            return Self::Odd;
        }
        let has_no_body = matches!(response.status().as_u16(), 204 | 304);
        // It tells of a body that must not be there: whoever wrote it meant another answer.
        let is_told_of = values(headers, CONTENT_LENGTH).any(|length| length != "0");
        if has_no_body && (is_chunked || is_told_of) {
            return Self::Odd;
        }
        if is_chunked || lengths == 1 || has_no_body {
            Self::Told
        } else {
            Self::Close
        }
    }

    /// How much arrived of an answer whose body could be read to its end, or not, in an exchange that
    /// `marks` tell of.
    pub(super) fn arrived(self, is_read: bool, marks: Marks) -> Arrived {
        // Where the end of the connection is the end of the body, a gateway whose own server broke off
        // ends it no differently, over TLS neither. And behind a last chunk's size an end is to come.
        let is_whole = self == Self::Told && !marks.ended;
        match (is_read, is_whole && !marks.left_over) {
            (false, _) => Arrived::Part,
            _ if marks.early => Arrived::Early,
            (true, true) => Arrived::Whole,
            (true, false) => Arrived::Loose,
        }
    }
}

/// The values of a header field, in lower case; each line of it is one.
fn values(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = String> {
    let all = headers.get_all(name).into_iter();
    let texts = all.map(|value| {
        String::from_utf8_lossy(value.as_bytes())
            .trim()
            .to_ascii_lowercase()
    });
    texts.collect::<Vec<_>>().into_iter()
}
