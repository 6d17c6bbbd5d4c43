//! Why a message that is ready is not sent.

use crate::cloud_api::CallReport;
use crate::error::Error;

/// Why a message that is ready is not sent.
pub(super) enum Held {
    /// It would be refused.
    Refused(Error),
    /// What had to be asked first failed.
    Failed(Box<CallReport>),
}
