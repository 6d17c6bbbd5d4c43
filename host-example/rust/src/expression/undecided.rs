//! Conditions that had no value when they were asked: each is told once, and counted every time. Of
//! events of every shape that may be as it should; of every event it is a mistake in the condition.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use crate::lock::unpoisoned;

/// So many conditions are told apart; the others are counted together.
const MOST: usize = 256;
/// So much of a condition names it.
const SHOWN: usize = 120;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Label {
    condition: String,
}

/// How often each condition had no value.
pub(crate) static UNDECIDED: LazyLock<Family<Label, Counter>> = LazyLock::new(Family::default);
static TOLD: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// A condition had no value, for this reason.
pub(super) fn note(condition: &str, why: &str) {
    let mut told = unpoisoned(TOLD.lock());
    let is_full = told.len() >= MOST && !told.contains(condition);
    let is_new = !is_full && told.insert(condition.to_owned());
    drop(told);
    let shown = if is_full { "other" } else { condition };
    let shown: String = shown.chars().take(SHOWN).collect();
    if is_new {
        tracing::warn!(
            condition = shown,
            why,
            "a condition has no value for an event and does not hold; said once, and counted as \
             adapter_host_conditions_without_value"
        );
    }
    UNDECIDED.get_or_create(&Label { condition: shown }).inc();
}
