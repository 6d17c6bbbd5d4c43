//! What a fault of the answer has to work with.

use super::script::{End, Script};
use crate::http::Response;

/// The answer that the request deserves, and its circumstances.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a> {
    /// What the request deserves.
    pub(crate) response: &'a Response,
    /// Whether the client wants to use the connection again.
    pub(crate) keep_alive: bool,
    /// A number from the emulator's seed.
    pub(crate) draw: u64,
    /// `fbtrace_id` of an error.
    pub(crate) trace: &'a str,
}

impl Scene<'_> {
    /// An answer as it should be.
    pub(crate) fn plain(&self, response: &Response) -> Script {
        let end = if self.keep_alive {
            End::Keep
        } else {
            End::Close
        };
        Script::write(response.bytes(self.keep_alive), end)
    }
}
