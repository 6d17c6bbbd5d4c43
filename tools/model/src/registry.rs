//! The promises of the registry: no call after `unregister` has returned, what was registered is given
//! back exactly once and after its last call, and nobody waits for ever.

use std::sync::Arc as Shared;
use std::sync::atomic::{AtomicUsize as Plain, Ordering::SeqCst};

use loom::thread;

use crate::callbacks::Callbacks;
use crate::event::Verdict;

/// What one registration has been through. Plain atomics: observed by the test, not modelled.
#[derive(Default)]
struct Seen {
    running: Plain,
    given_back: Plain,
    removed: Plain,
}

impl Seen {
    fn call(&self) -> Verdict {
        assert_eq!(
            self.given_back.load(SeqCst),
            0,
            "called after it was given back"
        );
        assert_eq!(
            self.removed.load(SeqCst),
            0,
            "called after unregister has returned"
        );
        self.running.fetch_add(1, SeqCst);
        thread::yield_now();
        assert_eq!(
            self.removed.load(SeqCst),
            0,
            "still called when unregister has returned"
        );
        self.running.fetch_sub(1, SeqCst);
        Verdict::Accepted
    }

    fn give_back(&self) {
        assert_eq!(
            self.running.load(SeqCst),
            0,
            "given back while it is being called"
        );
        self.given_back.fetch_add(1, SeqCst);
    }
}

type Registry = Callbacks<Shared<Seen>>;

fn emit(registry: &Registry) -> Verdict {
    registry
        .snapshot()
        .emit("e", |seen| seen.call(), |seen| seen.give_back())
}

#[test]
fn unregister_waits_and_gives_back_once() {
    loom::model(|| {
        let seen = Shared::new(Seen::default());
        let registry = loom::sync::Arc::new(Registry::default());
        let id = registry.register(None, Shared::clone(&seen));
        let emitting = {
            let registry = loom::sync::Arc::clone(&registry);
            thread::spawn(move || emit(&registry))
        };
        assert!(registry.unregister(id, true, |seen| seen.give_back()));
        assert_eq!(
            seen.given_back.load(SeqCst),
            1,
            "returned before it was given back"
        );
        seen.removed.store(1, SeqCst);
        let verdict = emitting.join().unwrap();
        assert!(matches!(verdict, Verdict::Accepted | Verdict::Unhandled));
        assert_eq!(seen.given_back.load(SeqCst), 1);
        assert_eq!(emit(&registry), Verdict::Unhandled);
    });
}

#[test]
fn two_emitters_and_a_clear_give_back_once() {
    // Three threads have more orders than are worth waiting for: all with up to three preemptions.
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(|| {
        let seen = Shared::new(Seen::default());
        let registry = loom::sync::Arc::new(Registry::default());
        registry.register(Some("e"), Shared::clone(&seen));
        let emitters: Vec<_> = (0..2)
            .map(|_| {
                let registry = loom::sync::Arc::clone(&registry);
                thread::spawn(move || emit(&registry))
            })
            .collect();
        registry.clear(|seen| seen.give_back());
        for emitter in emitters {
            emitter.join().unwrap();
        }
        assert_eq!(seen.given_back.load(SeqCst), 1);
    });
}

#[test]
fn of_two_who_remove_the_same_one_only_one_does() {
    loom::model(|| {
        let seen = Shared::new(Seen::default());
        let registry = loom::sync::Arc::new(Registry::default());
        let id = registry.register(None, Shared::clone(&seen));
        let other = {
            let registry = loom::sync::Arc::clone(&registry);
            thread::spawn(move || registry.unregister(id, true, |seen| seen.give_back()))
        };
        let mine = registry.unregister(id, true, |seen| seen.give_back());
        let theirs = other.join().unwrap();
        assert!(mine ^ theirs);
        assert_eq!(seen.given_back.load(SeqCst), 1);
    });
}

#[test]
fn a_registration_made_while_another_is_called_is_kept() {
    loom::model(|| {
        let registry = loom::sync::Arc::new(Registry::default());
        let first = Shared::new(Seen::default());
        registry.register(None, Shared::clone(&first));
        let registering = {
            let registry = loom::sync::Arc::clone(&registry);
            thread::spawn(move || registry.register(None, Shared::new(Seen::default())))
        };
        assert_eq!(emit(&registry), Verdict::Accepted);
        let id = registering.join().unwrap();
        assert!(registry.unregister(id, true, |seen| seen.give_back()));
        assert_eq!(first.given_back.load(SeqCst), 0);
    });
}
