//! The input of faults that affect the response.

use super::script::{End, Script};
use crate::http::Response;

/// The real response, and its circumstances.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a> {
    /// The real response.
    pub(crate) response: &'a Response,
    /// Whether the client wants to use the connection again.
    pub(crate) keep_alive: bool,
    /// A number from the emulator's seed.
    pub(crate) draw: u64,
    /// `fbtrace_id` of an error.
    pub(crate) trace: &'a str,
}

impl Scene<'_> {
    /// The response without a fault on the wire.
    pub(crate) fn plain(&self, response: &Response) -> Script {
        let end = if self.keep_alive {
            End::Keep
        } else {
            End::Close
        };
        Script::write(response.bytes(self.keep_alive), end)
    }
}
