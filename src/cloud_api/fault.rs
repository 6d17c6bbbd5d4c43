//! Maps errors of the HTTP client to a fault: a phase, a reason, and whether another attempt may help.

use std::io;
use std::time::{Duration, Instant};

use ureq::{Error, Timeout};

use super::exchange::Marks;
use super::limits::Limits;
use super::reason::{Cause, Fault, Phase, Reason};

/// A wait in whole milliseconds may end this much before its deadline.
const EARLY: Duration = Duration::from_millis(5);

/// The fault behind `error`, given how far the exchange got.
pub(super) fn fault_of(error: &Error, marks: Marks, limits: &Limits) -> Fault {
    let phase = if marks.handed_over {
        Phase::Response
    } else if marks.shaking_hands {
        Phase::Tls
    } else {
        Phase::Connect
    };
    if limits.cancel.is_cancelled() {
        return Fault::new(phase, Reason::Cancelled, Cause::Cancelled);
    }
    if let Some(fault) = marks.fault {
        return fault;
    }
    match error {
        Error::HostNotFound => Fault::new(Phase::Resolve, Reason::Dns, Cause::Passing),
        Error::Timeout(Timeout::Resolve) => timeout(Phase::Resolve, limits),
        Error::Timeout(_) => timeout(phase, limits),
        Error::ConnectProxyFailed(told) if told.contains("407") => {
            Fault::new(Phase::Proxy, Reason::ProxyAuth, Cause::Lasting)
        }
        Error::ConnectProxyFailed(_) => Fault::new(Phase::Proxy, Reason::Proxy, Cause::Passing),
        Error::Protocol(_) | Error::LargeResponseHeader(..) => {
            Fault::new(phase, Reason::NotHttp, Cause::Handshake)
        }
        Error::Io(error) if !marks.handed_over => of_connecting(phase, error, marks, limits),
        Error::Io(error) => of_io(phase, error, limits),
        _ => Fault::new(phase, Reason::Transport, Cause::Passing),
    }
}

/// The fault of a request that was not sent.
fn of_connecting(phase: Phase, error: &io::Error, marks: Marks, limits: &Limits) -> Fault {
    match rustls_error(error) {
        Some(rustls::Error::AlertReceived(_)) if marks.certificate_wanted => {
            Fault::new(Phase::Tls, Reason::ClientCertificate, Cause::Lasting)
        }
        Some(error) => tls(error),
        None if marks.certificate_wanted && marks.shaking_hands && is_end(error) => {
            Fault::new(Phase::Tls, Reason::ClientCertificate, Cause::Handshake)
        }
        None => of_io(phase, error, limits),
    }
}

/// Whether the other side ended the connection.
fn is_end(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
    )
}

/// When one step timed out, the call may still have time for another attempt.
fn timeout(phase: Phase, limits: &Limits) -> Fault {
    let cause = if is_over(limits) {
        Cause::OutOfTime
    } else {
        Cause::Passing
    };
    Fault::new(phase, Reason::Timeout, cause)
}

fn is_over(limits: &Limits) -> bool {
    Instant::now() + EARLY >= limits.deadline
}

fn rustls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// An untrusted certificate stays untrusted; a broken handshake may succeed next time.
fn tls(error: &rustls::Error) -> Fault {
    match error {
        rustls::Error::InvalidCertificate(_) => {
            Fault::new(Phase::Tls, Reason::Certificate, Cause::Lasting)
        }
        _ => Fault::new(Phase::Tls, Reason::Handshake, Cause::Handshake),
    }
}

fn of_io(phase: Phase, error: &io::Error, limits: &Limits) -> Fault {
    let reason = match error.kind() {
        io::ErrorKind::ConnectionRefused => Reason::Refused,
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => Reason::Reset,
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionAborted => Reason::Closed,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Reason::Unreachable,
        _ if matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE)) => {
            Reason::TooManyFiles
        }
        _ if is_over(limits) => return timeout(phase, limits),
        _ => Reason::Io,
    };
    let cause = if phase == Phase::Tls {
        Cause::Handshake
    } else {
        Cause::Passing
    };
    Fault::new(phase, reason, cause)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// S44.
    #[test]
    fn without_a_descriptor_the_reason_is_not_the_name() {
        let limits = Limits {
            deadline: Instant::now() + Duration::from_secs(60),
            cancel: Arc::default(),
        };
        for code in [libc::EMFILE, libc::ENFILE] {
            let error = Error::Io(io::Error::from_raw_os_error(code));
            let fault = fault_of(&error, Marks::default(), &limits);
            assert_eq!(
                (fault.reason, fault.cause),
                (Reason::TooManyFiles, Cause::Passing)
            );
            assert!(fault.reason.hint().is_some());
        }
    }
}
