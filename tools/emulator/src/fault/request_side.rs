//! Faults that take effect before the request is complete, so that it is not in the ledger.

use std::io;
use std::time::Duration;

use super::Fault;
use crate::http::{Response, Wire};

/// Plays the fault; the connection does not survive it.
pub(crate) async fn play(fault: &Fault, mut wire: Wire) -> io::Result<()> {
    match fault {
        Fault::ResetInBody { bytes } => wire.at_least(*bytes).await?,
        Fault::NeverRead { ms } => tokio::time::sleep(Duration::from_millis(*ms)).await,
        Fault::EarlyRefusal => return refuse(wire, 413).await,
        Fault::ExpectationFailed => return refuse(wire, 417).await,
        _ => {}
    }
    wire.reset();
    Ok(())
}

/// Answers and closes while the body may still be on its way: on plain TCP the kernel then resets
/// the connection, and the client may lose the answer.
async fn refuse(mut wire: Wire, status: u16) -> io::Result<()> {
    wire.write(&Response::text(status, "The body was not read.\n").bytes(false))
        .await?;
    wire.close().await;
    Ok(())
}
