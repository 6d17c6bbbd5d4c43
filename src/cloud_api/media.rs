//! Uploads and downloads of media as streams: a file is never in memory as a whole.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Cursor, Read, Write};

use sha2::{Digest, Sha256};
use ureq::http::header::CONTENT_TYPE;
use ureq::http::{Method, Uri};

use super::client::{Client, failed};
use super::completeness::Framing;
use super::effect::Effect;
use super::evidence::Evidence;
use super::exchange::Exchange;
use super::form::Form;
use super::headers::AnswerHeaders;
use super::http::Body;
use super::limits::CallContext;
use super::reason::Reason;
use super::redaction::Private;
use super::report::{CallReport, Ending};
use super::row::Arrived;

/// The host of Meta's media, besides the Graph API's own (D/business-phone-numbers/media, read 2026-08).
const MEDIA_HOST: &str = "lookaside.fbsbx.com";
/// How much is read of a response that is not the media.
const MAX_REFUSAL_BYTES: usize = 64 * 1024;

/// A file to upload.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) file: File,
    pub(crate) bytes: u64,
    pub(crate) mime_type: String,
    pub(crate) name: String,
    /// How long a number without storage keeps it, if not an hour.
    pub(crate) ttl_minutes: Option<u64>,
}

/// Reads as many bytes as were announced, or fails: the file may have become shorter since.
pub(super) struct Whole<'a, R> {
    pub(super) file: io::Take<R>,
    /// Whether the file has become shorter.
    pub(super) is_short: &'a Cell<bool>,
}

impl<R: Read> Read for Whole<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        if read == 0 && !buffer.is_empty() && self.file.limit() > 0 {
            self.is_short.set(true);
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }
}

/// What was downloaded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Downloaded {
    pub(crate) bytes: u64,
    /// In hexadecimal digits.
    pub(crate) sha256: String,
}

/// The type and size that Meta announced for a download.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Length<'a> {
    /// The media's type, if Meta names it.
    pub(crate) mime_type: Option<&'a str>,
    /// The size, if Meta gives one.
    pub(crate) bytes: Option<u64>,
    /// The largest size that is accepted.
    pub(crate) most_bytes: u64,
}

impl Length<'_> {
    /// Whether a response of this type may be the media. Types have several names, so types of one kind
    /// count as equal; a page or JSON in place of something else is an error.
    fn may_be(&self, told: Option<&str>) -> bool {
        let Some((told, wanted)) = told.zip(self.mime_type) else {
            return true;
        };
        let essence = |text: &str| {
            let essence = text.split(';').next().unwrap_or_default();
            essence.trim().to_ascii_lowercase()
        };
        let (told, wanted) = (essence(told), essence(wanted));
        if told == wanted
            || ["", "application/octet-stream", "binary/octet-stream"].contains(&told.as_str())
        {
            return true;
        }
        let kind = |it: &str| it.split('/').next().unwrap_or_default().to_owned();
        let (one, other) = (kind(&told), kind(&wanted));
        let is_page = ["html", "json", "xml"]
            .iter()
            .any(|end| told.ends_with(end));
        !is_page && (one == other || one == "application" || other == "application")
    }

    /// Whether a body that begins like this is Graph's error and not the media.
    fn is_error(&self, begin: &[u8]) -> bool {
        let is_json = self.mime_type.is_some_and(|it| it.contains("json"));
        let begin = begin
            .trim_ascii_start()
            .strip_prefix(b"{")
            .unwrap_or_default();
        !is_json && begin.trim_ascii_start().starts_with(b"\"error\"")
    }
}

impl Client {
    /// Uploads one file. Not retried, because the file is read once; a second upload would do no harm.
    pub(crate) fn upload(&self, upload: Upload, context: &CallContext<'_>) -> CallReport {
        let form = form_of(&upload);
        let content_type = form.content_type();
        let length = upload.bytes + (form.head.len() + form.tail.len()) as u64;
        let url = format!("{}/{}/media", self.version_url, self.phone_number_id);
        let is_short = Cell::new(false);
        let mut body = Cursor::new(form.head)
            .chain(Whole {
                file: upload.file.take(upload.bytes),
                is_short: &is_short,
            })
            .chain(Cursor::new(form.tail));
        let name = upload.name;
        let private = || Private::of(&name);
        let mut report = self.once(Effect::Idempotent, private, context, || {
            self.run(context.limits, |exchange| {
                let request = self.request_to(Method::POST, &url);
                let request = request.header(CONTENT_TYPE, &content_type).body(())?;
                let body = Body::Stream {
                    bytes: length,
                    from: &mut body,
                };
                self.open(request, body, None, exchange)
            })
        });
        told_short(&mut report, &is_short, &name);
        report.proven_by(Evidence::Id("id"), Effect::Idempotent)
    }

    /// Downloads `url` into the writer from `begin`, restarting from the beginning on a retry. The size
    /// must match the response's head and `length`.
    pub(crate) fn download<W: Write>(
        &self,
        url: &str,
        length: Length<'_>,
        mut begin: impl FnMut() -> io::Result<W>,
        context: &CallContext<'_>,
    ) -> Result<(W, Downloaded), NoDownload> {
        if !self.may_have_the_token(url) {
            return Err(NoDownload::ForeignHost);
        }
        let mut ended = None;
        let private = || Private::of(url);
        let report = self.repeat(Effect::Idempotent, private, context, |_| {
            let mut exchange = Exchange::new(context.limits);
            let ending = match self.fetch(url, length, &mut begin, &mut exchange) {
                Ok(Fetched::Refused(ending)) => ending,
                Ok(Fetched::Ended(end)) => {
                    ended = Some(end);
                    whole()
                }
                Err(error) => failed(&error, exchange.marks, context.limits),
            };
            (ending, exchange.marks)
        });
        ended.unwrap_or(Err(NoDownload::Failed(Box::new(report))))
    }

    fn fetch<W: Write>(
        &self,
        url: &str,
        length: Length<'_>,
        begin: &mut impl FnMut() -> io::Result<W>,
        exchange: &mut Exchange,
    ) -> Result<Fetched<W>, ureq::Error> {
        let request = self.request_to(Method::GET, url).body(())?;
        let mut answer = self.open(request, Body::None, None, exchange)?;
        if answer.head.status() != 200 {
            let body = answer.whole(MAX_REFUSAL_BYTES, exchange);
            let ending = self.answered(&answer.head, body, exchange.marks);
            return Ok(Fetched::Refused(ending));
        }
        let framing = Framing::of(&answer.head);
        let content_type = answer.head.headers().get(CONTENT_TYPE);
        if !length.may_be(content_type.and_then(|it| it.to_str().ok())) {
            return Ok(Fetched::Ended(Err(NoDownload::NotMedia)));
        }
        let told = answer.length();
        let not_written = |_| Fetched::Ended(Err(NoDownload::NotWritten));
        let mut to = match begin() {
            Ok(to) => to,
            Err(error) => return Ok(not_written(error)),
        };
        let (mut bytes, mut hash, mut buffer) = (0_u64, Sha256::new(), vec![0; 64 * 1024]);
        loop {
            let count = answer.read(&mut buffer, exchange)?;
            let part = buffer.get(..count).unwrap_or_default();
            if part.is_empty() {
                let is_whole = framing.arrived(true, exchange.marks) == Arrived::Whole;
                if !is_whole && length.bytes != Some(bytes) {
                    return Err(ureq::Error::Io(io::ErrorKind::UnexpectedEof.into()));
                }
                if [length.bytes, told]
                    .into_iter()
                    .flatten()
                    .any(|it| it != bytes)
                {
                    return Ok(Fetched::Ended(Err(NoDownload::WrongSize(bytes))));
                }
                if bytes == 0 {
                    return Ok(Fetched::Ended(Err(NoDownload::NotMedia)));
                }
                let sha256 = base16ct::lower::encode_string(&hash.finalize());
                return Ok(Fetched::Ended(Ok((to, Downloaded { bytes, sha256 }))));
            }
            if bytes == 0 && length.is_error(part) {
                return Ok(Fetched::Ended(Err(NoDownload::NotMedia)));
            }
            bytes += part.len() as u64;
            if bytes > length.most_bytes {
                return Ok(Fetched::Ended(Err(NoDownload::TooLarge)));
            }
            hash.update(part);
            if let Err(error) = to.write_all(part) {
                return Ok(not_written(error));
            }
        }
    }

    /// Whether `url` is on the Graph API's host or on Meta's media host.
    fn may_have_the_token(&self, url: &str) -> bool {
        let (Ok(url), Ok(own)) = (url.parse::<Uri>(), self.base_url.parse::<Uri>()) else {
            return false;
        };
        let of_meta = url.scheme_str() == Some("https")
            && url
                .authority()
                .is_some_and(|authority| authority == MEDIA_HOST);
        of_meta || (url.scheme() == own.scheme() && url.authority() == own.authority())
    }
}

/// Says of an upload that its file became shorter, if it did.
pub(super) fn told_short(report: &mut CallReport, is_short: &Cell<bool>, name: &str) {
    if is_short.get()
        && let Some(failed) = &mut report.failed
    {
        failed.reason = Some(Reason::FileChanged);
        failed.message = format!(
            "the file {name:?} became shorter while it was uploaded, so nothing was uploaded; upload it \
             when it no longer changes"
        );
    }
}

/// How one fetch ended.
enum Fetched<W> {
    /// The response is not the media.
    Refused(Ending),
    /// The download ended.
    Ended(Result<(W, Downloaded), NoDownload>),
}

/// Why nothing was downloaded.
#[derive(Debug)]
pub(crate) enum NoDownload {
    /// The address is not Meta's, and would receive the token.
    ForeignHost,
    TooLarge,
    /// The response is a page, an error or empty.
    NotMedia,
    /// This many bytes arrived, and Meta or the response's head gives another number.
    WrongSize(u64),
    /// The file could not be written.
    NotWritten,
    Failed(Box<CallReport>),
}

/// The ending of an exchange whose result is known otherwise.
fn whole() -> Ending {
    Ending::Answered {
        http_status: 200,
        arrived: Arrived::Whole,
        told: AnswerHeaders::default(),
        body: Some(b"{}".to_vec()),
    }
}

/// The form that the file leaves in.
fn form_of(upload: &Upload) -> Form {
    let minutes = upload.ttl_minutes.map(|minutes| minutes.to_string());
    let fields = [
        ("messaging_product", "whatsapp"),
        ("type", upload.mime_type.as_str()),
    ];
    let minutes = minutes.as_deref().map(|minutes| ("ttl_minutes", minutes));
    let fields = fields.into_iter().chain(minutes);
    Form::new(fields, "file", &upload.name, &upload.mime_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S52.
    #[test]
    fn a_page_and_an_error_are_no_media() {
        let length = |mime_type| Length {
            mime_type: Some(mime_type),
            bytes: None,
            most_bytes: 1,
        };
        for (wanted, told, may_be) in [
            ("image/jpeg", "image/jpeg", true),
            ("image/jpeg", "Image/JPG; x=1", true),
            ("image/jpeg", "application/octet-stream", true),
            ("audio/ogg; codecs=opus", "application/ogg", true),
            ("image/jpeg", "text/html; charset=utf-8", false),
            ("image/jpeg", "application/json", false),
            ("application/pdf", "text/html", false),
            ("application/pdf", "application/json", false),
            ("image/jpeg", "text/plain", false),
            ("application/json", "application/json", true),
        ] {
            assert_eq!(length(wanted).may_be(Some(told)), may_be, "{wanted} {told}");
        }
        let jpeg = length("image/jpeg");
        assert!(jpeg.may_be(None));
        assert!(jpeg.is_error(b" { \"error\": {\"code\":190}}") && !jpeg.is_error(b"\xff\xd8"));
        assert!(!length("application/json").is_error(b"{\"error\":1}"));
    }

    #[test]
    fn a_file_that_became_shorter_ends_the_upload() {
        let short = Cell::new(false);
        let of = |text: &'static str| Whole {
            file: Cursor::new(text).take(3),
            is_short: &short,
        };
        let mut whole = Vec::new();
        of("abc").read_to_end(&mut whole).unwrap();
        assert_eq!(whole, b"abc");
        assert_eq!(of("abc").read(&mut []).unwrap(), 0);
        assert!(!short.get());
        let error = of("ab").read_to_end(&mut whole).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert!(short.get());
    }
}
