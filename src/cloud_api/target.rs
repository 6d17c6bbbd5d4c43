//! The server that a URL names.

use ureq::Error;
use ureq::http::Uri;

/// A server, and whether it uses TLS. The pool finds connections by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) is_tls: bool,
    /// As the URL has it: an IPv6 address is in brackets.
    pub(super) host: String,
    pub(super) port: u16,
}

impl Target {
    /// # Errors
    /// `HostNotFound` if the URL names none.
    pub(super) fn of(url: &Uri) -> Result<Self, Error> {
        let is_tls = url.scheme_str() != Some("http");
        let default = if is_tls { 443 } else { 80 };
        Ok(Self {
            is_tls,
            host: url.host().ok_or(Error::HostNotFound)?.to_owned(),
            port: url.port_u16().unwrap_or(default),
        })
    }
}
