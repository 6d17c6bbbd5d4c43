//! One connection: requests in, answers out, faults where they were asked for.

use std::io;

use tokio::time::timeout;

use crate::api::{self, Complete};
use crate::fault::answer_side;
use crate::fault::nature::Phase;
use crate::fault::request_side;
use crate::fault::scene::Scene;
use crate::fault::script::{End, Kept, Script};
use crate::graph_error::GraphError;
use crate::http::{BodyError, RequestHead, Response, Stream, Wire};
use crate::page::{self, Page};
use crate::state::State;
use crate::{Injection, control};

/// Serves a connection until one side closes it.
pub(crate) async fn serve(state: &State, page: &Page, stream: Stream, connection: u64) {
    let mut next = Some(Kept {
        wire: Wire::new(stream),
        idle: None,
    });
    while let Some(kept) = next {
        // A broken connection concerns only the client at its other end, which knows.
        next = exchange(state, page, kept, connection)
            .await
            .unwrap_or(None);
    }
}

/// One request and its answer; the connection, if it stays open.
async fn exchange(
    state: &State,
    page: &Page,
    kept: Kept,
    connection: u64,
) -> io::Result<Option<Kept>> {
    let mut wire = kept.wire;
    let arrived = match kept.idle {
        None => wire.request_head().await,
        Some(idle) => match timeout(idle, wire.request_head()).await {
            Ok(arrived) => arrived,
            Err(_) => return Script::only(End::Close).play(wire).await,
        },
    };
    let head = match arrived {
        Ok(Some(head)) => head,
        Ok(None) => return Script::only(End::Close).play(wire).await,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return refuse(wire, 400, "This is not an HTTP/1.1 request.\n").await;
        }
        Err(error) => return Err(error),
    };
    let is_graph = api::is_graph(&head.path);
    let injection = if is_graph {
        state.faults.take_for_request()
    } else {
        None
    };
    if let Some(injection) = &injection {
        state.ledger.enter_fault(connection, injection.fault.name());
        if injection.fault.phase() == Phase::Request {
            state.log(&format!(
                "{} {} fault {}",
                head.method,
                head.path,
                injection.fault.name()
            ));
            request_side::play(&injection.fault, wire).await?;
            return Ok(None);
        }
    }
    if head.headers.lists("expect", "100-continue") {
        wire.write(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    let body = match wire
        .body(&head.headers, api::body_limit(&state.config, &head))
        .await
    {
        Ok(body) => body,
        Err(BodyError::TooLarge) => return refuse(wire, 413, "The body is too large.\n").await,
        Err(BodyError::Broken(error)) if error.kind() == io::ErrorKind::InvalidData => {
            return refuse(wire, 400, "The body's framing is malformed.\n").await;
        }
        Err(BodyError::Broken(error)) => return Err(error),
    };
    if is_graph {
        let request = Complete {
            head: &head,
            body: &body,
            connection,
        };
        return graph(state, wire, request, injection).await;
    }
    if page::stream::is_asked_for(&head) && page::guard::refusal(state, &head).is_none() {
        page::stream::play(state, page, &head, wire).await;
        return Ok(None);
    }
    let response = elsewhere(state, page, &head, &body).await;
    plainly(&response, head.keeps_alive()).play(wire).await
}

/// A complete request to Graph.
async fn graph(
    state: &State,
    wire: Wire,
    request: Complete<'_>,
    injection: Option<Injection>,
) -> io::Result<Option<Kept>> {
    let keep_alive = request.head.keeps_alive();
    let Some(injection) = injection else {
        let outcome = api::answer(state, request, true, None);
        let kept = plainly(&outcome.response, keep_alive).play(wire).await;
        outcome.gates.open();
        return kept;
    };
    let name = injection.fault.name();
    let outcome = api::answer(state, request, injection.accepts(), Some(&name));
    // Meta's notifications do not wait for an answer that got lost.
    outcome.gates.open();
    let scene = Scene {
        response: &outcome.response,
        keep_alive,
        draw: state.ids.draw(),
        trace: &state.ids.trace(),
    };
    answer_side::script(&injection.fault, &scene)
        .play(wire)
        .await
}

async fn refuse(wire: Wire, status: u16, reason: &str) -> io::Result<Option<Kept>> {
    plainly(&Response::text(status, reason), false)
        .play(wire)
        .await
}

fn plainly(response: &Response, keep_alive: bool) -> Script {
    let end = if keep_alive { End::Keep } else { End::Close };
    Script::write(response.bytes(keep_alive), end)
}

async fn elsewhere(state: &State, page: &Page, head: &RequestHead, body: &[u8]) -> Response {
    let controls = head.path == "/" || head.path.starts_with("/__");
    if let Some(refusal) = page::guard::refusal(state, head).filter(|_| controls) {
        return refusal;
    }
    if let Some(response) = page::answer(page, head, body).await {
        return response;
    }
    if (head.method.as_str(), head.path.as_str()) == ("GET", "/__ledger") {
        return control::ledger(state).await;
    }
    control::answer(state, head, body)
        .unwrap_or_else(|| GraphError::unknown_path(&head.path).response(&state.ids.trace()))
}
