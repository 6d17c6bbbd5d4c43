//! The promises of the gate: whoever got in is counted until out, the clean-up is done exactly once and
//! with nobody inside, and who waits for it wakes up.

use std::sync::Arc as Shared;
use std::sync::atomic::{AtomicUsize as Plain, Ordering::SeqCst};

use loom::sync::Arc;
use loom::thread;

use super::gate::Gate;

/// What the calls and the clean-up have seen. Plain atomics: observed by the test, not modelled.
#[derive(Default)]
struct Seen {
    inside: Plain,
    cleaned_up: Plain,
}

impl Seen {
    fn call(&self, gate: &Gate) {
        if !gate.enter() {
            return;
        }
        self.inside.fetch_add(1, SeqCst);
        thread::yield_now();
        assert_eq!(self.cleaned_up.load(SeqCst), 0, "cleaned up under a call");
        self.inside.fetch_sub(1, SeqCst);
        if gate.leave() {
            self.clean_up(gate);
        }
    }

    fn clean_up(&self, gate: &Gate) {
        assert_eq!(self.inside.load(SeqCst), 0, "cleaned up with a call inside");
        self.cleaned_up.fetch_add(1, SeqCst);
        gate.finish();
    }
}

#[test]
fn closing_waits_for_the_last_call_and_cleans_up_once() {
    loom::model(|| {
        let (gate, seen) = (Arc::new(Gate::default()), Shared::new(Seen::default()));
        let calls: Vec<_> = (0..2)
            .map(|_| {
                let (gate, seen) = (Arc::clone(&gate), Shared::clone(&seen));
                thread::spawn(move || seen.call(&gate))
            })
            .collect();
        if gate.close() {
            seen.clean_up(&gate);
        } else {
            gate.wait_finished();
        }
        assert_eq!(seen.cleaned_up.load(SeqCst), 1);
        assert!(!gate.enter(), "closed");
        for call in calls {
            call.join().unwrap();
        }
        assert_eq!(seen.cleaned_up.load(SeqCst), 1);
    });
}
