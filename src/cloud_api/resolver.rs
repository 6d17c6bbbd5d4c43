//! Name look-up: remembered for half a minute, so that a message costs no query, and never longer than
//! the exchange's deadline.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver as Resolve};
use ureq::unversioned::transport::NextTimeout;
use ureq::{Error, Timeout};

use super::exchange;
use crate::spawn::spawn;

/// How long an answer is used. The Graph host's own records live about a minute.
const KEEP: Duration = Duration::from_secs(30);
/// A look-up may take this long, or as long as the exchange has left.
const LOOKUP_MAX: Duration = Duration::from_secs(10);
/// How often a look-up that is waited for looks at the exchange.
const TICK: Duration = Duration::from_millis(100);
/// Addresses taken from one answer.
const ADDRESSES_MAX: usize = 16;

type Cache = HashMap<(String, u16), (Instant, Vec<SocketAddr>)>;

/// A resolver with a memory, shared by the agent and its connector.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolver {
    cache: Arc<Mutex<Cache>>,
}

impl Resolver {
    /// Asks again next time: what was remembered could not be reached.
    pub(super) fn forget(&self, uri: &Uri) {
        if let Some(key) = key_of(uri) {
            self.lock().remove(&key);
        }
    }

    /// The addresses of the host in `uri`, at least one.
    pub(super) fn addresses(&self, uri: &Uri) -> Result<Vec<SocketAddr>, Error> {
        let key = key_of(uri).ok_or(Error::HostNotFound)?;
        // An address needs no look-up.
        if let Ok(address) = key.0.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, key.1)]);
        }
        if let Some((at, known)) = self.lock().get(&key)
            && at.elapsed() < KEEP
        {
            return Ok(known.clone());
        }
        exchange::mark(|marks| marks.lookups += 1);
        let mut found = look_up(key.clone())?;
        found.truncate(ADDRESSES_MAX);
        if found.is_empty() {
            return Err(Error::HostNotFound);
        }
        self.lock().insert(key, (Instant::now(), found.clone()));
        Ok(found)
    }

    fn lock(&self) -> MutexGuard<'_, Cache> {
        // A cache: whatever is in it is a complete answer.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resolve for Resolver {
    /// ureq asks before every request, also when a connection is open: the connector looks the name
    /// up itself, once it needs it.
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut unused = self.empty();
        unused.push(SocketAddr::from(([0, 0, 0, 0], 0)));
        Ok(unused)
    }
}

fn key_of(uri: &Uri) -> Option<(String, u16)> {
    let default = if uri.scheme_str() == Some("http") {
        80
    } else {
        443
    };
    Some((uri.host()?.to_owned(), uri.port_u16().unwrap_or(default)))
}

/// The system's look-up cannot be interrupted: it runs on a thread of its own, which is left behind
/// when the time is up. Only a name that is not remembered costs one.
fn look_up(key: (String, u16)) -> Result<Vec<SocketAddr>, Error> {
    let until = Instant::now() + exchange::time_left().min(LOOKUP_MAX);
    let (to, from) = mpsc::sync_channel(1);
    spawn("resolve", move || {
        let _ = to.send(key.to_socket_addrs().map(Iterator::collect::<Vec<_>>));
    })
    .map_err(Error::Io)?;
    loop {
        match from.recv_timeout(TICK) {
            Ok(Ok(found)) => return Ok(found),
            // Every failure of the look-up is the same to the caller: the name gave no address.
            Ok(Err(_)) => return Err(Error::HostNotFound),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Error::Io(io::Error::other(
                    "the look-up ended without an answer",
                )));
            }
            Err(RecvTimeoutError::Timeout) => {
                if exchange::wait(Instant::now()) {
                    return Err(Error::Io(io::ErrorKind::ConnectionAborted.into()));
                }
                if Instant::now() >= until {
                    return Err(Error::Timeout(Timeout::Resolve));
                }
            }
        }
    }
}
