//! Correct but delayed responses.

use std::time::Duration;

use super::Fault;
use super::scene::Scene;
use super::script::{End, Script, Step};

/// The script, if the fault is one of this group.
pub(crate) fn script(fault: &Fault, scene: &Scene<'_>) -> Option<Script> {
    let bytes = scene.response.bytes(scene.keep_alive);
    let end = if scene.keep_alive {
        End::Keep
    } else {
        End::Close
    };
    let body_length = scene.response.body.len();
    let steps = match fault {
        Fault::Delay { ms } => vec![Step::Pause(Duration::from_millis(*ms)), Step::Write(bytes)],
        Fault::Jitter { max_ms } => {
            let ms = scene.draw % max_ms.saturating_add(1).max(1);
            vec![Step::Pause(Duration::from_millis(ms)), Step::Write(bytes)]
        }
        Fault::SlowLoris { bytes_per_second } => {
            vec![Step::Trickle(bytes, between(*bytes_per_second))]
        }
        Fault::SlowBody { bytes_per_second } => {
            let mut head = bytes;
            let body = head.split_off(head.len().saturating_sub(body_length));
            vec![
                Step::Write(head),
                Step::Trickle(body, between(*bytes_per_second)),
            ]
        }
        // Without Nagle's algorithm each write is a segment.
        Fault::ByteByByte => vec![Step::Trickle(bytes, Duration::ZERO)],
        _ => return None,
    };
    Some(Script { steps, end })
}

fn between(bytes_per_second: u64) -> Duration {
    Duration::from_secs(1) / u32::try_from(bytes_per_second.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Response;

    fn jitter(draw: u64) -> Duration {
        let response = Response::text(200, "real");
        let scene = Scene {
            response: &response,
            keep_alive: true,
            draw,
            trace: "A",
        };
        let script = script(&Fault::Jitter { max_ms: 99 }, &scene).unwrap();
        match script.steps.as_slice() {
            [Step::Pause(pause), Step::Write(bytes)] if bytes.ends_with(b"real") => *pause,
            steps => panic!("{steps:?}"),
        }
    }

    #[test]
    fn jitter_follows_from_the_draw_and_stays_below_its_limit() {
        assert_eq!(jitter(7), jitter(7));
        assert_ne!(jitter(7), jitter(8));
        assert!((0..1000).all(|draw| jitter(draw) <= Duration::from_millis(99)));
    }

    #[test]
    fn a_rate_of_zero_is_the_slowest_rate() {
        assert_eq!(between(0), Duration::from_secs(1));
        assert_eq!(between(5), Duration::from_millis(200));
    }
}
