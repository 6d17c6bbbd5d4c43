//! `multipart/form-data` around one small file (RFC 7578).

use std::fmt::Write as _;

use crate::random;

/// A file of JSON, and the fields of the form beside it.
#[derive(Debug)]
pub(crate) struct JsonFile<'a> {
    pub(crate) fields: &'a [(&'static str, &'static str)],
    pub(crate) name: &'static str,
    pub(crate) json: String,
}

/// A form without its file.
#[derive(Debug)]
pub(super) struct Form {
    boundary: String,
    /// All before the file.
    head: String,
}

impl Form {
    pub(super) fn new(file: &JsonFile<'_>) -> Self {
        let boundary = random::id();
        let mut head = String::new();
        for (name, value) in file.fields {
            let _ = write!(
                head,
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        let _ = write!(
            head,
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
             Content-Type: application/json\r\n\r\n",
            file.name
        );
        Self { boundary, head }
    }

    pub(super) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The form with this file.
    pub(super) fn around(&self, file: &str) -> String {
        format!("{}{file}\r\n--{}--\r\n", self.head, self.boundary)
    }
}
