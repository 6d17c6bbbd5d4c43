//! The sockets of connections that wait for their next request. They lie here, and not with their
//! connections in the pool, so that one that the other side has closed, or that waited too long, is closed
//! soon and not only when somebody sends again.

use std::mem::MaybeUninit;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use socket2::Socket;

use crate::spawn::spawn;

/// How often they are looked at, while there are any.
const TICK: Duration = Duration::from_secs(1);

/// The sockets of one client. Thread-safe.
#[derive(Debug)]
pub(super) struct Idle {
    shared: Arc<Shared>,
    /// How long one may wait.
    keep: Duration,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Of every connection that has waited so far and lives.
    places: Vec<Arc<Place>>,
    /// Whether a thread looks at them.
    is_watched: bool,
    is_over: bool,
}

/// Where the socket of one connection lies while it waits.
#[derive(Debug, Default)]
pub(super) struct Place(Mutex<Lies>);

#[derive(Debug, Default)]
struct Lies {
    /// The socket, and since when; none while a call uses it.
    socket: Option<(Arc<Socket>, Instant)>,
    is_known: bool,
    /// Nothing lies here any more.
    is_closed: bool,
}

impl Place {
    /// Takes the socket back; none if it was closed meanwhile.
    pub(super) fn take(&self) -> Option<Arc<Socket>> {
        lock(&self.0).socket.take().map(|(socket, _)| socket)
    }

    fn close(&self) {
        let mut lies = lock(&self.0);
        lies.is_closed = true;
        lies.socket = None;
    }

    /// Closes a socket that has waited for longer than `keep`, or has something to say: whatever that is,
    /// nobody asked for it. Answers whether there is still something to look at.
    fn look(&self, keep: Duration) -> bool {
        let mut lies = lock(&self.0);
        let may_stay = match &lies.socket {
            Some((socket, since)) => since.elapsed() <= keep && is_silent(socket),
            None => true,
        };
        if !may_stay {
            lies.is_closed = true;
            lies.socket = None;
        }
        !lies.is_closed
    }
}

/// Whether a connection has nothing to read and no end in sight.
pub(super) fn is_silent(socket: &Socket) -> bool {
    let mut byte = [MaybeUninit::uninit()];
    let peeked = socket.recv_with_flags(&mut byte, libc::MSG_PEEK | libc::MSG_DONTWAIT);
    peeked.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

impl Idle {
    pub(super) fn new(keep: Duration) -> Self {
        Self {
            shared: Arc::default(),
            keep,
            thread: Mutex::default(),
        }
    }

    /// Takes in a socket until [`Place::take`]; gives it back where nothing is kept any more.
    pub(super) fn put(&self, place: &Arc<Place>, socket: Arc<Socket>) -> Result<(), Arc<Socket>> {
        if self.keep.is_zero() || !self.knows(place) {
            return Err(socket);
        }
        let mut lies = lock(&place.0);
        if lies.is_closed {
            return Err(socket);
        }
        lies.socket = Some((socket, Instant::now()));
        Ok(())
    }

    /// Makes sure that `place` is looked at; `false` if nothing is kept any more.
    fn knows(&self, place: &Arc<Place>) -> bool {
        if lock(&place.0).is_known {
            return true;
        }
        let mut state = lock(&self.shared.state);
        if state.is_over {
            return false;
        }
        if !state.is_watched {
            let mut thread = lock(&self.thread);
            // The one before has ended, or is about to: it does not ask for the lock again.
            drop(thread.take().map(JoinHandle::join));
            let (shared, keep) = (Arc::clone(&self.shared), self.keep);
            // Where no thread can be started, they are looked at when they are used.
            *thread = spawn("idle", move || shared.watch(keep)).ok();
            state.is_watched = thread.is_some();
        }
        lock(&place.0).is_known = true;
        state.places.push(Arc::clone(place));
        true
    }

    /// Closes all of them, and takes in no more.
    pub(super) fn end(&self) {
        let mut state = lock(&self.shared.state);
        state.is_over = true;
        let places = std::mem::take(&mut state.places);
        drop(state);
        self.shared.changed.notify_all();
        for place in places {
            place.close();
        }
        let thread = lock(&self.thread).take();
        drop(thread.map(JoinHandle::join));
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    /// Looks at the sockets now and then, until there are none.
    fn watch(&self, keep: Duration) {
        let mut state = lock(&self.state);
        while !state.is_over && !state.places.is_empty() {
            let waited = self.changed.wait_timeout(state, TICK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            state
                .places
                .retain(|place| Arc::strong_count(place) > 1 && place.look(keep));
        }
        state.is_watched = false;
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whatever is in there is complete: a panic elsewhere does not harm it.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
