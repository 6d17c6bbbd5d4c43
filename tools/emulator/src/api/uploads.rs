//! Resumable uploads to the app (Meta: upload guide, 2026). A session takes the token in the scheme
//! `OAuth`, as the guide has it.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::account::Account;
use crate::account::uploads::Session;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

const TYPES: [&str; 5] = [
    "application/pdf",
    "image/jpeg",
    "image/jpg",
    "image/png",
    "video/mp4",
];

/// `POST /{app id}/uploads`: begins a session.
pub(crate) fn begin(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let parameters = call.parameters()?;
    let root = Node::new(&parameters, "");
    root.only(&["file_name", "file_length", "file_type"])?;
    root.optional_text("file_name", 1, 255)?;
    let length = root.required("file_length")?.index()?;
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length == 0 || length > call.state.config.max_upload_bytes {
        return Err(GraphError::parameter("Param file_length is out of range."));
    }
    root.required("file_type")?.word(&TYPES)?;
    let id = format!("upload:{}", call.state.ids.object());
    let signature = format!("AR{:x}", call.state.ids.draw());
    let whole = format!("{id}?sig={signature}");
    let session = Session {
        signature,
        length,
        bytes: Vec::new(),
    };
    account.uploads.insert(id, session);
    Ok(Reply::json(&json!({ "id": whole })).of("upload_begin"))
}

/// `POST /{session}`: the bytes from `file_offset` on; the last ones are answered with the handle.
pub(crate) fn append(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let keep = account.details.uploads.remove("keep_bytes");
    let session = session(call, account)?;
    let given = call.request.head.headers.get("file_offset");
    let given = json!(given.ok_or_else(|| GraphError::required("file_offset"))?);
    let offset = Node::new(&given, "file_offset").index()?;
    if offset != session.bytes.len() as u64 {
        return Err(GraphError::parameter("Invalid parameter").details(format!(
            "The upload goes on at {}, not at {offset}",
            session.bytes.len()
        )));
    }
    let body = call.request.body;
    let keep = keep.as_ref().and_then(Value::as_u64);
    let keep = keep.map_or(body.len(), |keep| usize::try_from(keep).unwrap_or(0));
    session.bytes.extend(body.iter().take(keep));
    if keep < body.len() {
        // The connection to where the bytes are kept was lost.
        return Err(GraphError::of_code(2).transient(Some(true)));
    }
    if session.bytes.len() != session.length {
        return Err(GraphError::parameter("Invalid parameter").details(format!(
            "The file has {} bytes, {} were announced",
            session.bytes.len(),
            session.length
        )));
    }
    let handle = format!("4::{}:{}", session.signature, session.length);
    Ok(Reply::json(&json!({ "h": handle })).of("upload"))
}

/// `GET /{session}`: where it goes on.
pub(crate) fn offset(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let id = call.object().to_owned();
    let offset = session(call, account)?.bytes.len();
    Ok(Reply::json(&json!({"id": id, "file_offset": offset})).of("upload_offset"))
}

fn session<'a>(call: &Call<'_>, account: &'a mut Account) -> Check<&'a mut Session> {
    let refused = || GraphError::no_object(call.method(), call.object());
    let session = account.uploads.get_mut(call.object()).ok_or_else(refused)?;
    if call.query.get("sig") != Some(&session.signature) {
        return Err(refused());
    }
    Ok(session)
}
