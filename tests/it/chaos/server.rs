//! A server that answers as [`Answer::draw`] has it, and keeps a ledger of every request that came whole.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use socket2::{Domain, SockRef, Socket, Type};

use super::answer::{Answer, Then};

/// What the socket may hold that nobody has read, at most; the system doubles what it is told.
const RECEIVE_BYTES: usize = 2_048;
/// A request of more bytes cannot have come while nobody read: some of it left later.
const LONG_BYTES: usize = 12_000;

/// One request that came whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) taken: bool,
    /// Some of it left after this moment.
    pub(super) left_after: Option<Instant>,
}

type Ledger = BTreeMap<String, Vec<Arrival>>;

#[derive(Debug, Default)]
struct Shared {
    ledger: Mutex<Ledger>,
    /// Connections that are served.
    open: AtomicUsize,
}

pub(super) struct Server {
    pub(super) url: String,
    shared: Arc<Shared>,
}

impl Server {
    pub(super) fn start(seed: u64) -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(RECEIVE_BYTES).unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        socket.bind(&any.into()).unwrap();
        socket.listen(128).unwrap();
        let listener = TcpListener::from(socket);
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (shared, next) = (Arc::new(Shared::default()), AtomicU64::new(seed));
        let book = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let rng = Rng::with_seed(next.fetch_add(1, Ordering::Relaxed));
                let book = Arc::clone(&book);
                book.open.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    // Whoever leaves first ends it.
                    let _ = serve(stream, rng, &book);
                    book.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { url, shared }
    }

    /// Waits until no connection is served: every adapter is gone.
    pub(super) fn settle(&self) {
        let until = Instant::now() + crate::faults::PATIENCE;
        while self.shared.open.load(Ordering::SeqCst) > 0 {
            assert!(Instant::now() < until, "a connection outlives its adapter");
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub(super) fn ledger(&self) -> Ledger {
        let ledger = self.shared.ledger.lock();
        ledger.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Serves a connection to its end.
fn serve(mut stream: TcpStream, mut rng: Rng, shared: &Shared) -> std::io::Result<()> {
    loop {
        let mut unread_until = None;
        if rng.u8(..10) == 0 {
            thread::sleep(Duration::from_millis(rng.u64(20..700)));
            unread_until = Some(Instant::now());
        }
        let Some(request) = read(&mut stream)? else {
            return Ok(());
        };
        let correlation = correlation_of(&request);
        let answer = Answer::draw(&mut rng, &correlation);
        let arrival = Arrival {
            taken: answer.taken,
            left_after: unread_until.filter(|_| request.len() > LONG_BYTES),
        };
        let ledger = shared.ledger.lock();
        let mut ledger = ledger.unwrap_or_else(PoisonError::into_inner);
        ledger.entry(correlation).or_default().push(arrival);
        drop(ledger);
        thread::sleep(answer.pauses[0]);
        let (first, second) = answer.bytes.split_at(answer.bytes.len() / 2);
        stream.write_all(first)?;
        thread::sleep(answer.pauses[1]);
        stream.write_all(second)?;
        match answer.then {
            Then::Keep => {}
            Then::Close => {
                stream.shutdown(Shutdown::Both)?;
                return Ok(());
            }
            Then::Hold(time) => {
                thread::sleep(time);
                return SockRef::from(&stream).set_linger(Some(Duration::ZERO));
            }
            Then::Reset => return SockRef::from(&stream).set_linger(Some(Duration::ZERO)),
        }
    }
}

/// One request with its head; none if it did not come whole.
fn read(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let (mut request, mut buffer) = (Vec::new(), [0; 1024]);
    loop {
        if let Some(length) = length_of(&request)
            && request.len() >= length
        {
            return Ok(Some(request));
        }
        match stream.read(&mut buffer)? {
            0 => return Ok(None),
            amount => request.extend_from_slice(&buffer[..amount]),
        }
    }
}

/// How long a request is whose head is there.
fn length_of(request: &[u8]) -> Option<usize> {
    let end = request.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let (_, rest) = head.split_once("content-length:")?;
    let length = rest.split("\r\n").next()?.trim().parse::<usize>().ok()?;
    Some(end + length)
}

fn correlation_of(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    let (_, rest) = text.split_once("\"biz_opaque_callback_data\":\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}
