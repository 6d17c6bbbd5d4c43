//! Connections: how many, how slow they may be, and how they end when the host does.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router as Routes;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::framing::{Ambiguous, Watched};
use super::places::{Place, Places, Standing, Taken};
use super::seldom::Seldom;

/// How long what is in work may take when the host ends.
const FAREWELL: Duration = Duration::from_secs(10);
/// The pause after a connection could not be accepted, for instance for want of file descriptors.
const BREATH: Duration = Duration::from_millis(50);

/// How often the lines about limits come.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// Who connected.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    pub(crate) standing: Standing,
}

/// How many connections there may be, in all and of one address, and how long their parts may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) most: usize,
    pub(crate) most_of_one: usize,
    pub(crate) patience: Duration,
}

/// Turns true when the host is to end.
pub(crate) type Stop = watch::Receiver<bool>;

/// Serves the routes until `stop` turns true, and ends when every request has its answer.
pub(crate) async fn listen(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    routes: Routes,
    limits: Limits,
    mut stop: Stop,
) {
    let places = Places::new(limits.most, limits.most_of_one);
    let told = Seldom::new(1, TELL_EVERY);
    let connections = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if let Some(more) = told.may("accept") {
                    tracing::warn!(%error, more, "a connection could not be accepted");
                }
                places.make_room();
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let place = match places.take(peer.ip()) {
            Taken::Free(place) => place,
            Taken::Instead(place) => {
                if let Some(more) = told.may("instead") {
                    let source = peer.ip();
                    tracing::warn!(%source, more,
                        "too many connections: one that has brought nothing makes room");
                }
                place
            }
            Taken::None => {
                if let Some(more) = told.may("none") {
                    let source = peer.ip();
                    tracing::warn!(%source, more, "too many connections: one is closed");
                }
                continue;
            }
        };
        let (tls, routes, watcher) = (tls.clone(), routes.clone(), connections.watcher());
        tokio::spawn(serve(
            stream,
            tls,
            routes,
            (peer, place),
            limits.patience,
            watcher,
        ));
    }
    drop(listener);
    if timeout(FAREWELL, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests were cut off");
    }
}

async fn serve(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    routes: Routes,
    (address, place): (SocketAddr, Place),
    patience: Duration,
    watcher: Watcher,
) {
    let _ = stream.set_nodelay(true); // a delayed answer is an answer
    let standing = place.standing().clone();
    let peer = Peer {
        address,
        standing: standing.clone(),
    };
    let conversation = async {
        let Some(tls) = tls else {
            return converse(stream, routes, peer, patience, watcher).await;
        };
        match timeout(patience, tls.accept(stream)).await {
            Ok(Ok(stream)) => converse(stream, routes, peer, patience, watcher).await,
            Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    };
    tokio::select! {
        () = conversation => {}
        () = standing.has_to_go() => {}
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    routes: Routes,
    peer: Peer,
    patience: Duration,
    watcher: Watcher,
) {
    let ambiguous = Ambiguous::default();
    let service = tower_service(routes, peer, ambiguous.clone());
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(patience);
    let stream = Watched::new(stream, ambiguous);
    let connection = server.serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection has ended");
    }
}

/// The routes, with the peer in every request, and without requests whose length is told in two ways.
fn tower_service(
    routes: Routes,
    peer: Peer,
    ambiguous: Ambiguous,
) -> impl hyper::service::Service<
    Request<Incoming>,
    Response = axum::response::Response,
    Error = std::convert::Infallible,
    Future: Send,
> {
    let routes = routes.layer(axum::Extension(peer));
    let framed = move |request: Request, next: Next| one_length(ambiguous.clone(), request, next);
    TowerToHyperService::new(routes.layer(from_fn(framed)))
}

async fn one_length(ambiguous: Ambiguous, request: Request, next: Next) -> Response {
    let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = if ambiguous.is_set() {
        let what = "the body's length is told twice, by Transfer-Encoding and by Content-Length";
        (StatusCode::BAD_REQUEST, what).into_response()
    } else {
        next.run(request).await
    };
    if is_chunked {
        // Where the next head would begin, only HTTP's own reader knows.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}
