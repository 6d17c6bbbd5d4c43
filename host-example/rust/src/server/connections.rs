//! Connections: how many, how slow they may be, and how they end when the host does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router as Routes;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// How long what is in work may take when the host ends.
const FAREWELL: Duration = Duration::from_secs(10);
/// The pause after a connection could not be accepted, for instance for want of file descriptors.
const BREATH: Duration = Duration::from_millis(50);

/// Who connected.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Turns true when the host is to end.
pub(crate) type Stop = watch::Receiver<bool>;

/// Serves the routes until `stop` turns true, and ends when every request has its answer.
pub(crate) async fn listen(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    routes: Routes,
    (max_connections, patience): (usize, Duration),
    mut stop: Stop,
) {
    let places = Arc::new(Semaphore::new(max_connections));
    let connections = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            tracing::warn!("too many connections: one is closed");
            continue;
        };
        let (tls, routes, watcher) = (tls.clone(), routes.clone(), connections.watcher());
        tokio::spawn(async move {
            serve(stream, tls, routes, (peer, patience), watcher).await;
            drop(place);
        });
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
    (peer, patience): (SocketAddr, Duration),
    watcher: Watcher,
) {
    let _ = stream.set_nodelay(true); // a delayed answer is an answer
    let Some(tls) = tls else {
        return converse(stream, routes, (peer, patience), watcher).await;
    };
    match timeout(patience, tls.accept(stream)).await {
        Ok(Ok(stream)) => converse(stream, routes, (peer, patience), watcher).await,
        Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    routes: Routes,
    (peer, patience): (SocketAddr, Duration),
    watcher: Watcher,
) {
    let service = tower_service(routes, peer);
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(patience);
    let connection = server.serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection has ended");
    }
}

/// The routes, with the peer's address in every request.
fn tower_service(
    routes: Routes,
    peer: SocketAddr,
) -> impl hyper::service::Service<
    Request<Incoming>,
    Response = axum::response::Response,
    Error = std::convert::Infallible,
    Future: Send,
> {
    let routes = routes.layer(axum::Extension(Peer(peer)));
    TowerToHyperService::new(routes)
}
