//! The members of a webhook's body, for triggers that have it parsed.

use std::collections::HashMap;

use axum::body::{Body, Bytes};
use axum::extract::{Form, FromRequest as _, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value};

/// Why a body has no members, and with what it is answered.
type Refused = (StatusCode, String);

/// The members of a body that is parsed: a JSON object's, or a form's.
pub(super) async fn members(
    headers: &HeaderMap,
    text: &str,
    body: &Bytes,
) -> Result<Map<String, Value>, Refused> {
    let bad = |what: &str| (StatusCode::BAD_REQUEST, what.to_owned());
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next();
    let kind = kind.unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return match crate::json::parse(text) {
            Some(Value::Object(members)) => Ok(members),
            Some(_) => Err(bad("the body is no JSON object")),
            None => {
                let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err();
                let line = error.map_or(1, |error| error.line());
                Err(bad(&format!("the body is no JSON: line {line}")))
            }
        };
    }
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let what = "the body must be application/json or application/x-www-form-urlencoded";
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, what.to_owned()));
    }
    let mut form = Request::new(Body::from(body.clone()));
    *form.method_mut() = Method::POST;
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    form.headers_mut().insert(header::CONTENT_TYPE, kind);
    let Form(fields) = Form::<HashMap<String, String>>::from_request(form, &())
        .await
        .map_err(|_| bad("the body is no form"))?;
    Ok(fields
        .into_iter()
        .map(|(name, value)| (name, Value::String(value)))
        .collect())
}
