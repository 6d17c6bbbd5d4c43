//! What an error of the HTTP client's says about an exchange: where it broke, why, and whether time
//! mends it.

use std::io;
use std::time::{Duration, Instant};

use ureq::{Error, Timeout};

use super::Limits;
use super::decision::Cause;
use super::exchange::Marks;
use super::outcome::Fault;
use super::tcp::Unasked;
use super::transport::TooLate;

/// A wait in whole milliseconds may end this much before the deadline that it was for.
const EARLY: Duration = Duration::from_millis(5);

/// What to do where the call's time ran out before there was a connection to send on.
pub(super) const SLOW_CONNECTION: &str = "connecting took the time that the answer would have needed: look at \
    the network and the server, or give the call more time (timeoutMs)";

/// Whether the call's time ran out before there was a connection to send on.
pub(super) fn is_slow_connection(fault: &Fault) -> bool {
    matches!(fault.phase, "resolve" | "connect" | "tls") && fault.cause == Cause::OutOfTime
}

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
        Error::Io(error) if !marks.handed_over => of_connecting(phase, error, marks, limits),
        Error::Io(error) => of_io(phase, error, limits),
        _ => Fault::new(phase, "transport", Cause::Passing),
    }
}

/// What kept a request from leaving.
fn of_connecting(phase: &'static str, error: &io::Error, marks: Marks, limits: &Limits) -> Fault {
    let own = error.get_ref();
    if own.is_some_and(<dyn std::error::Error + Send + Sync>::is::<TooLate>) {
        return Fault::new(phase, "timeout", Cause::OutOfTime);
    }
    if own.is_some_and(<dyn std::error::Error + Send + Sync>::is::<Unasked>) {
        return Fault::new(phase, "not_http", Cause::Handshake);
    }
    match rustls_error(error) {
        Some(rustls::Error::AlertReceived(_)) if marks.certificate_wanted => {
            Fault::new("tls", "client_certificate", Cause::Lasting)
        }
        Some(error) => tls(error),
        None if marks.certificate_wanted && marks.shaking_hands && is_end(error) => {
            Fault::new("tls", "client_certificate", Cause::Handshake)
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
        _ if matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE)) => "too_many_files",
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

/// What to do about a reason that users tend to read as a defect.
pub(super) const fn hint_of(reason: &str) -> Option<&'static str> {
    Some(match reason.as_bytes() {
        b"dns" => {
            "check the name in baseUrl, that of the proxy if there is one, and this machine's name resolution"
        }
        b"certificate" => {
            "the server's certificate is not trusted: check baseUrl, the clock, and any proxy that \
             opens TLS; caFile adds a certificate authority"
        }
        b"proxy_auth" => {
            "the proxy asks for a user and a password: give them in the property proxy"
        }
        b"proxy" => "the proxy does not let the connection through: check the property proxy",
        b"too_many_files" => {
            "this process or machine has no file descriptor left: raise its limit of open files, or look \
             for what does not close its own"
        }
        b"client_certificate" => {
            "the server wants a certificate of the client's, which this adapter has none of: check \
             baseUrl, and let the gateway admit it without one"
        }
        b"paced" => "messagesPerSecond, or one customer's rate, is used up: send it later",
        b"breaker_open" => {
            "set authenticationToken to a valid token; nothing is sent for 30 seconds after a refusal, \
             or until the properties change"
        }
        b"redirect" => "check baseUrl; a captive portal or proxy answers like this",
        b"not_graph" => "check baseUrl; a firewall, proxy or captive portal answers like this",
        _ => return None,
    })
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
                ("too_many_files", Cause::Passing)
            );
            assert!(hint_of(fault.reason).is_some());
        }
    }
}
