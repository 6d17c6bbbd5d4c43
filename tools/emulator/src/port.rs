//! Controls the listening port: open, refusing connections, or with a full backlog.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};

use crate::Fault;

const QUEUE: u32 = 1024;

/// Tells the accept loop to stop accepting for a while.
#[derive(Clone, Debug)]
pub(crate) struct PortOrders(UnboundedSender<Order>);

/// A request to the accept loop; `done` is signalled when it has taken effect.
#[derive(Debug)]
pub(crate) struct Order {
    fault: Fault,
    done: std::sync::mpsc::Sender<()>,
}

impl PortOrders {
    pub(crate) fn new() -> (Self, UnboundedReceiver<Order>) {
        let (orders, receiver) = unbounded_channel();
        (Self(orders), receiver)
    }

    /// Sends the order; the returned receiver is signalled when the port is no longer open.
    pub(crate) fn give(&self, fault: Fault) -> std::sync::mpsc::Receiver<()> {
        let (done, taken) = std::sync::mpsc::channel();
        // Fails only while the emulator stops; then the receiver hears that at once.
        let _ = self.0.send(Order { fault, done });
        taken
    }
}

/// Listens for the first time.
pub(crate) fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = socket(address)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}

/// Carries out an order and returns the listener that is open again.
pub(crate) async fn carry_out(
    order: Order,
    listener: TcpListener,
    address: SocketAddr,
) -> io::Result<TcpListener> {
    drop(listener);
    match order.fault {
        Fault::Refuse { ms } => {
            // Bound and not listening: connections are refused and nobody else gets the port.
            let socket = bind(address).await;
            let _ = order.done.send(());
            sleep(Duration::from_millis(ms)).await;
            socket.listen(QUEUE)
        }
        Fault::BacklogFull { ms } => {
            let full = bind(address).await.listen(0)?;
            let fillers = fill(address).await;
            let _ = order.done.send(());
            sleep(Duration::from_millis(ms)).await;
            drop((full, fillers));
            bind(address).await.listen(QUEUE)
        }
        _ => bind(address).await.listen(QUEUE),
    }
}

/// Binds again; between two sockets somebody else may hold the port for a moment.
async fn bind(address: SocketAddr) -> TcpSocket {
    loop {
        if let Ok(socket) = socket(address)
            && socket.bind(address).is_ok()
        {
            return socket;
        }
        sleep(Duration::from_millis(5)).await;
    }
}

fn socket(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    // Connections of the listener before may still linger on the port.
    socket.set_reuseaddr(true)?;
    Ok(socket)
}

/// Connects until the queue takes no more.
async fn fill(address: SocketAddr) -> Vec<TcpStream> {
    let mut fillers = Vec::new();
    while let Ok(Ok(filler)) = timeout(Duration::from_millis(50), TcpStream::connect(address)).await
    {
        fillers.push(filler);
    }
    fillers
}
