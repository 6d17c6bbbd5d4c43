//! Faults that strike once the request is complete: which script each one plays.

use super::script::{End, Script, Step};
use super::{Fault, encoding, framing, reuse, status, timing};
use crate::http::Response;

/// What a fault has to work with.
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

/// The script of this fault.
pub(crate) fn script(fault: &Fault, scene: &Scene<'_>) -> Script {
    // Each group knows its own faults; what is left are the three without any answer.
    framing::script(fault, scene)
        .or_else(|| timing::script(fault, scene))
        .or_else(|| reuse::script(fault, scene))
        .or_else(|| encoding::response(fault, scene).map(|changed| scene.plain(&changed)))
        .or_else(|| status::response(fault, scene).map(|changed| scene.plain(&changed)))
        .unwrap_or_else(|| no_answer(fault))
}

fn no_answer(fault: &Fault) -> Script {
    match fault {
        Fault::Silence { ms } => Script {
            steps: vec![Step::Pause(std::time::Duration::from_millis(*ms))],
            end: End::Close,
        },
        Fault::ResetAfterBody => Script::only(End::Reset),
        _ => Script::only(End::Close),
    }
}
