//! The connections on which the server calls this worker.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use restate_sdk::endpoint::Endpoint;
use restate_sdk::hyper::HyperEndpoint;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How long calls that are in work may take when the worker ends.
const FAREWELL: Duration = Duration::from_secs(10);
/// The pause after a connection could not be accepted, for instance for want of file descriptors.
const BREATH: Duration = Duration::from_millis(50);
/// How often the server may be asked for new connections.
const AGAIN: Duration = Duration::from_secs(1);

/// Asks the server for new connections, so that a balancer gives them to other workers. A connection
/// lasts for as long as it is used, and what the server tries again it tries on the same one: without
/// this, a worker that cannot do something would be asked for it again and again, beside another one that
/// can.
#[derive(Debug, Clone)]
pub(super) struct Elsewhere(watch::Sender<Instant>);

impl Elsewhere {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(Instant::now()))
    }

    /// What is in work on the connections goes on.
    pub(super) fn ask(&self) {
        self.0.send_if_modified(|last| {
            let again = last.elapsed() >= AGAIN;
            if again {
                *last = Instant::now();
            }
            again
        });
    }
}

/// Serves until `stop` turns true.
pub(super) async fn serve(
    listener: TcpListener,
    endpoint: Endpoint,
    elsewhere: Elsewhere,
    mut stop: watch::Receiver<bool>,
) {
    let endpoint = HyperEndpoint::new(endpoint);
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener) => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection of the server's could not be accepted");
                sleep(BREATH).await;
                continue;
            }
        };
        while connections.try_join_next().is_some() {}
        let leave = (elsewhere.0.subscribe(), stop.clone());
        connections.spawn(converse(stream, peer, endpoint.clone(), leave));
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(FAREWELL, all).await.is_err() {
        tracing::warn!("some calls of the server's were cut off");
    }
}

/// Every command is a few small messages to and fro. None of them may wait until the one before it is
/// acknowledged, which takes some 40 ms.
async fn accept(listener: &TcpListener) -> std::io::Result<(TcpStream, SocketAddr)> {
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, peer))
}

async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    endpoint: HyperEndpoint,
    (mut elsewhere, mut stop): (watch::Receiver<Instant>, watch::Receiver<bool>),
) {
    let server = http2::Builder::new(TokioExecutor::new());
    let connection = server.serve_connection(TokioIo::new(stream), endpoint);
    let mut connection = std::pin::pin!(connection);
    let told = async {
        tokio::select! {
            _ = elsewhere.changed() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection of the server's has ended");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HTTP/2's frame that says that a connection takes no more.
    const GOAWAY: u8 = 7;

    /// R3: without it every command waited for a delayed acknowledgement.
    #[tokio::test]
    async fn r03_what_a_worker_answers_does_not_wait_for_an_acknowledgement() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (caller, accepted) = tokio::join!(TcpStream::connect(address), accept(&listener));
        drop(caller.unwrap());
        assert!(accepted.unwrap().0.nodelay().unwrap());
    }

    #[test]
    fn the_server_is_not_asked_for_new_connections_all_the_time() {
        let long_ago = Instant::now().checked_sub(AGAIN).unwrap();
        let elsewhere = Elsewhere(watch::Sender::new(long_ago));
        let mut asked = elsewhere.0.subscribe();
        elsewhere.ask();
        assert!(asked.has_changed().unwrap());
        asked.mark_unchanged();
        elsewhere.ask();
        assert!(!asked.has_changed().unwrap());
    }

    /// R7: what is tried again came to the same worker for ever. And a worker that ends lets go.
    #[tokio::test]
    async fn r07_a_connection_is_given_up_when_another_worker_is_wanted_and_when_this_one_ends() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let long_ago = Instant::now().checked_sub(AGAIN).unwrap();
        let elsewhere = Elsewhere(watch::Sender::new(long_ago));
        let (stop, stopped) = watch::channel(false);
        let endpoint = Endpoint::builder().build();
        let serving = tokio::spawn(serve(listener, endpoint, elsewhere.clone(), stopped));
        for ask in [true, false] {
            let mut caller = TcpStream::connect(address).await.unwrap();
            let hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
            caller.write_all(hello).await.unwrap();
            let mut settings = [0; 9];
            caller.read_exact(&mut settings).await.unwrap();
            let length = usize::from(settings[2]);
            caller.read_exact(&mut vec![0; length]).await.unwrap(); // it converses
            if ask {
                elsewhere.ask();
            } else {
                stop.send_replace(true);
            }
            let mut head = [0; 9];
            loop {
                caller.read_exact(&mut head).await.unwrap();
                let [high, middle, low, kind, ..] = head;
                if kind == GOAWAY {
                    break;
                }
                let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
                caller.read_exact(&mut vec![0; length]).await.unwrap();
            }
        }
        serving.await.unwrap();
    }
}
