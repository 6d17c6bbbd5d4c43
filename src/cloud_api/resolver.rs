//! Name resolution with a cache of half a minute, so that a message costs no query. It never takes longer
//! than the exchange's deadline.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};
use ureq::{Error, Timeout};

use super::exchange::Exchange;
use super::target::Target;
use crate::lock::unpoisoned;
use crate::spawn::spawn;

/// How long a result is cached. The Graph host's own records live about a minute.
const KEEP: Duration = Duration::from_secs(30);
/// The longest wait for a look-up, unless the exchange has less time left.
const LOOKUP_MAX: Duration = Duration::from_secs(10);
/// After this time a running look-up is abandoned, and a new one starts.
const GIVEN_UP: Duration = Duration::from_secs(30);
/// How often a waiting call checks whether it was cancelled.
const TICK: Duration = Duration::from_millis(100);
/// The number of addresses used of one result.
const ADDRESSES_MAX: usize = 16;

/// A host and its port.
type Key = (String, u16);
/// The addresses of a name, at least one, or why there are none.
type Found = Result<Vec<SocketAddr>, NoAddress>;

/// Why a name has no address.
#[derive(Debug, Clone, Copy)]
enum NoAddress {
    /// The look-up found none.
    Unknown,
    /// The process has no free file descriptor; the system's error code.
    NoDescriptor(i32),
}

/// A caching resolver.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolver {
    names: Arc<Mutex<Names>>,
}

#[derive(Debug, Default)]
struct Names {
    known: HashMap<Key, (Instant, Vec<SocketAddr>)>,
    /// Running look-ups, at most one for each name.
    asked: HashMap<Key, Arc<Asked>>,
}

impl Resolver {
    /// Removes a cached result whose addresses could not be reached.
    pub(super) fn forget(&self, target: &Target) {
        unpoisoned(self.names.lock()).known.remove(&key_of(target));
    }

    /// The addresses of the target's host, at least one.
    pub(super) fn addresses(
        &self,
        target: &Target,
        exchange: &mut Exchange,
    ) -> Result<Vec<SocketAddr>, Error> {
        let key = key_of(target);
        // An address needs no look-up.
        if let Ok(address) = key.0.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, key.1)]);
        }
        let names = unpoisoned(self.names.lock());
        if let Some((at, known)) = names.known.get(&key)
            && at.elapsed() < KEEP
        {
            return Ok(known.clone());
        }
        let running = names.asked.get(&key);
        let running = running.filter(|asked| asked.begun.elapsed() < GIVEN_UP);
        let asked = if let Some(asked) = running.map(Arc::clone) {
            drop(names);
            asked
        } else {
            let asked = self.ask(key, names).map_err(Error::Io)?;
            exchange.marks.lookups += 1;
            asked
        };
        asked.wait(exchange)?.map_err(|none| match none {
            NoAddress::Unknown => Error::HostNotFound,
            NoAddress::NoDescriptor(code) => Error::Io(io::Error::from_raw_os_error(code)),
        })
    }

    /// The system's look-up cannot be interrupted, so it runs on its own thread, which is abandoned when
    /// the time is up. That thread uses only this resolver's cache.
    fn ask(&self, key: Key, mut names: MutexGuard<'_, Names>) -> io::Result<Arc<Asked>> {
        let asked = Arc::new(Asked {
            begun: Instant::now(),
            answer: Mutex::new(None),
            answered: Condvar::new(),
        });
        names.asked.insert(key.clone(), Arc::clone(&asked));
        drop(names);
        let mut look_up = LookUp {
            resolver: self.clone(),
            key,
            asked: Arc::clone(&asked),
            found: Err(NoAddress::Unknown),
        };
        // If no thread can be started, dropping `look_up` tells all waiting calls.
        spawn("resolve", move || look_up.run())?;
        Ok(asked)
    }
}

/// A running look-up, and the calls that wait for it.
#[derive(Debug)]
struct Asked {
    begun: Instant,
    answer: Mutex<Option<Found>>,
    answered: Condvar,
}

impl Asked {
    /// Waits for the result, within the limits of the exchange.
    fn wait(&self, exchange: &Exchange) -> Result<Found, Error> {
        let until = Instant::now() + exchange.time_left().min(LOOKUP_MAX);
        let mut answer = unpoisoned(self.answer.lock());
        loop {
            if let Some(found) = &*answer {
                return Ok(found.clone());
            }
            if exchange.is_cancelled() {
                return Err(Error::Io(io::ErrorKind::ConnectionAborted.into()));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::Timeout(Timeout::Resolve));
            }
            let waited = self.answered.wait_timeout(answer, left.min(TICK));
            answer = unpoisoned(waited).0;
        }
    }
}

/// What the thread of a look-up owns. Dropping it wakes all waiting calls, however the thread ends.
struct LookUp {
    resolver: Resolver,
    key: Key,
    asked: Arc<Asked>,
    found: Found,
}

impl LookUp {
    fn run(&mut self) {
        // The error of the look-up does not distinguish a name without addresses from a process without
        // file descriptors, so that is tested.
        self.found = match self.key.to_socket_addrs() {
            Ok(found) => Ok(found.take(ADDRESSES_MAX).collect()),
            Err(_) => Err(no_descriptor().map_or(NoAddress::Unknown, NoAddress::NoDescriptor)),
        };
    }
}

impl Drop for LookUp {
    fn drop(&mut self) {
        let nothing = Err(NoAddress::Unknown);
        let found = std::mem::replace(&mut self.found, nothing.clone());
        let found = found.and_then(|found| if found.is_empty() { nothing } else { Ok(found) });
        let mut names = unpoisoned(self.resolver.names.lock());
        // Another look-up may have replaced an abandoned one.
        let running = names.asked.get(&self.key);
        if running.is_some_and(|asked| Arc::ptr_eq(asked, &self.asked)) {
            names.asked.remove(&self.key);
        }
        if let Ok(found) = &found {
            let known = (Instant::now(), found.clone());
            names.known.insert(self.key.clone(), known);
        }
        drop(names);
        *unpoisoned(self.asked.answer.lock()) = Some(found);
        self.asked.answered.notify_all();
    }
}

/// The system's error code, if the process has no free file descriptor.
fn no_descriptor() -> Option<i32> {
    let error = Socket::new(Domain::IPV4, Type::DGRAM, None).err()?;
    let code = error.raw_os_error()?;
    matches!(code, libc::EMFILE | libc::ENFILE).then_some(code)
}

fn key_of(target: &Target) -> Key {
    (target.host.clone(), target.port)
}
