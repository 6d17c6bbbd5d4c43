//! The accept loop.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::connection;
use crate::fault::connection_side;
use crate::page::Page;
use crate::port::{self, Order};
use crate::state::State;

/// Accepts connections until the emulator stops.
pub(crate) async fn run(
    state: Arc<State>,
    page: Arc<Page>,
    mut listener: TcpListener,
    mut orders: UnboundedReceiver<Order>,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(order) = orders.recv() => {
                match port::carry_out(order, listener, state.address).await {
                    Ok(open) => listener = open,
                    Err(error) => return state.log(&format!("the port is lost: {error}")),
                }
                continue;
            }
        };
        let Ok((socket, peer)) = accepted else {
            // Out of file descriptors: the connections that end give some back.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        if state.traffic.is_mark(peer) {
            continue;
        }
        state.traffic.enter();
        // Without it, small answers on a reused connection wait for the client's delayed ACK.
        let _ = socket.set_nodelay(true);
        let fault = state
            .faults
            .take_for_connection()
            .map(|injection| injection.fault);
        let (state, page) = (Arc::clone(&state), Arc::clone(&page));
        tokio::spawn(async move {
            let _served = state.traffic.served();
            let number = state.next_connection();
            if let Some(fault) = &fault {
                let name = fault.name();
                state.log(&format!("connection {number} fault {name}"));
                state.ledger.enter_fault(number, name);
            }
            let certificates = state.certificates.as_ref();
            let opened = connection_side::open(socket, certificates, fault.as_ref()).await;
            if let Ok(Some(stream)) = opened {
                connection::serve(&state, &page, stream, number).await;
            }
        });
    }
}
