//! A message that passed the checks, and why it may still not arrive.

use super::recipient::Recipient;

/// A message that can be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) kind: &'static str,
    pub(crate) recipient: Recipient,
    pub(crate) correlation: Option<String>,
    /// The template's category.
    pub(crate) category: Option<String>,
    /// Why it will not be delivered although it is accepted.
    pub(crate) failure: Option<Failure>,
}

/// Why a message that was accepted is not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: u32,
    pub(crate) details: String,
}
