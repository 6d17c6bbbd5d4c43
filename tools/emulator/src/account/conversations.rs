//! Who owns a customer's thread, and the voice calls: what is between the business and one customer.

use std::collections::{BTreeMap, BTreeSet};

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallState {
    /// A customer calls.
    Ringing,
    /// The business calls, or has accepted.
    Active,
}

/// Threads and calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conversations {
    /// Customers whose thread was passed to another role.
    pub(crate) passed: BTreeSet<String>,
    /// Customers who allow calls.
    pub(crate) may_be_called: BTreeSet<String>,
    /// The calls that have not ended.
    pub(crate) calls: BTreeMap<String, CallState>,
}
