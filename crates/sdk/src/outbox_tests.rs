//! The promises to a source and to its host: nothing comes before `start` or after the end, what the host
//! refuses comes again, and the order of one subject is kept.

use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::descriptor::{Descriptor, Event as Row, Field};
use crate::error::Kind;
use crate::event::{Event, OwnedEvent, Verdict};
use crate::outbox::{Emitter, Outbox};
use crate::redelivery::MOST;
use crate::rows::Mark;
use crate::secret::{Redactor, Secret};

const PATIENCE: Duration = Duration::from_secs(60);
const NAME: Field = Field::string("name", "", "");
const WHOM: Field = Field::string("of[0].whom", "", "").marked(&[Mark::Subject]);
const ROW: Row = Row::new("e", "", "", &[NAME, WHOM]);
static DESCRIPTOR: Descriptor = Descriptor {
    events: &[&ROW],
    ..Descriptor::EMPTY
};

/// An instance's outbox, and a host that answers what it is told to and writes down what it was offered.
struct Rig {
    outbox: Arc<Outbox>,
    answers: Arc<Mutex<Vec<Verdict>>>,
    offered: Receiver<String>,
    sender: mpsc::Sender<String>,
}

impl Rig {
    /// A host that gives these answers, the last one first, and accepts everything after them.
    fn new(answers: &[Verdict]) -> Self {
        let (sender, offered) = mpsc::channel();
        Self {
            outbox: Outbox::new(&DESCRIPTOR, Arc::default()),
            answers: Arc::new(Mutex::new(answers.to_vec())),
            offered,
            sender,
        }
    }

    fn start(&self) {
        let (answers, sender) = (Arc::clone(&self.answers), self.sender.clone());
        self.outbox.start(Arc::new(move |event: &Event<'_>| {
            let json: serde_json::Value = serde_json::from_str(event.json()).unwrap();
            sender
                .send(json["name"].as_str().unwrap().to_owned())
                .unwrap();
            answers.lock().unwrap().pop().unwrap_or(Verdict::Accepted)
        }));
    }

    fn emit(&self, name: &str, whom: &str) -> Option<Kind> {
        let json = format!(r#"{{"name":"{name}","of":[{{"whom":"{whom}"}}]}}"#);
        let emitted = Emitter(Arc::clone(&self.outbox)).emit(OwnedEvent::new("e", json));
        emitted.err().map(|error| error.kind())
    }

    fn next(&self) -> String {
        self.offered.recv_timeout(PATIENCE).unwrap()
    }

    fn nothing(&self) {
        assert!(self.offered.try_recv().is_err());
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.outbox.close();
        self.outbox.wait_idle();
    }
}

#[test]
fn events_wait_for_the_start_and_come_in_their_order() {
    let rig = Rig::new(&[]);
    for name in ["1", "2", "3"] {
        assert_eq!(rig.emit(name, "a"), None);
    }
    rig.nothing();
    rig.start();
    assert_eq!([rig.next(), rig.next(), rig.next()], ["1", "2", "3"]);
}

/// X9: an event outside of a command that the host answers with *retry* is not lost.
#[test]
fn what_the_host_refuses_is_offered_again_until_it_takes_it() {
    let rig = Rig::new(&[Verdict::Retry, Verdict::Retry]);
    rig.start();
    assert_eq!(rig.emit("1", ""), None);
    assert_eq!([rig.next(), rig.next(), rig.next()], ["1", "1", "1"]);
    // It has been taken: the next one is offered at once, and nothing else.
    assert_eq!(rig.emit("2", ""), None);
    assert_eq!(rig.next(), "2");
    rig.outbox.close();
    rig.outbox.wait_idle();
    rig.nothing();
}

#[test]
fn an_event_waits_behind_one_about_the_same_subject_and_others_pass() {
    let rig = Rig::new(&[Verdict::Retry]);
    rig.start();
    rig.emit("a1", "a");
    assert_eq!(rig.next(), "a1");
    rig.emit("a2", "a");
    rig.emit("b1", "b");
    let mut rest = [rig.next(), rig.next(), rig.next()];
    let at = |name: &str| rest.iter().position(|it| it == name).unwrap();
    assert!(at("a1") < at("a2"), "{rest:?}");
    rest.sort();
    assert_eq!(rest, ["a1", "a2", "b1"]);
}

#[test]
fn dropped_and_unwanted_events_are_not_kept() {
    let rig = Rig::new(&[Verdict::Unhandled, Verdict::Dropped]);
    rig.start();
    for name in ["1", "2", "3"] {
        assert_eq!(rig.emit(name, "a"), None);
        assert_eq!(rig.next(), name);
    }
    rig.nothing();
}

#[test]
fn a_full_queue_refuses_an_event_and_so_does_the_end() {
    let rig = Rig::new(&[]);
    for _ in 0..MOST {
        assert_eq!(rig.emit("1", ""), None);
    }
    assert_eq!(rig.emit("1", ""), Some(Kind::Busy));
    rig.outbox.close();
    assert_eq!(rig.emit("1", ""), Some(Kind::State));
    rig.start();
    rig.nothing();
    let unknown = Emitter(Arc::clone(&Outbox::new(&DESCRIPTOR, Arc::default())))
        .emit(OwnedEvent::new("x", "{}"));
    assert_eq!(unknown.unwrap_err().kind(), Kind::NotFound);
}

/// X3: the end waits for a callback that runs on a thread of the source, and not for the source.
#[test]
fn the_end_waits_for_the_callback_that_runs() {
    let outbox = Outbox::new(&DESCRIPTOR, Arc::default());
    let (entered, is_inside) = mpsc::channel();
    let (go_on, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let returned = Arc::new(Mutex::new(false));
    let returning = Arc::clone(&returned);
    outbox.start(Arc::new(move |_: &Event<'_>| {
        entered.send(()).unwrap();
        gate.lock().unwrap().recv().unwrap();
        *returning.lock().unwrap() = true;
        Verdict::Retry
    }));
    let emitter = Emitter(Arc::clone(&outbox));
    let source = std::thread::spawn(move || emitter.emit(OwnedEvent::new("e", "{}")).is_ok());
    is_inside.recv_timeout(PATIENCE).unwrap();
    outbox.close();
    let waiting = Arc::clone(&outbox);
    let end = std::thread::spawn(move || waiting.wait_idle());
    go_on.send(()).unwrap();
    end.join().unwrap();
    assert!(*returned.lock().unwrap(), "it ended under a callback");
    assert!(
        source.join().unwrap(),
        "the event was raised before the end"
    );
}

/// A receiver that ends its own instance does not wait for itself.
#[test]
fn the_end_does_not_wait_for_the_callback_that_it_is_called_in() {
    let outbox = Outbox::new(&DESCRIPTOR, Arc::default());
    let own = Arc::clone(&outbox);
    outbox.start(Arc::new(move |_: &Event<'_>| {
        own.close();
        own.wait_idle();
        Verdict::Retry
    }));
    let emitted = Emitter(Arc::clone(&outbox)).emit(OwnedEvent::new("e", "{}"));
    assert!(emitted.is_ok());
    outbox.wait_idle();
}

#[test]
fn a_source_hears_of_an_event_that_is_none_and_tells_no_secret() {
    let secrets = Arc::new(Redactor::default());
    secrets.add(&[Secret::new("Quince7".to_owned())]);
    let outbox = Outbox::new(&DESCRIPTOR, secrets);
    let (sender, told) = mpsc::channel();
    outbox.start(Arc::new(move |event: &Event<'_>| {
        sender.send(event.json().to_owned()).unwrap();
        Verdict::Accepted
    }));
    let emit = |json: &str| Emitter(Arc::clone(&outbox)).emit(OwnedEvent::new("e", json));
    for json in ["", "[]", "{", "{}{}", "\"a\""] {
        assert_eq!(emit(json).unwrap_err().kind(), Kind::Internal, "{json}");
    }
    emit(r#"{"a":"Quince7"}"#).unwrap();
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [r#"{"a":"***"}"#]);
}

/// A receiver that panics has not taken the event: it comes again, and so does everything behind it.
#[test]
fn a_receiver_that_panics_is_offered_the_event_again() {
    let outbox = Outbox::new(&DESCRIPTOR, Arc::default());
    let (sender, told) = mpsc::channel();
    let calls = Mutex::new(0);
    outbox.start(Arc::new(move |event: &Event<'_>| {
        let mut calls = calls
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *calls += 1;
        // Once on the source's thread, once on the one that offers it again.
        assert!(*calls > 2, "as it was told");
        sender.send(event.json().to_owned()).unwrap();
        Verdict::Accepted
    }));
    let emitted = Emitter(Arc::clone(&outbox)).emit(OwnedEvent::new("e", "{}"));
    assert!(emitted.is_ok());
    assert_eq!(told.recv_timeout(PATIENCE).as_deref(), Ok("{}"));
    outbox.close();
    outbox.wait_idle();
}
