//! How a response marks the end of its body, and with that how much of it arrived.

use ureq::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use ureq::http::{HeaderMap, HeaderName, Response};

use super::exchange::Marks;
use super::row::Arrived;

/// How the end of a response is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// By a length, by the last chunk, or by the head alone.
    Told,
    /// By the end of the connection.
    Close,
    /// The head contradicts itself, or announces an encoding that the request did not ask for.
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
        // The head announces a body that this status cannot have, so it belongs to another response.
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

    /// How much of a response arrived, given whether its body could be read to its end.
    pub(super) fn arrived(self, is_read: bool, marks: Marks) -> Arrived {
        // If the end of the connection ends the body, a body that broke off upstream of a gateway looks
        // the same, even over TLS. And after a last chunk its terminator must arrive.
        let is_whole = self == Self::Told && !marks.ended;
        match (is_read, is_whole && !marks.left_over) {
            (false, _) => Arrived::Part,
            _ if marks.early => Arrived::Early,
            (true, true) => Arrived::Whole,
            (true, false) => Arrived::Loose,
        }
    }
}

/// The values of a header, in lower case; one for each line.
fn values(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = String> {
    let all = headers.get_all(name).into_iter();
    let texts = all.map(|value| {
        String::from_utf8_lossy(value.as_bytes())
            .trim()
            .to_ascii_lowercase()
    });
    texts.collect::<Vec<_>>().into_iter()
}
