//! QR codes that begin a conversation with a text (Meta: QR codes, OpenAPI v23.0).

use serde_json::{Map, Value, json};

use super::fields::NodeType;
use super::{Call, Reply, paging};
use crate::account::Account;
use crate::account::number::QrCode;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

const NODE: NodeType = NodeType {
    name: "WhatsAppMessageQRCode",
    default: &["code", "prefilled_message", "deep_link_url"],
    more: &["qr_image_url", "creation_time"],
};

/// The longest text.
const MOST_CHARACTERS: usize = 140;
/// QR codes that a number can have.
const MOST: usize = 2000;

/// `GET /{phone number id}/message_qrdls`.
pub(crate) fn list(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let only = call.query.get("code");
    let all = account.number.qr_codes.iter();
    let shown = all
        .filter(|qr| only.is_none_or(|code| code == qr.code))
        .map(|qr| shown(call, qr));
    let shown = shown.collect::<Check<Vec<Value>>>()?;
    Ok(Reply::json(&paging::page(call, shown)?).of("qr_code_list"))
}

/// `GET /{phone number id}/message_qrdls/{code}`, a list of one.
pub(crate) fn get(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let at = position(call, account)?;
    let found = account.number.qr_codes.get(at);
    let found = found
        .map(|qr| shown(call, qr))
        .into_iter()
        .collect::<Check<Vec<Value>>>()?;
    Ok(Reply::json(&json!({"data": found})).of("qr_code"))
}

/// `POST /{phone number id}/message_qrdls`: a new one, or with `code` another text for one.
pub(crate) fn write(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["prefilled_message", "generate_qr_image", "code"])?;
    let text = root.required("prefilled_message")?.string()?.to_owned();
    if text.chars().count() > MOST_CHARACTERS {
        return Err(GraphError::parameter(&format!(
            "Invalid prefilled_message length. Maximum {MOST_CHARACTERS} characters allowed"
        )));
    }
    let image = root.filled("generate_qr_image");
    let image = image.map(|it| it.word(&["PNG", "SVG"])).transpose()?;
    let codes = &mut account.number.qr_codes;
    let qr = match root.filled("code") {
        Some(code) => {
            let code = code.string()?;
            let found = codes.iter_mut().find(|qr| qr.code == code);
            let qr = found.ok_or_else(|| unknown(code))?;
            qr.text = text;
            qr.clone()
        }
        None if codes.len() >= MOST => {
            return Err(GraphError::parameter("Too many QR codes"));
        }
        None => {
            let code = new_code(call);
            codes.insert(0, QrCode { code, text });
            codes.first().cloned().ok_or_else(|| unknown(""))?
        }
    };
    Ok(Reply::json(&members(&qr, image)).of("qr_code_write"))
}

/// `DELETE /{phone number id}/message_qrdls/{code}`.
pub(crate) fn delete(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let at = position(call, account)?;
    account.number.qr_codes.remove(at);
    Ok(Reply::success().of("qr_code_delete"))
}

fn position(call: &Call<'_>, account: &Account) -> Check<usize> {
    let code = call.item();
    let mut all = account.number.qr_codes.iter();
    all.position(|qr| qr.code == code)
        .ok_or_else(|| unknown(code))
}

fn unknown(code: &str) -> GraphError {
    GraphError::parameter("Invalid parameter").details(format!("There is no QR code {code}"))
}

/// The members that the query asks for; `qr_image_url.format(SVG)` asks for an image.
fn shown(call: &Call<'_>, qr: &QrCode) -> Check<Value> {
    let fields = call.query.get("fields").unwrap_or_default();
    let format = fields
        .split_once("qr_image_url.format(")
        .and_then(|(_, rest)| rest.split(')').next());
    let format = match format {
        Some(format) => {
            let value = json!(format);
            Some(Node::new(&value, "format").word(&["PNG", "SVG"])?)
        }
        None => None,
    };
    let mut shown = NODE.shown(call, &members(qr, format))?;
    // These nodes have no id.
    if let Some(members) = shown.as_object_mut() {
        members.remove("id");
    }
    Ok(shown)
}

fn members(qr: &QrCode, image: Option<&str>) -> Map<String, Value> {
    let QrCode { code, text } = qr;
    let link = format!("https://wa.me/message/{code}");
    let mut members = Map::new();
    members.insert("code".to_owned(), json!(code));
    members.insert("prefilled_message".to_owned(), json!(text));
    members.insert("deep_link_url".to_owned(), json!(link));
    if let Some(image) = image {
        let ending = image.to_ascii_lowercase();
        let url = format!("https://scontent.example/{code}.{ending}");
        members.insert("qr_image_url".to_owned(), json!(url));
    }
    members
}

/// 14 signs of Base32, as Meta's are.
fn new_code(call: &Call<'_>) -> String {
    const SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bits = call.state.ids.draw();
    let mut code = String::new();
    for _ in 0..12 {
        let sign = SIGNS.get((bits % 32) as usize).copied().unwrap_or(b'A');
        code.push(char::from(sign));
        bits /= 32;
    }
    code + "A7"
}
