//! Media: upload, look up, delete.

use serde_json::{Value, json};

use super::multipart::{self, Part};
use super::{Call, Reply};
use crate::account::Account;
use crate::account::media::{Medium, Origin, family_of, upload_types};
use crate::graph_error::GraphError;
use crate::media_address;
use crate::node::Node;

/// `POST /{phone number id}/media`.
pub(crate) fn upload(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let parts = multipart::parts(call)?;
    let part = |name: &str| parts.iter().find(|part| part.name == name);
    let text = |name: &str| {
        let in_form = part(name).map(|part| String::from_utf8_lossy(&part.bytes).into_owned());
        in_form.or_else(|| call.query.get(name).map(str::to_owned))
    };
    let product = text("messaging_product").map_or(Value::Null, Value::String);
    let product = json!({"messaging_product": product});
    Node::new(&product, "")
        .required("messaging_product")?
        .word(&["whatsapp"])?;
    if let Some(minutes) = text("ttl_minutes") {
        let minutes = Value::String(minutes);
        Node::new(&minutes, "ttl_minutes").index()?;
    }
    let file = part("file").ok_or_else(|| GraphError::required("file"))?;
    let mime_type = checked(file)?;
    let medium = Medium::new(
        mime_type,
        file.bytes.to_vec(),
        Origin::Upload,
        call.state.ticker.now(),
    );
    let id = account.media.add(call.state.ids.object(), medium);
    Ok(Reply::json(&json!({"id": id})).of("media"))
}

/// The MIME type of a file that Graph would take.
fn checked(file: &Part) -> Result<String, GraphError> {
    if file.file_name.is_none() {
        return Err(GraphError::parameter("Param file must be a file."));
    }
    let given = file
        .content_type
        .as_deref()
        .unwrap_or("application/octet-stream");
    let plain = given.split(';').next().unwrap_or_default().trim();
    let Some(family) = family_of(plain) else {
        return Err(GraphError::parameter(&format!(
            "Param file must be a file with one of the following types: {}. \
             Received file of type '{plain}'.",
            upload_types().join(", ")
        )));
    };
    if file.bytes.is_empty() {
        return Err(GraphError::parameter("Param file must not be empty."));
    }
    if file.bytes.len() > family.most_bytes {
        return Err(GraphError::parameter("Invalid parameter").details(format!(
            "File size {} exceeds the limit of {} bytes for {plain}",
            file.bytes.len(),
            family.most_bytes
        )));
    }
    Ok(given.to_owned())
}

/// `GET /{media id}`, with the address to fetch it from.
pub(crate) fn get(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let (id, medium) = found(call, account)?;
    let body = json!({
        "messaging_product": "whatsapp",
        "url": media_address::url(call.state, account, id),
        "mime_type": medium.mime_type,
        "sha256": medium.sha256_hex(),
        "file_size": medium.bytes.len(),
        "id": id,
    });
    Ok(Reply::json(&body).of("media_url"))
}

/// `DELETE /{media id}`.
pub(crate) fn delete(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    found(call, account)?;
    account.media.remove(call.object());
    Ok(Reply::success().of("media_delete"))
}

/// The medium that the path names, if it is the number's that the query names.
fn found<'a>(call: &Call<'a>, account: &'a Account) -> Result<(&'a str, &'a Medium), GraphError> {
    let id = call.object();
    let refused = || GraphError::no_object(call.method(), id);
    let now = call.state.ticker.now();
    let medium = account.media.get(id, now).ok_or_else(refused)?;
    match call.query.get("phone_number_id") {
        Some(number) if number != call.state.config.phone_number_id => {
            Err(GraphError::parameter("Invalid parameter").details(format!(
                "Media with ID {id} does not belong to the phone number {number}"
            )))
        }
        _ => Ok((id, medium)),
    }
}
