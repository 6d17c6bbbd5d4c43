//! One HTTP/1.1 exchange on one connection. `ureq-proto`, ureq's protocol core without I/O, writes the
//! request's head and parses the response.

use std::io::{self, Read};
use std::sync::Arc;

use ureq::Error;
use ureq::http::header::CONTENT_LENGTH;
use ureq::http::{HeaderValue, Request, Response};
use ureq_proto::BodyMode;
use ureq_proto::client::state::{RecvBody, RecvResponse, SendBody};
use ureq_proto::client::{Call, RecvBodyResult, RecvResponseResult, SendRequestResult};

use super::connection::{Connection, PART_BYTES};
use super::exchange::Exchange;
use super::pool::Pool;
use super::rate_limiter::RateLimiter;
use super::reason::{Cause, Fault, Phase, Reason};
use super::target::Target;

/// The form that Meta's OpenAPI asks for.
pub(super) const PRODUCT: &str = concat!("whatsapp-adapter/", env!("CARGO_PKG_VERSION"));
/// The rate limiter did not let a request go in time.
pub(super) const PACED: Fault = Fault::new(Phase::Pacing, Reason::Paced, Cause::Paced);

/// The body of a request.
pub(super) enum Body<'a> {
    None,
    /// Sent together with the head, in one write.
    Bytes(&'a [u8]),
    /// Sent as it is read, `bytes` in all.
    Stream {
        bytes: u64,
        from: &'a mut dyn Read,
    },
}

impl Body<'_> {
    fn length(&self) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Stream { bytes, .. } => Some(*bytes),
        }
    }
}

/// A response whose head has arrived.
pub(super) struct Answer {
    pub(super) head: Response<()>,
    /// The body's parser and its connection; `None` once the body was read to its end.
    unread: Option<(Call<RecvBody>, Connection)>,
    /// The connection broke, or the server has ended it.
    is_over: bool,
    /// The pool that the connection returns to.
    home: Option<(Arc<Pool>, Target)>,
    streams: bool,
}

/// Sends a request and waits for the head of its response. `limiter` decides when a request that is ready
/// is sent.
pub(super) fn send(
    mut connection: Connection,
    home: Option<(Arc<Pool>, Target)>,
    request: Request<()>,
    body: Body<'_>,
    limiter: Option<&RateLimiter>,
    exchange: &mut Exchange,
) -> Result<Answer, Error> {
    let mut call = Call::new(request)?;
    if let Some(length) = body.length() {
        // Without this a DELETE cannot have a body.
        call.force_send_body();
        call.header(CONTENT_LENGTH, HeaderValue::from(length))?;
    }
    let mut call = call.proceed();
    let mut written = vec![0; PART_BYTES];
    let mut length = 0;
    while !call.can_proceed() {
        length += call.write(written.get_mut(length..).unwrap_or_default())?;
    }
    written.truncate(length);
    let streams = matches!(body, Body::Stream { .. });
    let call = match (call.proceed()?, body) {
        (Some(SendRequestResult::RecvResponse(call)), _) => {
            connection.hand_over(&written, exchange)?;
            call
        }
        (Some(SendRequestResult::SendBody(mut call)), Body::Bytes(bytes)) => {
            call.consume_direct_write(bytes.len())?;
            written.extend_from_slice(bytes);
            if let Some(limiter) = limiter {
                await_permit(limiter, exchange)?;
            }
            connection.hand_over(&written, exchange)?;
            call.proceed().ok_or_else(misused)?
        }
        (Some(SendRequestResult::SendBody(call)), Body::Stream { from, .. }) => {
            connection.begin_streaming(&written, exchange)?;
            stream(call, from, &mut connection, exchange)?
        }
        _ => return Err(misused()),
    };
    let (head, received) = receive_head(call, &mut connection, exchange)?;
    let mut answer = Answer {
        head,
        unread: None,
        is_over: false,
        home,
        streams,
    };
    match received {
        RecvResponseResult::RecvBody(call) => answer.unread = Some((call, connection)),
        RecvResponseResult::Redirect(call) => {
            answer.finish(connection, call.must_close_connection(), exchange);
        }
        RecvResponseResult::Cleanup(call) => {
            answer.finish(connection, call.must_close_connection(), exchange);
        }
    }
    Ok(answer)
}

/// Waits, with the request ready on its connection, until it may be sent.
fn await_permit(limiter: &RateLimiter, exchange: &mut Exchange) -> Result<(), Error> {
    match limiter.transmission_permit(exchange.limits()) {
        Ok(at) => exchange.marks.permitted = Some(at),
        Err(late) => {
            exchange.marks.held_back = late;
            return Err(exchange.give_up(PACED));
        }
    }
    Ok(())
}

/// Writes a body as it is read.
fn stream(
    mut call: Call<SendBody>,
    from: &mut dyn Read,
    connection: &mut Connection,
    exchange: &mut Exchange,
) -> Result<Call<RecvResponse>, Error> {
    let mut part = vec![0; PART_BYTES];
    while !call.can_proceed() {
        let amount = from.read(&mut part)?;
        if amount == 0 {
            return Err(Error::Io(io::ErrorKind::UnexpectedEof.into()));
        }
        call.consume_direct_write(amount)?;
        connection.write(part.get(..amount).unwrap_or_default(), exchange)?;
    }
    call.proceed().ok_or_else(misused)
}

fn receive_head(
    mut call: Call<RecvResponse>,
    connection: &mut Connection,
    exchange: &mut Exchange,
) -> Result<(Response<()>, RecvResponseResult), Error> {
    let mut has_more = false;
    loop {
        let came = has_more || connection.receive(exchange)?;
        let (amount, head) = call.try_response(connection.input(), false)?;
        connection.consume(amount);
        // An interim response was read, and the next one may be in the buffer already.
        has_more = amount > 0 && !connection.input().is_empty();
        if let Some(head) = head {
            return Ok((head, call.proceed().ok_or_else(misused)?));
        }
        if !came {
            return Err(Error::Io(io::ErrorKind::UnexpectedEof.into()));
        }
    }
}

impl Answer {
    /// The body's length, if the head gives one.
    pub(super) fn length(&self) -> Option<u64> {
        match self.unread.as_ref()?.0.body_mode() {
            BodyMode::LengthDelimited(length) => Some(length),
            _ => None,
        }
    }

    /// The whole body; none if it was cut off or is longer than `most`.
    pub(super) fn whole(&mut self, most: usize, exchange: &mut Exchange) -> Option<Vec<u8>> {
        let told = self
            .length()
            .map_or(0, |it| usize::try_from(it).unwrap_or(most));
        let mut whole = Vec::with_capacity(told.min(most));
        let mut part = [0; 2048];
        loop {
            let amount = self.read(&mut part, exchange).ok()?;
            if amount == 0 {
                return Some(whole);
            }
            if whole.len() + amount > most {
                return None;
            }
            whole.extend_from_slice(part.get(..amount).unwrap_or_default());
        }
    }

    /// Reads some of the body; 0 at its end.
    ///
    /// # Errors
    /// It was cut off.
    pub(super) fn read(
        &mut self,
        into: &mut [u8],
        exchange: &mut Exchange,
    ) -> Result<usize, Error> {
        let Some((mut call, mut connection)) = self.unread.take() else {
            return Ok(0);
        };
        // A body that ends with its connection has no other end.
        let is_closed_by_end = call.body_mode() == BodyMode::CloseDelimited;
        loop {
            if !is_closed_by_end && call.can_proceed() {
                break;
            }
            let (used, made) = call.read(connection.input(), into)?;
            connection.consume(used);
            if made > 0 {
                self.unread = Some((call, connection));
                return Ok(made);
            }
            if used > 0 {
                continue;
            }
            if self.is_over {
                break;
            }
            match connection.receive(exchange) {
                Ok(came) => self.is_over = !came,
                Err(Error::Io(error)) if is_end(&error) => self.is_over = true,
                Err(error) => return Err(error),
            }
        }
        // The terminator of the last chunk may be missing: the body is complete, and the connection is
        // closed.
        let is_cut = !call.can_proceed();
        if is_cut && !call.is_ended_chunked() {
            return Err(Error::Io(io::ErrorKind::UnexpectedEof.into()));
        }
        let must_close = match call.proceed() {
            Some(RecvBodyResult::Redirect(call)) => call.must_close_connection(),
            Some(RecvBodyResult::Cleanup(call)) => call.must_close_connection(),
            None => true,
        };
        self.finish(connection, must_close, exchange);
        Ok(0)
    }

    fn finish(&mut self, connection: Connection, must_close: bool, exchange: &mut Exchange) {
        let kept = connection.finish(must_close, self.streams, exchange);
        if let (Some(connection), Some((pool, target))) = (kept, self.home.take()) {
            pool.put(target, connection);
        }
    }
}

/// Whether the other side ended the connection.
fn is_end(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// The error of a protocol state that these requests never reach.
fn misused() -> Error {
    Error::Other("the HTTP exchange is in another state than it can be".into())
}
