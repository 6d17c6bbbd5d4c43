//! A fault's actions on the connection after a complete request, as data, and their execution.

use std::io;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use crate::http::Wire;

/// One step of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Send these bytes.
    Write(Vec<u8>),
    /// From now on, or no longer: collect what is sent, as far as it goes into one TCP segment.
    Hold(bool),
    /// End TLS, and not TCP; without TLS, end the direction to the client.
    Goodbye,
    /// Do nothing.
    Pause(Duration),
    /// Send these bytes one by one, each so long after the one before.
    Trickle(Vec<u8>, Duration),
    /// Send these bytes repeatedly until the client closes the connection.
    Forever(Vec<u8>),
}

/// What happens to the connection afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It carries the next request.
    Keep,
    /// It carries the next request if that begins in time.
    KeepFor(Duration),
    /// It is closed in order.
    Close,
    /// TCP is closed in order, TLS is not.
    Cut,
    /// It is reset.
    Reset,
    /// It is reset as soon as the client sends something.
    ResetOnReuse,
}

/// An answer as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) steps: Vec<Step>,
    pub(crate) end: End,
}

/// A connection that can carry another request.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) wire: Wire,
    /// How long to wait for that request.
    pub(crate) idle: Option<Duration>,
}

impl Script {
    pub(crate) fn write(bytes: Vec<u8>, end: End) -> Self {
        Self {
            steps: vec![Step::Write(bytes)],
            end,
        }
    }

    /// Nothing but the end.
    pub(crate) fn only(end: End) -> Self {
        Self {
            steps: Vec::new(),
            end,
        }
    }

    /// Plays it.
    pub(crate) async fn play(self, mut wire: Wire) -> io::Result<Option<Kept>> {
        for step in self.steps {
            match step {
                Step::Write(bytes) => wire.write(&bytes).await?,
                Step::Hold(holds) => wire.hold(holds)?,
                Step::Goodbye => wire.goodbye().await?,
                Step::Pause(time) => sleep(time).await,
                Step::Trickle(bytes, pause) => trickle(&mut wire, &bytes, pause).await?,
                // Ends with the error of writing to a client that has left.
                Step::Forever(bytes) => loop {
                    wire.write_while_heard(&bytes).await?;
                },
            }
        }
        match self.end {
            End::Keep => return Ok(Some(Kept { wire, idle: None })),
            End::KeepFor(time) => {
                return Ok(Some(Kept {
                    wire,
                    idle: Some(time),
                }));
            }
            End::Close => wire.close().await,
            End::Cut => drop(wire),
            End::Reset => wire.reset(),
            End::ResetOnReuse => {
                wire.readable().await?;
                wire.reset();
            }
        }
        Ok(None)
    }
}

/// Keeps to the rate even where it is finer than the timer, which counts milliseconds.
async fn trickle(wire: &mut Wire, bytes: &[u8], pause: Duration) -> io::Result<()> {
    let mut due = Instant::now();
    for byte in bytes {
        wire.write(&[*byte]).await?;
        due += pause;
        tokio::task::yield_now().await;
        if due > Instant::now() {
            sleep_until(due).await;
        }
    }
    Ok(())
}
