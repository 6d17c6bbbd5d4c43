//! The state that decides about a message together with its body.

use crate::account::Account;

/// The account, the business number and the time, which the checks need.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances<'a> {
    pub(crate) account: &'a Account,
    pub(crate) business_number: &'a str,
    /// Unix time in seconds.
    pub(crate) now: u64,
}
