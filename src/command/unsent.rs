//! Why a planned message is not sent.

use crate::cloud_api::CallReport;
use crate::error::Error;

/// Why a planned message is not sent.
pub(super) enum Unsent {
    /// Meta would refuse it.
    Refused(Error),
    /// A call that had to come first failed.
    Failed(Box<CallReport>),
}
