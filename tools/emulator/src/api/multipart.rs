//! The parts of a `multipart/form-data` body.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::stream;

use super::Call;
use crate::graph_error::GraphError;

/// One part of a form.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Bytes,
}

/// All parts, in the order they came.
pub(crate) fn parts(call: &Call<'_>) -> Result<Vec<Part>, GraphError> {
    let content_type = call.request.head.headers.get("content-type");
    let boundary = multer::parse_boundary(content_type.unwrap_or_default())
        .map_err(|_| GraphError::required("messaging_product"))?;
    let body = Bytes::copy_from_slice(call.request.body);
    // All bytes are there, so reading them never waits.
    let read = read(body, boundary).now_or_never();
    let malformed = |error: multer::Error| {
        GraphError::invalid(format!("The multipart body cannot be read: {error}"))
    };
    match read {
        Some(parts) => parts.map_err(malformed),
        None => Err(GraphError::invalid("The multipart body has no end")),
    }
}

async fn read(body: Bytes, boundary: String) -> Result<Vec<Part>, multer::Error> {
    let whole = stream::iter([Ok::<_, Infallible>(body)]);
    let mut form = multer::Multipart::new(whole, boundary);
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await? {
        parts.push(Part {
            name: field.name().unwrap_or_default().to_owned(),
            file_name: field.file_name().map(str::to_owned),
            content_type: field.content_type().map(ToString::to_string),
            bytes: field.bytes().await?,
        });
    }
    Ok(parts)
}
