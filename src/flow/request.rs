//! A Flow's request: its encrypted body, and what is in it.

use std::borrow::Cow;

use aes_gcm::aead::{Aead as _, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::key::FlowKey;
use super::primitives::Cipher;
use super::reply::ReplyKey;

/// Why a body was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotOpened {
    /// Some part of it is missing, malformed, or not for this key: which one is not told.
    NotDecrypted,
    /// It decrypts, to something that is no request.
    NoRequest,
}

/// What a phone asks.
#[derive(Debug)]
pub(crate) struct Request {
    /// `ping`, `INIT`, `BACK`, `data_exchange`, or what Meta adds.
    pub(crate) action: String,
    /// Empty where there is none.
    pub(crate) screen: String,
    /// One JSON object, as it came.
    pub(crate) data: String,
    pub(crate) flow_token: String,
    pub(crate) version: String,
    /// Whether it tells of an error in the phone, and asks nothing.
    pub(crate) is_error: bool,
}

/// The body, as far as it could be read. A part that could not is empty, which decrypts to nothing.
#[derive(Default, Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    encrypted_flow_data: Cow<'a, str>,
    #[serde(borrow)]
    encrypted_aes_key: Cow<'a, str>,
    #[serde(borrow)]
    initial_vector: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow)]
    action: Cow<'a, str>,
    #[serde(borrow, default)]
    screen: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    flow_token: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    version: Option<Cow<'a, str>>,
}

/// What `data` has if the phone tells of an error.
#[derive(Deserialize)]
struct OfError<'a> {
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

/// Opens `body` with the first of `keys` that fits.
///
/// # Errors
/// [`NotOpened`]; the work is the same for everything that does not decrypt.
pub(crate) fn open(body: &[u8], keys: &[FlowKey]) -> Result<(Request, ReplyKey), NotOpened> {
    let body: Body<'_> = serde_json::from_slice(body).unwrap_or_default();
    let bytes = |text: &str| STANDARD.decode(text).unwrap_or_default();
    let wrapped = bytes(&body.encrypted_aes_key);
    let iv = <[u8; 16]>::try_from(bytes(&body.initial_vector)).ok();
    let data = bytes(&body.encrypted_flow_data);
    // Every key is tried, whether one before it fitted or not.
    let fitting = keys.iter().map(|key| key.unwrap(&wrapped));
    let fitting = fitting.fold(None, Option::or);
    let key = fitting.as_deref().copied().unwrap_or_default();
    let cipher = Cipher::new(&key.into());
    let plain = cipher.decrypt(&iv.unwrap_or_default().into(), data.as_slice());
    let plain = Zeroizing::new(plain.map_err(|_| NotOpened::NotDecrypted)?);
    // A key that is all zeros because none fitted, or such a nonce, opens nothing.
    let (Some(key), Some(iv)) = (fitting, iv) else {
        return Err(NotOpened::NotDecrypted);
    };
    let request = read(&plain).ok_or(NotOpened::NoRequest)?;
    Ok((request, ReplyKey::new(key, iv)))
}

fn read(plain: &[u8]) -> Option<Request> {
    let content: Content<'_> = serde_json::from_slice(plain).ok()?;
    let data = content.data.map_or("{}", RawValue::get);
    let of_error: OfError<'_> = serde_json::from_str(data).ok()?;
    let text = |text: Option<Cow<'_, str>>| text.unwrap_or_default().into_owned();
    Some(Request {
        action: content.action.into_owned(),
        screen: text(content.screen),
        data: data.to_owned(),
        flow_token: text(content.flow_token),
        version: text(content.version),
        is_error: of_error.error.is_some(),
    })
}
