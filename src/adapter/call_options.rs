//! What a host may say for one call.

use std::time::Duration;

use crate::error::{Error, Kind};

/// Options of one call.
#[derive(Debug, Default, Clone, Copy)]
pub struct CallOptions<'a> {
    /// How long the call may take in all; the property `timeoutMs` if none.
    pub timeout: Option<Duration>,
    /// The host's id for this call, 1 to 512 bytes; comes back in the status webhooks.
    pub correlation_id: Option<&'a str>,
}

/// # Errors
/// `InvalidArgument` if the correlation id is out of Meta's limits for `biz_opaque_callback_data`.
pub(crate) fn check(options: &CallOptions<'_>) -> Result<(), Error> {
    match options.correlation_id {
        Some(id) if !(1..=512).contains(&id.len()) => Err(Error::new(
            Kind::InvalidArgument,
            format!(
                "the correlation id has {} bytes; it needs 1 to 512",
                id.len()
            ),
        )),
        _ => Ok(()),
    }
}
