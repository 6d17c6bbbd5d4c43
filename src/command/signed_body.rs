//! The body of an HTTP request of Meta's as a command gets it: as a text, with the header that signs it.

use std::borrow::Cow;

use super::request;
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::{Given, Leniency};
use crate::webhook::Refusal;

/// A body that has too many bytes, and how many it may have.
#[derive(Clone, Copy)]
pub(super) struct TooLarge(usize, usize);

impl TooLarge {
    pub(super) fn error(self, what: &str) -> Error {
        let Self(bytes, limit) = self;
        Error::invalid_request(format!(
            "{what} has {bytes} bytes; the limit is {limit} (property maxNotificationBytes)"
        ))
    }
}

/// The body, and the member `signature`.
type Signed<'a> = (Cow<'a, str>, Option<Cow<'a, str>>);

/// Reads a request whose first member is the body. A body that is too large is not copied.
///
/// # Errors
/// `InvalidArgument` if the request is no JSON, `InvalidRequest` with all that is wrong with it.
pub(super) fn parse<'a>(
    json: &'a str,
    command: &Command,
    limit: usize,
) -> Result<Result<Signed<'a>, TooLarge>, Error> {
    // A byte takes at most six in a JSON string.
    const LONGEST_ESCAPE: usize = 6;
    let name = command.request.first().map_or("", |field| field.name);
    let given = Given::parse(json)?;
    let raw_bytes = given.raw_len(name);
    if raw_bytes > limit.saturating_mul(LONGEST_ESCAPE).saturating_add(2) {
        return Ok(Err(TooLarge(raw_bytes, limit)));
    }
    let mut request = given.read(request::WHAT, &command.object(), &mut Leniency::new(true))?;
    let body = request.take_text(name).unwrap_or_default();
    Ok(Ok((body, request.take_text("signature"))))
}

/// # Errors
/// The body has more bytes than it may have.
pub(super) const fn fit(bytes: usize, limit: usize) -> Result<(), TooLarge> {
    if bytes > limit {
        return Err(TooLarge(bytes, limit));
    }
    Ok(())
}

/// Whether `header` signs exactly these bytes. Without an App Secret nothing does.
///
/// # Errors
/// Why not.
pub(super) fn verify(
    body: &[u8],
    header: Option<&[u8]>,
    properties: &Properties,
) -> Result<(), Refusal> {
    let verifier = properties.verifier.as_ref();
    verifier.map_or(Err(Refusal::NoSecret), |verifier| {
        verifier.verify(body, header)
    })
}
