//! Faults that take effect after a complete request: selects each fault's script.

use super::scene::Scene;
use super::script::{End, Script, Step};
use super::{Fault, encoding, framing, reuse, status, timing};

/// The script of this fault.
pub(crate) fn script(fault: &Fault, scene: &Scene<'_>) -> Script {
    // Each group handles its own faults; the remaining three give no response.
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
