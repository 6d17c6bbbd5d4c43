//! Counts the open connections, so that a test can wait until all of them have been served.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::net::TcpSocket;
use tokio::sync::{oneshot, watch};

/// The connections of one emulator.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    open: watch::Sender<usize>,
    /// Connections that only mark a place in the port's queue, by the address they come from.
    marks: Mutex<HashMap<SocketAddr, oneshot::Sender<()>>>,
}

/// One connection that is being served.
#[derive(Debug)]
pub(crate) struct Served<'a>(&'a Traffic);

impl Drop for Served<'_> {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}

/// A mark that is in the queue, or on its way there.
struct Placed<'a>(&'a Traffic, SocketAddr);

impl Drop for Placed<'_> {
    fn drop(&mut self) {
        self.0.marks().remove(&self.1);
    }
}

impl Traffic {
    /// Counts a connection as open, from its accept on.
    pub(crate) fn enter(&self) {
        self.open.send_modify(|open| *open += 1);
    }

    /// A guard that counts the connection as closed when it is dropped.
    pub(crate) fn served(&self) -> Served<'_> {
        Served(self)
    }

    /// Whether the connection from `peer` is a marker of [`Traffic::settle`], which is then signalled.
    pub(crate) fn is_mark(&self, peer: SocketAddr) -> bool {
        match self.marks().remove(&peer) {
            Some(waiting) => {
                // Nobody waits any more where the time was up.
                let _ = waiting.send(());
                true
            }
            None => false,
        }
    }

    /// Waits until every connection that is in the port's queue now has been served to its end.
    pub(crate) async fn settle(&self, port: SocketAddr) -> io::Result<()> {
        let socket = if port.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        let any: IpAddr = match port {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        };
        socket.bind((any, 0).into())?;
        let (sender, accepted) = oneshot::channel();
        let address = socket.local_addr()?;
        self.marks().insert(address, sender);
        // Whatever becomes of it: later on somebody else may connect from that address.
        let _placed = Placed(self, address);
        // The port hands out connections in the order in which they came; one that refuses ours
        // has nothing in its queue.
        if let Ok(mark) = socket.connect(port).await {
            accepted.await.map_err(io::Error::other)?;
            drop(mark);
        }
        let mut open = self.open.subscribe();
        open.wait_for(|open| *open == 0)
            .await
            .map_err(io::Error::other)?;
        Ok(())
    }

    fn marks(&self) -> MutexGuard<'_, HashMap<SocketAddr, oneshot::Sender<()>>> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_that_is_refused_does_not_stand_for_a_later_client() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
            .unwrap();
        let traffic = Traffic::default();
        runtime.block_on(async {
            let closed = TcpSocket::new_v4().unwrap();
            closed.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
            traffic.settle(closed.local_addr().unwrap()).await.unwrap();
        });
        assert!(traffic.marks().is_empty());
    }
}
