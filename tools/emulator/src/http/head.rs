//! Request and response heads as owned values, parsed by httparse.

use std::io;

const MAX_HEADERS: usize = 100;

/// Header fields in the order they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Headers(Vec<(String, String)>);

impl Headers {
    /// The first field of this name (given in lower case).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(key, _)| key == name);
        field.map(|(_, value)| value.as_str())
    }

    /// Whether a comma-separated field contains the token.
    pub(crate) fn lists(&self, name: &str, token: &str) -> bool {
        let mut fields = self.0.iter().filter(|(key, _)| key == name);
        fields.any(|(_, value)| {
            value
                .split(',')
                .any(|part| part.trim().eq_ignore_ascii_case(token))
        })
    }

    /// How the body is delimited.
    pub(crate) fn framing(&self) -> io::Result<Framing> {
        let lengths: Vec<_> = self
            .0
            .iter()
            .filter(|(key, _)| key == "content-length")
            .collect();
        let chunked = self.get("transfer-encoding");
        match (lengths.as_slice(), chunked) {
            ([], None) => Ok(Framing::None),
            ([], Some(coding)) if coding.trim().eq_ignore_ascii_case("chunked") => {
                Ok(Framing::Chunked)
            }
            ([(_, value)], None) if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                let length = value
                    .parse()
                    .map_err(|_| invalid("Content-Length is too large"))?;
                Ok(Framing::Length(length))
            }
            // Two lengths, or a length beside a coding, are how requests are smuggled.
            _ => Err(invalid("ambiguous body length")),
        }
    }

    fn owned(parsed: &[httparse::Header<'_>]) -> Self {
        let owned = parsed.iter().map(|header| {
            let value = String::from_utf8_lossy(header.value).trim().to_owned();
            (header.name.to_ascii_lowercase(), value)
        });
        Self(owned.collect())
    }
}

/// How the end of a body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Neither length nor coding: no body in a request, up to the end of stream in a response.
    None,
    /// This many bytes.
    Length(usize),
    /// Chunks.
    Chunked,
}

/// The request line and the fields after it.
#[derive(Clone, Debug)]
pub(crate) struct RequestHead {
    pub(crate) method: String,
    pub(crate) path: String,
    /// What stands behind the question mark, still encoded.
    pub(crate) query: String,
    pub(crate) headers: Headers,
    minor_version: u8,
}

impl RequestHead {
    /// Parses a head; `None` if more bytes are needed. Returns how long it is, too.
    pub(crate) fn parse(bytes: &[u8]) -> io::Result<Option<(Self, usize)>> {
        let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut fields);
        let status = request
            .parse(bytes)
            .map_err(|error| invalid(&error.to_string()))?;
        let httparse::Status::Complete(length) = status else {
            return Ok(None);
        };
        let target = request.path.unwrap_or("/");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let head = Self {
            method: request.method.unwrap_or_default().to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: Headers::owned(request.headers),
            minor_version: request.version.unwrap_or(1),
        };
        Ok(Some((head, length)))
    }

    /// Whether the connection stays open after the answer.
    pub(crate) fn keeps_alive(&self) -> bool {
        match self.minor_version {
            0 => self.headers.lists("connection", "keep-alive"),
            _ => !self.headers.lists("connection", "close"),
        }
    }
}

/// The status line and the fields after it.
#[derive(Clone, Debug)]
pub(crate) struct ResponseHead {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    minor_version: u8,
}

impl ResponseHead {
    /// Parses a head; `None` if more bytes are needed. Returns how long it is, too.
    pub(crate) fn parse(bytes: &[u8]) -> io::Result<Option<(Self, usize)>> {
        let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut fields);
        let status = response
            .parse(bytes)
            .map_err(|error| invalid(&error.to_string()))?;
        let httparse::Status::Complete(length) = status else {
            return Ok(None);
        };
        let head = Self {
            status: response.code.unwrap_or_default(),
            headers: Headers::owned(response.headers),
            minor_version: response.version.unwrap_or(1),
        };
        Ok(Some((head, length)))
    }

    /// Whether the connection can carry another request.
    pub(crate) fn keeps_alive(&self) -> bool {
        self.minor_version == 1 && !self.headers.lists("connection", "close")
    }
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framing(fields: &str) -> io::Result<Framing> {
        let text = format!("POST / HTTP/1.1\r\n{fields}\r\n");
        let (head, length) = RequestHead::parse(text.as_bytes())?.unwrap();
        assert_eq!(length, text.len());
        head.headers.framing()
    }

    #[test]
    fn the_body_length_has_one_reading_or_none() {
        assert_eq!(framing("").unwrap(), Framing::None);
        assert_eq!(
            framing("Content-Length: 12\r\n").unwrap(),
            Framing::Length(12)
        );
        assert_eq!(
            framing("Transfer-Encoding: chunked\r\n").unwrap(),
            Framing::Chunked
        );
        assert!(framing("Content-Length: 1\r\nContent-Length: 1\r\n").is_err());
        assert!(framing("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n").is_err());
        assert!(framing("Content-Length: +1\r\n").is_err());
        assert!(framing("Transfer-Encoding: gzip\r\n").is_err());
    }

    #[test]
    fn a_query_is_not_part_of_the_path() {
        let (head, _) = RequestHead::parse(b"GET /a?b=c HTTP/1.0\r\n\r\n")
            .unwrap()
            .unwrap();
        assert_eq!((head.path.as_str(), head.query.as_str()), ("/a", "b=c"));
        assert!(!head.keeps_alive());
    }
}
