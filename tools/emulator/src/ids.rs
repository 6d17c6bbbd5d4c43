//! Identifiers in Meta's format, reproducible from a seed.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// Who wrote the message that an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The business: answered by the messages endpoint.
    Outgoing,
    /// The customer: arrives in a notification.
    Incoming,
}

/// Hands out identifiers; message ids and trace ids count apart, so that a refused request does
/// not change the next message id.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: u64,
    messages: AtomicU64,
    objects: AtomicU64,
    traces: AtomicU64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            messages: AtomicU64::new(1),
            objects: AtomicU64::new(1),
            traces: AtomicU64::new(1),
        }
    }

    /// `wamid.` and the Base64 of Meta's layout: the peer, the direction and a random part in hex.
    pub(crate) fn message(&self, peer: &str, direction: Direction) -> String {
        let count = self.messages.fetch_add(1, Ordering::SeqCst);
        let (marker, random) = match direction {
            Direction::Outgoing => (
                OUTGOING,
                format!("{:016X}{:02X}", self.mix(count), count & 0xff),
            ),
            Direction::Incoming => (
                INCOMING,
                format!("3A{:016X}{:02X}", self.mix(count), count & 0xff),
            ),
        };
        let peer: String = peer
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(64)
            .collect();
        let mut bytes = vec![0x1c, 0x18];
        push_text(&mut bytes, &peer);
        bytes.extend_from_slice(&[0x15, 0x02, 0x00, marker, 0x18]);
        push_text(&mut bytes, &random);
        bytes.push(0);
        format!("wamid.{}", STANDARD.encode(bytes))
    }

    /// The id of a medium, a template or another object of Graph's: digits.
    pub(crate) fn object(&self) -> String {
        let count = self.objects.fetch_add(1, Ordering::SeqCst);
        let random = self.mix(count | 1 << 52) % 1_000_000_000_000;
        format!("{}", 1_000_000_000_000_000 + random * 1000 + count % 1000)
    }

    /// The `fbtrace_id` of an error, also the `x-fb-request-id` of its answer.
    pub(crate) fn trace(&self) -> String {
        let count = self.traces.fetch_add(1, Ordering::SeqCst) | 1 << 48;
        let mut bytes = self.mix(count).to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.mix(count ^ 1 << 50).to_be_bytes());
        format!("A{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The number that a webhook must echo in the handshake.
    pub(crate) fn challenge(&self) -> String {
        let count = self.traces.fetch_add(1, Ordering::SeqCst) | 1 << 49;
        format!("{:010}", self.mix(count) % 10_000_000_000)
    }

    /// A random number for other choices.
    pub(crate) fn draw(&self) -> u64 {
        self.mix(self.traces.fetch_add(1, Ordering::SeqCst) | 1 << 51)
    }

    fn mix(&self, count: u64) -> u64 {
        splitmix64(self.seed ^ splitmix64(count))
    }
}

/// Whether an id of this shape was given to one of the business's own messages: the id itself says so.
pub(crate) fn is_outgoing(id: &str) -> bool {
    let bytes = id.strip_prefix("wamid.").map(|rest| STANDARD.decode(rest));
    let Some(Ok(bytes)) = bytes else {
        return false;
    };
    // Two bytes, a length, the peer, then three bytes before the direction.
    let peer = bytes.get(2).copied().unwrap_or_default();
    bytes.get(3 + usize::from(peer) + 3) == Some(&OUTGOING)
}

/// Markers for the direction of a message inside its id.
const OUTGOING: u8 = 0x11;
const INCOMING: u8 = 0x12;

/// One step of the `SplitMix64` generator: a cheap bijection that looks random.
pub(crate) fn splitmix64(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn push_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    bytes.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids_and_no_id_twice() {
        let (one, other) = (Ids::new(7), Ids::new(7));
        let first: Vec<_> = (0..100)
            .map(|_| one.message("1650", Direction::Outgoing))
            .collect();
        let second: Vec<_> = (0..100)
            .map(|_| other.message("1650", Direction::Outgoing))
            .collect();
        assert_eq!(first, second);
        let distinct: std::collections::HashSet<_> = first.iter().collect();
        assert_eq!(distinct.len(), 100);
        assert_ne!(first[0], Ids::new(8).message("1650", Direction::Outgoing));
    }

    #[test]
    fn a_message_id_begins_as_metas_do() {
        let id = Ids::new(1).message("16503879439", Direction::Outgoing);
        assert!(id.starts_with("wamid.HBgLMTY1MDM4Nzk0MzkVAgARGB"), "{id}");
        let id = Ids::new(1).message("16503879439", Direction::Incoming);
        assert!(
            id.starts_with("wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQ"),
            "{id}"
        );
    }

    #[test]
    fn an_id_tells_whose_message_it_is() {
        let ids = Ids::new(1);
        for peer in ["1", "16503879439", "US.13491208655302741918", ""] {
            assert!(
                is_outgoing(&ids.message(peer, Direction::Outgoing)),
                "{peer}"
            );
            assert!(
                !is_outgoing(&ids.message(peer, Direction::Incoming)),
                "{peer}"
            );
        }
        for other in ["", "wamid.", "wamid.X", "wamid.HBgL", "wamid.HBj/"] {
            assert!(!is_outgoing(other), "{other}");
        }
    }

    #[test]
    fn a_refused_request_does_not_move_the_message_ids() {
        let ids = Ids::new(1);
        let first = ids.trace();
        assert_ne!(first, ids.trace());
        assert_eq!(
            ids.message("1", Direction::Outgoing),
            Ids::new(1).message("1", Direction::Outgoing)
        );
    }
}
