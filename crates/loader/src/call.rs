//! What one call takes and what comes back.

use std::ptr;
use std::time::Duration;

use super::Failure;
use super::answer::defect;
use crate::{wfa_call_options, wfa_result};

/// Options of one call.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallOptions<'a> {
    /// How long the call may take in all; the adapter's own setting if none.
    pub timeout: Option<Duration>,
    /// The host's id for this call, 1 to 512 bytes, echoed where the service allows it.
    pub correlation_id: Option<&'a str>,
}

/// How a command ended that has a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandOutput {
    /// The result code; `WFA_OK` if the command succeeded.
    pub result: wfa_result,
    /// One JSON object, with the response members of the specification.
    pub response: String,
    /// What went wrong, if anything did.
    pub error: Option<Failure>,
}

impl CommandOutput {
    pub(super) fn new(
        result: wfa_result,
        response: Option<String>,
        error: Option<Failure>,
    ) -> Result<Self, Failure> {
        match (response, error) {
            (Some(response), error) => Ok(Self {
                result,
                response,
                error,
            }),
            (None, Some(failure)) => Err(failure),
            (None, None) => Err(defect("a command answered WFA_OK and no response")),
        }
    }
}

impl CallOptions<'_> {
    pub(super) fn as_c(&self) -> wfa_call_options {
        let timeout_ms = |timeout: Duration| {
            // 0 would mean the adapter's own setting.
            u64::try_from(timeout.as_millis())
                .unwrap_or(u64::MAX)
                .max(1)
        };
        wfa_call_options {
            #[allow(clippy::cast_possible_truncation)] // less than a hundred bytes
            struct_size: size_of::<wfa_call_options>() as u32,
            flags: 0,
            timeout_ms: self.timeout.map_or(0, timeout_ms),
            correlation_id: self.correlation_id.map_or(ptr::null(), str::as_ptr).cast(),
            correlation_id_len: self.correlation_id.map_or(0, str::len),
            call_id: 0,
        }
    }
}
