//! What an error of the HTTP client's says about an exchange: where it broke, why, and whether time
//! mends it.

use std::io;
use std::time::{Duration, Instant};

use ureq::{Error, Timeout};

use super::Limits;
use super::decision::Cause;
use super::exchange::Marks;
use super::outcome::Fault;

/// A wait in whole milliseconds may end this much before the deadline that it was for.
const EARLY: Duration = Duration::from_millis(5);

/// Why a request need not begin.
pub(super) fn over_before_it_began(limits: &Limits) -> Option<Fault> {
    if limits.cancel.is_cancelled() {
        return Some(Fault::new("queue", "cancelled", Cause::Cancelled));
    }
    let over = Instant::now() >= limits.deadline;
    over.then(|| Fault::new("queue", "timeout", Cause::OutOfTime))
}

/// The fault behind `error`, in an exchange that got as far as `marks` say.
pub(super) fn fault_of(error: &Error, marks: Marks, limits: &Limits) -> Fault {
    let phase = if marks.handed_over {
        "response"
    } else if marks.shaking_hands {
        "tls"
    } else {
        "connect"
    };
    if limits.cancel.is_cancelled() {
        return Fault::new(phase, "cancelled", Cause::Cancelled);
    }
    if marks.held_back.is_some() {
        return Fault::new("pacing", "paced", Cause::Paced);
    }
    match error {
        Error::HostNotFound => Fault::new("resolve", "dns", Cause::Passing),
        Error::Timeout(Timeout::Resolve) => timeout("resolve", limits),
        Error::Timeout(_) => timeout(phase, limits),
        Error::ConnectProxyFailed(told) if told.contains("407") => {
            Fault::new("proxy", "proxy_auth", Cause::Lasting)
        }
        Error::ConnectProxyFailed(_) => Fault::new("proxy", "proxy", Cause::Passing),
        Error::Protocol(_) | Error::LargeResponseHeader(..) => {
            Fault::new(phase, "not_http", Cause::Handshake)
        }
        Error::Io(error) => match rustls_error(error) {
            Some(error) if !marks.handed_over => tls(error),
            _ => of_io(phase, error, limits),
        },
        _ => Fault::new(phase, "transport", Cause::Passing),
    }
}

/// Time that ran out for one step may still be left for another try.
fn timeout(phase: &'static str, limits: &Limits) -> Fault {
    let cause = if is_over(limits) {
        Cause::OutOfTime
    } else {
        Cause::Passing
    };
    Fault::new(phase, "timeout", cause)
}

fn is_over(limits: &Limits) -> bool {
    Instant::now() + EARLY >= limits.deadline
}

fn rustls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// A certificate that is not trusted stays so; a broken handshake may work next time.
fn tls(error: &rustls::Error) -> Fault {
    match error {
        rustls::Error::InvalidCertificate(_) => Fault::new("tls", "certificate", Cause::Lasting),
        _ => Fault::new("tls", "handshake", Cause::Handshake),
    }
}

fn of_io(phase: &'static str, error: &io::Error, limits: &Limits) -> Fault {
    let reason = match error.kind() {
        io::ErrorKind::ConnectionRefused => "refused",
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "reset",
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionAborted => "closed",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "unreachable",
        _ if is_over(limits) => return timeout(phase, limits),
        _ => "io",
    };
    let cause = if phase == "tls" {
        Cause::Handshake
    } else {
        Cause::Passing
    };
    Fault::new(phase, reason, cause)
}
