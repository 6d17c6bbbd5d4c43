//! `multipart/form-data` around one file (RFC 7578).

use std::fmt::Write as _;

use crate::random;

/// A file that is small enough for memory, and the fields of the form beside it.
#[derive(Debug)]
pub(crate) struct FormFile {
    /// The fields that every such form has.
    pub(crate) fields: &'static [(&'static str, &'static str)],
    /// The fields whose values are the request's, which errors must not repeat.
    pub(crate) texts: Vec<(&'static str, String)>,
    /// The name of the file's part.
    pub(crate) part: &'static str,
    pub(crate) name: &'static str,
    pub(crate) mime_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// A form without its file.
#[derive(Debug)]
pub(super) struct Form {
    boundary: String,
    /// All before the file.
    pub(super) head: String,
    /// All behind it.
    pub(super) tail: String,
}

impl Form {
    /// The form of a file with this name and type in this part, and the fields before it.
    pub(super) fn new<'f>(
        fields: impl IntoIterator<Item = (&'f str, &'f str)>,
        part: &str,
        file_name: &str,
        mime_type: &str,
    ) -> Self {
        let boundary = random::id();
        let mut head = String::new();
        for (name, value) in fields {
            let _ = write!(
                head,
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        // A name must not end its quotes or its line.
        let odd = |c: char| c.is_control() || c == '"' || c == '\\';
        let file_name = file_name.replace(odd, "_");
        let _ = write!(
            head,
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{file_name}\"\r\n\
             Content-Type: {mime_type}\r\n\r\n"
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        Self {
            boundary,
            head,
            tail,
        }
    }

    pub(super) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The form with this file.
    pub(super) fn around(&self, file: &[u8]) -> Vec<u8> {
        [self.head.as_bytes(), file, self.tail.as_bytes()].concat()
    }
}
