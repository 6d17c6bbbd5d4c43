//! The *Advanced Webhook*: `…/advancedwebhook/<name>`.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::app::App;
use super::connections::Peer;
use super::gate::{Handshake, Unauthentic, authentic, shake_hands, signature};
use super::members::members;
use super::refusals::shown;
use super::sources::source;
use super::unverified::{FREE, Share};
use crate::engine::{Ended, NewRun, Refused, RunId};
use crate::expression::Scope;
use crate::operations::Told;
use crate::routing::Active;
use crate::trigger::{Authentication, Kind, Response as Answer, Trigger, Webhook};

/// The GET request that registers the URL: the verify token is the trigger's name.
pub(super) async fn handshake(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Query(asked): Query<Handshake>,
) -> Response {
    let active = app.router.active();
    let Some((trigger, _)) = find(&active, &name) else {
        return unknown(&app, &active, &name);
    };
    let response = shake_hands(asked, &trigger.name);
    let (name, status) = (&trigger.name, response.status());
    match status {
        StatusCode::OK => tracing::info!(trigger = name, "the callback address is verified"),
        StatusCode::FORBIDDEN => {
            let todo = "the verify token, as the service has it, must be this trigger's name";
            app.refusals
                .webhook(name, status, "verify_token_wrong", todo);
        }
        _ => {
            let todo =
                "hub.mode must be subscribe, and hub.challenge 1 to 256 letters, digits, - and _";
            app.refusals.webhook(name, status, "no_handshake", todo);
        }
    }
    response
}

/// No trigger has this name.
fn unknown(app: &App, active: &Active, name: &str) -> Response {
    let status = StatusCode::NOT_FOUND;
    let webhooks = active.triggers.iter().filter(|trigger| trigger.enabled);
    let webhooks = webhooks.filter(|trigger| matches!(trigger.kind, Kind::Webhook(_)));
    let names: Vec<_> = webhooks.map(|trigger| trigger.name.as_str()).collect();
    let todo = format!(
        "no enabled webhook has this name; there is {}",
        names.join(", ")
    );
    app.refusals.webhook(name, status, "unknown_trigger", &todo);
    status.into_response()
}

/// Whatever else is asked for.
pub(super) async fn nothing_here(State(app): State<Arc<App>>, request: Request) -> Response {
    let (status, path) = (StatusCode::NOT_FOUND, shown(request.uri().path()));
    let own = &app.settings.path;
    let todo = format!("{path} is no address; webhooks are at {own}/advancedwebhook/<trigger>");
    app.refusals.webhook("", status, "unknown_address", &todo);
    status.into_response()
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
        return unknown(&app, &active, &name);
    };
    let mut seen = Seen::default();
    let answered = answer(&app, &active, (trigger, webhook), &peer, request, &mut seen).await;
    peer.standing.is_answered();
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
        Kind::Event { .. } | Kind::Schedule(_) => None,
    }
}

async fn answer(
    app: &App,
    active: &Active,
    (trigger, webhook): (&Trigger, &Webhook),
    peer: &Peer,
    request: Request,
    seen: &mut Seen,
) -> Result<Response, Response> {
    let (head, body) = request.into_parts();
    let field = app.settings.source_header.as_deref();
    let source = source(peer.address.ip(), &head.headers, field);
    let name = &trigger.name;
    if let Err(seconds) = app.sources.check(source) {
        let status = StatusCode::TOO_MANY_REQUESTS;
        app.refusals.limit(name, status, "requests_per_second");
        return Err(later(status, seconds));
    }
    let scheme = &webhook.scheme;
    let unauthentic = |why: Unauthentic| {
        let (reason, todo) = why.reason(scheme);
        app.refusals.webhook(name, why.status(), reason, &todo);
        why.status().into_response()
    };
    let key = match &webhook.authentication {
        Authentication::None => None,
        Authentication::Hmac(key) => Some(key),
        Authentication::Property => return Err(unauthentic(Unauthentic::WrongKey)),
    };
    if key.is_some() {
        signature(scheme, &head.headers).map_err(unauthentic)?; // before anything is read
    }
    let (body, unverified) = read(app, name, source, &head.headers, body).await?;
    if let Some(key) = key {
        authentic(scheme, key, &head.headers, &body).map_err(unauthentic)?;
    }
    // Only what is authentic is in work: nobody else can take a genuine webhook's place.
    peer.standing.is_authentic();
    let Ok(_in_work) = app.work.try_acquire() else {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        app.refusals.limit(name, status, "max_concurrent");
        return Err(later(status, 1));
    };
    drop(unverified);
    seen.body = app.feed.is_on().then(|| body.clone());
    // As the adapter reads it: bytes that are no UTF-8 cost their characters, not the notification.
    let text = &*String::from_utf8_lossy(&body);
    let mut given = if webhook.parse_body {
        let members = members(&head.headers, text, &body).await;
        members.map_err(|(status, what)| {
            app.refusals.webhook(name, status, "not_parsed", &what);
            (status, what).into_response()
        })?
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
    let (instance, lane) = active.place_of(webhook, text);
    let run = NewRun {
        definition: Arc::clone(definition),
        workflow: trigger.workflow.clone(),
        trigger: trigger.name.clone(),
        instance,
        customer: None,
        user_id: None,
        subjects: None,
        key: None,
        lane,
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
            Refused::Busy => {
                tracing::warn!("too many runs wait: webhook answered 503; the sender will retry");
            }
            Refused::Store(error) => {
                tracing::error!(%error, "webhook answered 503; the sender will retry");
            }
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

/// Reads a body that nobody has vouched for yet, within the limits for such.
async fn read(
    app: &App,
    trigger: &str,
    source: IpAddr,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Bytes, Share), Response> {
    let max = app.settings.max_body_bytes;
    let refuse = |status: StatusCode, reason: &str| {
        app.refusals.limit(trigger, status, reason);
        match status {
            StatusCode::SERVICE_UNAVAILABLE => later(status, 1),
            _ => status.into_response(),
        }
    };
    let too_large = || refuse(StatusCode::PAYLOAD_TOO_LARGE, "max_body_bytes");
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > max) {
        return Err(too_large());
    }
    let share = app.unverified.begin(source, Instant::now());
    let no_room = || refuse(StatusCode::SERVICE_UNAVAILABLE, "max_unverified_bytes");
    let mut parts = body.into_data_stream();
    let whole = async {
        let mut whole = Vec::new();
        while let Some(part) = parts.next().await {
            let Ok(part) = part else {
                // Badly chunked; or the sender has gone, and reads no answer.
                let (status, what) = (StatusCode::BAD_REQUEST, "the body is not whole");
                app.refusals
                    .webhook(trigger, status, "body_not_whole", what);
                return Err((status, what).into_response());
            };
            let length = whole.len() + part.len();
            if length > max {
                return Err(too_large());
            }
            if length > FREE && !share.grow(length, Instant::now()) {
                return Err(no_room());
            }
            whole.extend_from_slice(&part);
        }
        Ok(Bytes::from(whole))
    };
    let whole = tokio::select! {
        whole = timeout(app.settings.request_timeout, whole) => whole,
        () = share.has_to_go() => return Err(no_room()),
    };
    match whole {
        Ok(whole) => Ok((whole?, share)),
        Err(_) => Err(refuse(StatusCode::REQUEST_TIMEOUT, "request_timeout")),
    }
}

fn later(status: StatusCode, seconds: u64) -> Response {
    (status, [(header::RETRY_AFTER, seconds.to_string())]).into_response()
}
