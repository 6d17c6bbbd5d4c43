//! What becomes of the connection after an answer that is right.

use std::time::Duration;

use super::Fault;
use super::scene::Scene;
use super::script::{End, Script, Step};
use crate::http::Response;

/// The script, if the fault is one of this group.
pub(crate) fn script(fault: &Fault, scene: &Scene<'_>) -> Option<Script> {
    // None of these announces what will happen, so the answer always promises to keep alive.
    let bytes = scene.response.bytes(true);
    let end = if scene.keep_alive {
        End::Keep
    } else {
        End::Close
    };
    let script = match fault {
        // Where the client itself ends the connection there is nothing to go wrong with its reuse.
        Fault::CloseAfterIdle { .. } | Fault::StopReading { .. } | Fault::ResetOnReuse
            if !scene.keep_alive =>
        {
            scene.plain(scene.response)
        }
        Fault::CloseAfterAnswer => Script::write(bytes, End::Close),
        Fault::CloseAfterIdle { ms } => {
            Script::write(bytes, End::KeepFor(Duration::from_millis(*ms)))
        }
        Fault::StopReading { ms } => {
            let pause = Step::Pause(Duration::from_millis(*ms));
            Script {
                steps: vec![Step::Write(bytes), pause],
                end: End::Reset,
            }
        }
        Fault::ResetOnReuse => Script::write(bytes, End::ResetOnReuse),
        Fault::ExtraBytes => {
            let extra = Response::json(200, &UNASKED).bytes(true);
            Script::write([bytes, extra].concat(), end)
        }
        Fault::ExtraRecord => {
            let extra = Response::json(200, &UNASKED).bytes(true);
            Script {
                steps: together([Step::Write(bytes), Step::Write(extra)]),
                end,
            }
        }
        Fault::Goodbye => Script {
            steps: together([Step::Write(bytes), Step::Goodbye]),
            end,
        },
        _ => return None,
    };
    Some(script)
}

/// Both in one TCP segment.
fn together(steps: [Step; 2]) -> Vec<Step> {
    let [first, second] = steps;
    vec![Step::Hold(true), first, second, Step::Hold(false)]
}

/// The body of the answer that nobody asked for.
const UNASKED: [&str; 1] = ["an answer to a request that was never made"];
