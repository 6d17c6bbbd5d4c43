//! The registry's rules on one thread; apart from it, because `tools/model` compiles that file as well.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::callbacks::Callbacks;
use crate::event::Verdict;

#[test]
fn the_worst_verdict_wins() {
    use Verdict::{Accepted, Dropped, Retry, Unhandled};
    let cases: [(&[Verdict], Verdict); 6] = [
        (&[], Unhandled),
        (&[Accepted], Accepted),
        (&[Accepted, Dropped], Dropped),
        (&[Dropped, Accepted], Dropped),
        (&[Retry, Accepted, Dropped], Retry),
        (&[Accepted, Dropped, Retry], Retry),
    ];
    for (verdicts, worst) in cases {
        let callbacks = Callbacks::default();
        for verdict in verdicts {
            callbacks.register(None, *verdict);
        }
        let emitted = callbacks.snapshot().emit("e", |verdict| *verdict, |_| ());
        assert_eq!(emitted, worst, "{verdicts:?}");
    }
}

#[test]
fn a_registration_that_removes_itself_is_given_back_once_after_its_call() {
    let callbacks = Callbacks::default();
    let returned = AtomicUsize::new(0);
    let id = callbacks.register(Some("e"), ());
    let give_back = |(): &()| {
        returned.fetch_add(1, Ordering::Relaxed);
    };
    let verdict = callbacks.snapshot().emit(
        "e",
        |()| {
            assert!(callbacks.unregister(id, false, give_back));
            assert_eq!(returned.load(Ordering::Relaxed), 0, "still being called");
            Verdict::Accepted
        },
        give_back,
    );
    assert_eq!(verdict, Verdict::Accepted);
    assert_eq!(returned.load(Ordering::Relaxed), 1);
    assert!(!callbacks.unregister(id, true, give_back));
    let now = callbacks
        .snapshot()
        .emit("e", |()| Verdict::Accepted, give_back);
    assert_eq!(now, Verdict::Unhandled);
    callbacks.clear(give_back);
    assert_eq!(returned.load(Ordering::Relaxed), 1);
}
