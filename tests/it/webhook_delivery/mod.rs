//! What becomes of deliveries that are genuine: every event once, none lost, whatever is repeated, late,
//! out of order, damaged or refused.

mod contacts;
mod damage;
mod destroyed;
mod duplicates;
mod fields;
mod memory;
mod registrations;
mod statuses;
mod verdicts;

use crate::webhook_attacks::sender::{Host, message, notification};

/// A batch of `count` messages: `wamid.0`, `wamid.1`, …
fn batch(count: usize) -> String {
    let messages: Vec<_> = (0..count).map(|n| message(&format!("wamid.{n}"))).collect();
    notification(&messages, &[])
}

/// Delivers one message; answers whether it was emitted.
fn is_new(host: &Host, id: &str) -> bool {
    let posted = host.post_signed(notification(&[message(id)], &[]).as_bytes());
    assert_eq!(posted.result, "OK", "{posted:?}");
    match posted.counts() {
        [1, 0, 0, 0, 0] => true,
        [0, 0, 0, 1, 0] => false,
        other => panic!("{other:?}"),
    }
}
