//! What decides about a message beside its body.

use crate::account::Account;

/// What the checks need to know beside the body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances<'a> {
    pub(crate) account: &'a Account,
    pub(crate) business_number: &'a str,
    /// The Unix second.
    pub(crate) now: u64,
}
