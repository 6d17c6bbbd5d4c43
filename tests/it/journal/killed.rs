//! Processes that are killed at random points.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use super::child::{Accepting, meet_a_full_disk};
use super::{Place, bound, is_new, try_open};

const ROUNDS: usize = 20;

fn random(below: u64) -> u64 {
    RandomState::new().build_hasher().finish() % below
}

/// Kills a process `ROUNDS` times; after each, what it had acknowledged last is known, and the file is
/// bounded.
fn kill_again_and_again(entries: usize) {
    let place = Place::new();
    let (mut first, mut acknowledged) = (0, Vec::new());
    for round in 0..ROUNDS {
        let mut child = Accepting::start(&place.path(), entries, first);
        for _ in 0..=random(300) {
            let n = child.next().expect("it accepts until it is killed");
            acknowledged.push(n);
        }
        // Anywhere within the next few events: writing, compacting, or between the two.
        std::thread::sleep(Duration::from_micros(random(3_000)));
        let last = child.kill().unwrap_or(acknowledged[acknowledged.len() - 1]);
        acknowledged.extend(acknowledged[acknowledged.len() - 1] + 1..=last);

        let size = std::fs::metadata(place.path()).unwrap().len();
        assert!(size <= bound(entries as u64), "round {round}: {size} bytes");
        let host = place.open_with_entries(entries);
        // One more may have been written than was acknowledged.
        // So may one of each round before, which pushed another out.
        let known = |n: &&usize| last + 1 - **n < entries;
        for n in acknowledged.iter().rev().take_while(known) {
            assert!(!is_new(&host, *n), "round {round}: {n} of {last} was lost");
        }
        first = last + 2;
    }
}

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    kill_again_and_again(65_536);
}

#[test]
fn a_process_killed_while_it_compacts_loses_nothing_that_it_acknowledged() {
    // Compaction after every few dozen events.
    kill_again_and_again(16);
}

#[test]
fn the_journal_of_a_living_process_is_not_shared() {
    let place = Place::new();
    let mut child = Accepting::start(&place.path(), 16, 0);
    // Long enough that the file was replaced by compaction.
    let last = std::iter::from_fn(|| child.next()).nth(300).unwrap();
    let error = try_open(&place.path()).unwrap_err();
    let process = format!("process {}", child.id());
    for part in ["another adapter", &process] {
        assert!(error.message().contains(part), "{error}");
    }
    let last = child.kill().unwrap_or(last);
    assert!(!is_new(&place.open_with_entries(16), last));
}

/// W57: what a full disk refused is written once there is room again.
#[test]
fn a_full_disk_costs_nothing_once_there_is_room_again() {
    let place = Place::new();
    let log = meet_a_full_disk(&place.path());
    let host = place.open();
    let lost: Vec<_> = (0..10).filter(|n| is_new(&host, *n)).collect();
    assert_eq!(lost, [0; 0]);
    let told = |line: &str| line.starts_with("Warn") && line.contains("journal");
    assert!(log.lines().any(told), "a person is told: {log}");
}
