//! The promises of the registry of calls: whoever got in is counted until out, the clean-up is done
//! exactly once and with nobody inside, who waits for it wakes up, and closing leaves no call that is
//! not cancelled.

use std::sync::Arc as Shared;
use std::sync::atomic::{AtomicUsize as Plain, Ordering::SeqCst};

use loom::sync::Arc;
use loom::thread;

use crate::calls::Calls;
use crate::cancel::Cancel;

/// What the calls and the clean-up have seen. Plain atomics: observed by the test, not modelled.
#[derive(Default)]
struct Seen {
    inside: Plain,
    cleaned_up: Plain,
}

impl Seen {
    fn call(&self, calls: &Calls) {
        let cancel = Arc::new(Cancel::default());
        let Some(number) = calls.begin(7, true, &cancel) else {
            return;
        };
        self.inside.fetch_add(1, SeqCst);
        thread::yield_now();
        assert_eq!(self.cleaned_up.load(SeqCst), 0, "cleaned up under a call");
        self.inside.fetch_sub(1, SeqCst);
        if calls.leave(Some(number)) {
            self.clean_up();
        }
    }

    fn clean_up(&self) {
        assert_eq!(self.inside.load(SeqCst), 0, "cleaned up with a call inside");
        self.cleaned_up.fetch_add(1, SeqCst);
    }
}

fn clean_up_once(waits: bool) {
    loom::model(move || {
        let (calls, seen) = (Arc::new(Calls::default()), Shared::new(Seen::default()));
        let callers: Vec<_> = (0..2)
            .map(|_| {
                let (calls, seen) = (Arc::clone(&calls), Shared::clone(&seen));
                thread::spawn(move || seen.call(&calls))
            })
            .collect();
        let cleans_up = calls.close(waits);
        if waits {
            calls.wait_idle();
            assert!(cleans_up, "whoever waits cleans up");
        }
        if cleans_up {
            seen.clean_up();
        }
        assert!(!calls.enter(), "closed");
        assert!(!calls.close(waits), "only the first to close cleans up");
        for caller in callers {
            caller.join().unwrap();
        }
        assert_eq!(seen.cleaned_up.load(SeqCst), 1);
    });
}

#[test]
fn closing_waits_for_the_last_call_and_cleans_up_once() {
    clean_up_once(true);
}

#[test]
fn behind_who_does_not_wait_the_last_one_cleans_up_once() {
    clean_up_once(false);
}

#[test]
fn a_call_is_refused_or_cancelled_when_the_instance_is_closed() {
    loom::model(|| {
        let calls = Arc::new(Calls::default());
        let other = Arc::clone(&calls);
        let caller = thread::spawn(move || {
            let cancel = Arc::new(Cancel::default());
            other
                .begin(0, false, &cancel)
                .map(|number| (number, cancel))
        });
        calls.close(false);
        calls.cancel_all();
        if let Some((number, cancel)) = caller.join().unwrap() {
            assert!(cancel.is_cancelled(), "it got in and was forgotten");
            assert!(calls.leave(Some(number)), "the last one cleans up");
        }
    });
}

#[test]
fn a_call_is_found_by_its_numbers_until_it_ends() {
    loom::model(|| {
        let calls = Arc::new(Calls::default());
        let cancel = Arc::new(Cancel::default());
        let number = calls.begin(7, true, &cancel).unwrap();
        let other = Arc::clone(&calls);
        let canceller = thread::spawn(move || (other.cancel(number), other.cancel_all_of(7)));
        calls.runs(number, true);
        calls.end(number);
        let (by_number, by_id) = canceller.join().unwrap();
        assert!(
            by_number || by_id.is_empty(),
            "it was found after it had ended"
        );
        assert_eq!(cancel.is_cancelled(), by_number);
        assert_eq!(calls.running(), 0);
        assert!(!calls.leave(Some(number)));
    });
}
