//! The *Advanced Webhook*: `…/advancedwebhook/<name>`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use axum::Extension;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Form, FromRequest as _, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::connections::Peer;
use super::sources::source;
use super::{App, Handshake, SIGNATURE, authentic, shake_hands};
use crate::engine::{Ended, NewRun, Refused, RunId};
use crate::expression::Scope;
use crate::operations::Told;
use crate::trigger::{
    Active, Authentication, Kind, Response as Answer, Trigger, Webhook, lane_of_body,
};

/// The GET request that registers the URL: the verify token is the trigger's name.
pub(super) async fn handshake(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Query(asked): Query<Handshake>,
) -> Response {
    let active = app.router.active();
    match find(&active, &name) {
        Some((trigger, _)) => shake_hands(asked, &trigger.name),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A POST request: answered when the run that it starts is stored.
pub(super) async fn receive(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    let began = Instant::now();
    let active = app.router.active();
    let Some((trigger, webhook)) = find(&active, &name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut seen = Seen::default();
    let answered = answer(&app, &active, (trigger, webhook), peer, request, &mut seen).await;
    let response = answered.unwrap_or_else(|refused| refused);
    let status = response.status().as_u16();
    app.metrics.webhook(&trigger.name, status, began.elapsed());
    app.feed.tell(|| Told::Webhook {
        instance: webhook.adapter.clone().unwrap_or_default(),
        id: seen.run.map_or_else(String::new, |run| run.to_string()),
        trigger: trigger.name.clone(),
        http_status: status,
        raw: seen
            .body
            .map_or(Value::Null, |body| match serde_json::from_slice(&body) {
                Ok(json) => json,
                Err(_) => Value::String(String::from_utf8_lossy(&body).into_owned()),
            }),
    });
    response
}

/// What was learnt of a request that the feed tells.
#[derive(Default)]
struct Seen {
    body: Option<Bytes>,
    run: Option<RunId>,
}

fn find<'a>(active: &'a Active, name: &str) -> Option<(&'a Trigger, &'a Webhook)> {
    let mut all = active.triggers.iter();
    let trigger = all.find(|trigger| trigger.enabled && trigger.name == name)?;
    match &trigger.kind {
        Kind::Webhook(webhook) => Some((trigger, webhook)),
        Kind::Event { .. } => None,
    }
}

async fn answer(
    app: &App,
    active: &Active,
    (trigger, webhook): (&Trigger, &Webhook),
    Peer(peer): Peer,
    request: Request,
    seen: &mut Seen,
) -> Result<Response, Response> {
    let (head, body) = request.into_parts();
    let source = source(
        peer.ip(),
        &head.headers,
        app.settings.source_header.as_deref(),
    );
    if let Err(seconds) = app.sources.check(source) {
        return Err(later(StatusCode::TOO_MANY_REQUESTS, seconds));
    }
    let Ok(_in_work) = app.work.try_acquire() else {
        return Err(later(StatusCode::SERVICE_UNAVAILABLE, 1));
    };
    let key = match &webhook.authentication {
        Authentication::None => None,
        Authentication::Hmac(key) => Some(key),
    };
    if key.is_some() && !head.headers.contains_key(SIGNATURE) {
        return Err(StatusCode::UNAUTHORIZED.into_response()); // before anything is read
    }
    let body = read(app, &head.headers, body).await?;
    if let Some(key) = key {
        authentic(key, &head.headers, &body).map_err(|why| why.status().into_response())?;
    }
    seen.body = app.feed.is_on().then(|| body.clone());
    let text = std::str::from_utf8(&body)
        .map_err(|_| refuse(StatusCode::BAD_REQUEST, "the body is not UTF-8"))?;
    let mut given = if webhook.parse_body {
        members(&head.headers, body.clone()).await?
    } else {
        Map::new()
    };
    let content_type = head.headers.get(header::CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let system = json!({"body": text, "contentType": content_type});
    let mut scope = Scope::of(&given);
    scope.set("wfsystem", &system);
    given.insert("wfsystem".to_owned(), json!({"contentType": content_type}));
    let Some(properties) = trigger.starts(&scope, &given) else {
        return Ok(StatusCode::OK.into_response()); // not wanted, and not to be repeated
    };
    let Some(definition) = active.workflows.get(&trigger.workflow) else {
        return Err(later(StatusCode::SERVICE_UNAVAILABLE, 1));
    };
    let run = NewRun {
        definition: Arc::clone(definition),
        workflow: trigger.workflow.clone(),
        trigger: trigger.name.clone(),
        instance: webhook.adapter.clone().unwrap_or_default(),
        customer: None,
        key: None,
        lane: lane_of_body(text),
        one_per_customer: false,
        properties: Value::Object(properties).to_string(),
    };
    start(app, &webhook.response, run, seen).await
}

async fn start(
    app: &App,
    answer: &Answer,
    run: NewRun,
    seen: &mut Seen,
) -> Result<Response, Response> {
    let (told, ended) = match answer {
        Answer::Workflow => {
            let (tell, ended) = oneshot::channel();
            (Some(tell), Some(ended))
        }
        Answer::None | Answer::Custom { .. } => (None, None),
    };
    let started = app.engine.start(run, told).await;
    let id = started.map_err(|refused| {
        match refused {
            Refused::Busy => tracing::warn!("too many runs wait: a webhook is to come again"),
            Refused::Store(error) => tracing::error!(%error, "a webhook is to come again"),
        }
        later(StatusCode::SERVICE_UNAVAILABLE, 1)
    })?;
    seen.run = Some(id);
    if let Answer::Custom {
        status,
        content_type,
        body,
    } = answer
    {
        let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::OK);
        let kind = HeaderValue::from_str(content_type);
        let kind = kind.unwrap_or(HeaderValue::from_static("text/plain"));
        return Ok((status, [(header::CONTENT_TYPE, kind)], body.clone()).into_response());
    }
    let Some(ended) = ended else {
        return Ok(StatusCode::OK.into_response());
    };
    let json = |status: StatusCode, body: &Value| {
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (status, kind, body.to_string()).into_response()
    };
    match timeout(app.settings.request_timeout, ended).await {
        Ok(Ok(Ended::Done(output))) => Ok(json(StatusCode::OK, &output)),
        Ok(Ok(Ended::Failed(why))) => {
            let body = json!({"run": id, "error": why});
            Err(json(StatusCode::INTERNAL_SERVER_ERROR, &body))
        }
        // It goes on all the same: a wait, or a shutdown.
        _ => Err(json(StatusCode::GATEWAY_TIMEOUT, &json!({"run": id}))),
    }
}

async fn read(app: &App, headers: &HeaderMap, body: Body) -> Result<Bytes, Response> {
    let too_large = || StatusCode::PAYLOAD_TOO_LARGE.into_response();
    let max = app.settings.max_body_bytes;
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > max) {
        return Err(too_large());
    }
    match timeout(app.settings.request_timeout, to_bytes(body, max)).await {
        Ok(Ok(body)) => Ok(body),
        // The only other cause is a sender that has gone, and reads no answer.
        Ok(Err(_)) => Err(too_large()),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT.into_response()),
    }
}

/// The members of a body that is parsed: a JSON object's, or a form's.
async fn members(headers: &HeaderMap, body: Bytes) -> Result<Map<String, Value>, Response> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    if kind.eq_ignore_ascii_case("application/json") {
        let text = std::str::from_utf8(&body).unwrap_or_default(); // checked by the caller
        return match crate::json::parse(text) {
            Some(Value::Object(members)) => Ok(members),
            Some(_) => Err(refuse(
                StatusCode::BAD_REQUEST,
                "the body is no JSON object",
            )),
            None => {
                let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err();
                let line = error.map_or(1, |error| error.line());
                let what = format!("the body is no JSON: line {line}");
                Err(refuse(StatusCode::BAD_REQUEST, &what))
            }
        };
    }
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let what = "the body must be application/json or application/x-www-form-urlencoded";
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, what));
    }
    let mut form = Request::new(Body::from(body));
    *form.method_mut() = axum::http::Method::POST;
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    form.headers_mut().insert(header::CONTENT_TYPE, kind);
    let Form(fields) = Form::<HashMap<String, String>>::from_request(form, &())
        .await
        .map_err(|_| refuse(StatusCode::BAD_REQUEST, "the body is no form"))?;
    Ok(fields
        .into_iter()
        .map(|(name, value)| (name, Value::String(value)))
        .collect())
}

fn refuse(status: StatusCode, what: &str) -> Response {
    (status, what.to_owned()).into_response()
}

fn later(status: StatusCode, seconds: u64) -> Response {
    (status, [(header::RETRY_AFTER, seconds.to_string())]).into_response()
}
