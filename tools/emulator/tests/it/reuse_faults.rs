//! What becomes of a connection after an answer that is right.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use cloud_api_emulator::{Emulator, Fault};

use crate::support::{Answer, Client, counts, quiet, read_answer, read_rest, text_message};

struct Reused {
    emulator: Emulator,
    client: Client,
    reader: BufReader<TcpStream>,
}

/// A connection whose first answer, a good one that promises to keep alive, has arrived.
fn after_first_answer(fault: Fault) -> Reused {
    let (emulator, client) = quiet();
    emulator.inject(fault);
    let mut reused = Reused {
        reader: BufReader::new(client.connect()),
        emulator,
        client,
    };
    let first = reused.send().unwrap();
    assert_eq!((first.status, first.header("connection")), (200, None));
    reused
}

impl Reused {
    fn send(&mut self) -> io::Result<Answer> {
        let bytes = self.client.send_bytes(&text_message("hello"));
        self.reader.get_mut().write_all(&bytes)?;
        read_answer(&mut self.reader)
    }
}

#[test]
fn close_after_answer_closes_without_a_word() {
    let mut reused = after_first_answer(Fault::CloseAfterAnswer);
    assert_eq!(read_rest(&mut reused.reader), (Vec::new(), None));
    assert_eq!(counts(&reused.emulator), (1, 1));
}

#[test]
fn close_after_idle_serves_who_is_quick_and_closes_on_who_is_not() {
    let mut quick = after_first_answer(Fault::CloseAfterIdle { ms: 2000 });
    assert_eq!(quick.send().unwrap().status, 200);
    let begin = Instant::now();
    let mut slow = after_first_answer(Fault::CloseAfterIdle { ms: 80 });
    assert_eq!(read_rest(&mut slow.reader), (Vec::new(), None));
    assert!(begin.elapsed() >= Duration::from_millis(80));
}

#[test]
fn stop_reading_ignores_the_second_request_and_resets() {
    let mut reused = after_first_answer(Fault::StopReading { ms: 100 });
    let error = reused.send().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(counts(&reused.emulator), (1, 1));
}

#[test]
fn reset_on_reuse_waits_for_the_second_request() {
    let mut reused = after_first_answer(Fault::ResetOnReuse);
    std::thread::sleep(Duration::from_millis(50));
    let error = reused.send().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(counts(&reused.emulator), (1, 1));
}

#[test]
fn extra_bytes_would_answer_the_second_request_wrongly() {
    let mut reused = after_first_answer(Fault::ExtraBytes);
    assert!(!reused.reader.fill_buf().unwrap().is_empty());
    let second = reused.send().unwrap();
    assert!(second.json()[0].as_str().unwrap().contains("never made"));
    // The emulator has served it all the same, on the same connection.
    assert!(reused.emulator.wait_for_requests(2, Duration::from_secs(5)));
    let connections: Vec<_> = reused
        .emulator
        .ledger()
        .requests
        .iter()
        .map(|it| it.connection)
        .collect();
    assert_eq!(connections, [1, 1]);
}
