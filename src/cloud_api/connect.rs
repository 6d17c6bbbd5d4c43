//! Connects to the host's address that answers first. Attempts start one after another with a short delay
//! (RFC 8305), so that a dead address costs that delay and not the call.

use std::io;
use std::net::SocketAddr;
use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use socket2::{Domain, Protocol, Socket, Type};
use ureq::{Error, Timeout};

use crate::cancel::Cancel;

/// The delay between two connection attempts: RFC 8305 section 5.
const LEAD: Duration = Duration::from_millis(250);
/// How often the connecting thread checks whether the call was cancelled.
const TICK_MS: u8 = 20;

/// Connects to one of `addresses`. The socket is blocking.
///
/// # Errors
/// The last address's own error, a timeout at `until`, or that the call was cancelled.
pub(super) fn connect(
    addresses: &[SocketAddr],
    until: Instant,
    cancel: &Cancel,
) -> Result<Socket, Error> {
    let mut next = in_turn(addresses).into_iter().peekable();
    let mut begun: Vec<Socket> = Vec::new();
    let mut failed = None;
    let mut next_at = Instant::now();
    loop {
        // Checked after each connect(2) as well, because `cancel` cannot reach a socket before it is
        // connected.
        if cancel.is_cancelled() {
            return Err(cancelled());
        }
        let now = Instant::now();
        if now >= until {
            return Err(Error::Timeout(Timeout::Connect));
        }
        if begun.is_empty() || now >= next_at {
            match next.next().map(begin) {
                Some(Ok(Begun::Open(socket))) => return in_use(socket),
                Some(Ok(Begun::Waits(socket))) => begun.push(socket),
                Some(Err(error)) => {
                    failed = Some(error);
                    continue;
                }
                None if begun.is_empty() => {
                    return Err(failed.map_or(Error::HostNotFound, as_ureq));
                }
                None => {}
            }
            next_at = now + LEAD;
        }
        for at in answered(&begun, until).into_iter().rev() {
            let socket = begun.swap_remove(at);
            match socket.take_error()? {
                None => return in_use(socket),
                Some(error) => {
                    failed = Some(error);
                    next_at = now;
                }
            }
        }
    }
}

/// The error of a cancelled exchange.
pub(super) fn cancelled() -> Error {
    Error::Io(io::Error::new(
        io::ErrorKind::ConnectionAborted,
        "cancelled",
    ))
}

/// Alternates the address families (RFC 8305 section 4): an unreachable family costs one delay, not one
/// for each of its addresses.
fn in_turn(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let of_first = |address: &&SocketAddr| {
        addresses
            .first()
            .is_some_and(|first| first.is_ipv4() == address.is_ipv4())
    };
    let (first, second): (Vec<&SocketAddr>, Vec<&SocketAddr>) =
        addresses.iter().partition(of_first);
    let mut second = second.into_iter();
    let mut all = Vec::with_capacity(addresses.len());
    for address in first {
        all.push(*address);
        all.extend(second.next());
    }
    all.extend(second);
    all
}

enum Begun {
    Open(Socket),
    Waits(Socket),
}

fn begin(address: SocketAddr) -> io::Result<Begun> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_nonblocking(true)?;
    match socket.connect(&address.into()) {
        Ok(()) => Ok(Begun::Open(socket)),
        Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => Ok(Begun::Waits(socket)),
        Err(error) => Err(error),
    }
}

/// Waits a moment and returns the sockets whose attempt has ended, successfully or not.
fn answered(begun: &[Socket], until: Instant) -> Vec<usize> {
    let left = until.saturating_duration_since(Instant::now());
    let left = u8::try_from(left.as_millis()).unwrap_or(TICK_MS);
    let mut sockets: Vec<PollFd<'_>> = begun
        .iter()
        .map(|socket| PollFd::new(socket.as_fd(), PollFlags::POLLOUT))
        .collect();
    // A signal may interrupt it: the caller checks its time and tries again.
    let _ = poll(&mut sockets, PollTimeout::from(left.clamp(1, TICK_MS)));
    let through = sockets.iter().enumerate();
    through
        .filter(|(_, socket)| socket.any() == Some(true))
        .map(|(at, _)| at)
        .collect()
}

fn in_use(socket: Socket) -> Result<Socket, Error> {
    socket.set_nonblocking(false)?;
    Ok(socket)
}

fn as_ureq(error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::TimedOut {
        Error::Timeout(Timeout::Connect)
    } else {
        Error::Io(error)
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Longer than any test: who waits for it has failed.
    const LONG: Duration = Duration::from_secs(60);

    /// An address that takes connections.
    fn open() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    /// An address that never answers: its queue has room for one, and is full.
    fn dead() -> (Socket, Socket, SocketAddr) {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        listener.bind(&any.into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        let filler = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        filler.connect(&address.into()).unwrap();
        (listener, filler, address)
    }

    /// An address that refuses, and stays taken.
    fn refusing() -> (Socket, SocketAddr) {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        socket.bind(&any.into()).unwrap();
        let address = socket.local_addr().unwrap().as_socket().unwrap();
        (socket, address)
    }

    fn within(left: Duration, addresses: &[SocketAddr]) -> Result<SocketAddr, Error> {
        let until = Instant::now() + left;
        let socket = connect(addresses, until, &Cancel::default());
        Ok(socket?.peer_addr()?.as_socket().unwrap())
    }

    #[test]
    fn the_first_address_that_answers_is_taken() {
        let ((_first, first), (_second, second)) = (open(), open());
        assert_eq!(within(LONG, &[first, second]).unwrap(), first);
        let ((_refusing, refuses), (_dead, _filler, dead)) = (refusing(), dead());
        assert_eq!(within(LONG, &[refuses, first]).unwrap(), first);
        assert_eq!(within(LONG, &[dead, first]).unwrap(), first);
        assert_eq!(within(LONG, &[dead, refuses, dead, first]).unwrap(), first);
    }

    #[test]
    fn without_an_answer_it_ends_at_its_time_or_with_the_last_refusal() {
        let ((_refusing, refuses), (_dead, _filler, dead)) = (refusing(), dead());
        let short = Duration::from_millis(50);
        for addresses in [vec![dead], vec![refuses, dead]] {
            let ended = within(short, &addresses);
            assert!(matches!(ended, Err(Error::Timeout(_))), "{ended:?}");
        }
        let ended = within(LONG, &[refuses, refuses]);
        let kind = io::ErrorKind::ConnectionRefused;
        assert!(
            matches!(&ended, Err(Error::Io(error)) if error.kind() == kind),
            "{ended:?}"
        );
        assert!(matches!(within(LONG, &[]), Err(Error::HostNotFound)));
    }

    #[test]
    fn cancelling_ends_it_whenever_it_comes() {
        let (_dead, _filler, dead) = dead();
        for _ in 0..100 {
            let cancel = Cancel::default();
            let until = Instant::now() + LONG;
            let ended = std::thread::scope(|scope| {
                // At once: before the socket is there, before its connect(2), or after.
                scope.spawn(|| cancel.cancel());
                connect(&[dead, dead], until, &cancel)
            });
            let kind = io::ErrorKind::ConnectionAborted;
            assert!(
                matches!(&ended, Err(Error::Io(error)) if error.kind() == kind),
                "{ended:?}"
            );
        }
    }

    #[test]
    fn the_families_take_turns() {
        let addresses = |texts: &[&str]| -> Vec<SocketAddr> {
            let parsed = texts.iter().map(|text| text.parse().unwrap());
            parsed.collect()
        };
        let given = addresses(&["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "1.1.1.2:1"]);
        let turns = addresses(&["[::1]:1", "1.1.1.1:1", "[::2]:1", "1.1.1.2:1", "[::3]:1"]);
        assert_eq!(in_turn(&given), turns);
        let given = addresses(&["1.1.1.1:1", "[::1]:1", "[::2]:1"]);
        assert_eq!(in_turn(&given), given);
        assert_eq!(in_turn(&[]), []);
    }
}
