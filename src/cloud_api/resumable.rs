//! Resumable uploads, which end in a handle: of the samples of templates and of the profile's picture
//! (D/graph-api/guides/upload).

use std::cell::Cell;
use std::io::{Read as _, Seek as _, SeekFrom};

use serde_json::Value;
use ureq::Error as HttpError;
use ureq::http::Method;
use ureq::http::header::CONTENT_TYPE;

use super::call::Call;
use super::client::Client;
use super::effect::Effect;
use super::evidence::Evidence;
use super::exchange::{Exchange, Marks};
use super::http::{Answer, Body};
use super::limits::{CallContext, Limits};
use super::media::{Upload, Whole, told_short};
use super::redaction::Private;
use super::report::{CallReport, Ending};
use crate::json::ObjectText;

impl Client {
    /// Uploads one file to the app with this id. After a failure it goes on at the offset that Meta tells.
    pub(crate) fn upload_for_handle(
        &self,
        app_id: &str,
        upload: &Upload,
        context: &CallContext<'_>,
    ) -> CallReport {
        let mime_type = upload.mime_type.split(';').next().unwrap_or_default();
        let begin = Call::post(
            format!("{app_id}/uploads"),
            ObjectText::new(),
            Evidence::Id("id"),
        )
        .query("file_name", &upload.name)
        .query("file_length", &upload.bytes.to_string())
        .query("file_type", mime_type)
        .idempotent();
        let mut begun = self.call(&begin, context);
        if begun.failed.is_some() {
            return begun;
        }
        let session = begun.json.as_ref().and_then(|answer| answer.get("id"));
        let Some(session) = session.and_then(Value::as_str).filter(|id| is_session(id)) else {
            begun.fail_unproven("where the file is to be uploaded");
            return begun;
        };
        let url = format!("{}/{session}", self.version_url);
        let is_short = Cell::new(false);
        let private = || Private::of(&upload.name);
        let mut report = self.repeat(Effect::Idempotent, private, context, |earlier| {
            let mut offset = 0;
            if earlier.is_some() {
                match self.offset(&url, context.limits) {
                    Ok(told) => offset = told,
                    Err(ended) => return *ended,
                }
            }
            self.run(context.limits, |exchange| {
                self.upload_from(&url, upload, offset, &is_short, exchange)
            })
        });
        told_short(&mut report, &is_short, &upload.name);
        report.proven_by(Evidence::Id("h"), Effect::Idempotent)
    }

    /// How many bytes Meta has of the file, or how the question ended.
    fn offset(&self, url: &str, limits: &Limits) -> Result<u64, Box<(Ending, Marks)>> {
        let ended = self.run(limits, |exchange| {
            let request = self.request_to_session(Method::GET, url).body(())?;
            self.open(request, Body::None, None, exchange)
        });
        let offset = match &ended.0 {
            Ending::Answered {
                http_status: 200,
                body: Some(body),
                ..
            } => serde_json::from_slice::<Value>(body)
                .ok()
                .and_then(|answer| answer.get("file_offset")?.as_u64()),
            _ => None,
        };
        offset.ok_or_else(|| Box::new(ended))
    }

    /// Sends the rest of the file.
    fn upload_from(
        &self,
        url: &str,
        upload: &Upload,
        offset: u64,
        is_short: &Cell<bool>,
        exchange: &mut Exchange,
    ) -> Result<Answer, HttpError> {
        let mut file = &upload.file;
        file.seek(SeekFrom::Start(offset)).map_err(HttpError::Io)?;
        let bytes = upload.bytes.saturating_sub(offset);
        let mut body = Whole {
            file: file.take(bytes),
            is_short,
        };
        let request = self
            .request_to_session(Method::POST, url)
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("file_offset", offset)
            .body(())?;
        let body = Body::Stream {
            bytes,
            from: &mut body,
        };
        self.open(request, body, None, exchange)
    }
}

/// Whether this is the id of an upload session, which goes into a path together with its signature.
fn is_session(id: &str) -> bool {
    let may_be = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:=+.%~?&".contains(&byte);
    id.strip_prefix("upload:")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(may_be))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_nothing_in_it_that_leads_elsewhere() {
        for id in ["upload:MTphdHRh", "upload:MTph_dHRh-b==?sig=ARZqkGCA"] {
            assert!(is_session(id), "{id}");
        }
        for id in [
            "",
            "upload:",
            "123",
            "upload:a/../b",
            "upload:a b",
            "upload:a#b",
            "upload:a\r\n",
        ] {
            assert!(!is_session(id), "{id:?}");
        }
    }
}
