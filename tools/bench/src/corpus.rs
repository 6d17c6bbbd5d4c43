//! Signed bodies whose events are new every time: deduplication would skip those that came before.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::notification::{ID_DIGITS, Notification};
use crate::{Outcome, Shape};

/// Several bodies of one shape. There are many small ones, so that none stays in the fastest cache, like a
/// body from the network.
#[derive(Debug)]
pub struct Corpus {
    bodies: Vec<Body>,
    key: Hmac<Sha256>,
    /// The next id; ids of different corpora differ in their first digits.
    next: u64,
    messages: u64,
    statuses: u64,
}

/// One body and its signature.
#[derive(Debug, Clone)]
pub struct Body {
    bytes: Vec<u8>,
    ids: Vec<(usize, usize)>,
    named: usize,
    signature: String,
}

impl Corpus {
    /// So many bodies of `shape`, signed with `secret`. `number` is of this corpus alone.
    ///
    /// # Errors
    /// Never: HMAC takes a key of any length.
    pub fn new(shape: Shape, bodies: usize, secret: &[u8], number: u16) -> Outcome<Self> {
        let made = shape.notification();
        let (messages, statuses) = (made.messages, made.statuses);
        let body = Body::from(made);
        let mut corpus = Self {
            bodies: vec![body; bodies],
            key: Hmac::new_from_slice(secret)?,
            next: u64::from(number) << 48,
            messages: messages * bodies as u64,
            statuses: statuses * bodies as u64,
        };
        corpus.renew();
        Ok(corpus)
    }

    /// Gives every message a new id, and signs again.
    pub fn renew(&mut self) {
        for body in &mut self.bodies {
            for (at, named) in &body.ids {
                let id = format!("{:0ID_DIGITS$X}", self.next + *named as u64);
                if let Some(digits) = body.bytes.get_mut(*at..at + ID_DIGITS) {
                    digits.copy_from_slice(id.as_bytes());
                }
            }
            self.next += body.named as u64;
            body.signature = sign(&self.key, &body.bytes);
        }
    }

    /// The bodies, as they are until the next [`Corpus::renew`].
    pub fn bodies(&self) -> &[Body] {
        &self.bodies
    }

    /// How many messages all bodies hold.
    pub fn messages(&self) -> u64 {
        self.messages
    }

    /// How many statuses all bodies hold.
    pub fn statuses(&self) -> u64 {
        self.statuses
    }
}

impl Body {
    /// The raw bytes of the POST request.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }

    /// The value of the header `X-Hub-Signature-256`.
    pub fn signature(&self) -> &str {
        &self.signature
    }
}

impl From<Notification> for Body {
    fn from(made: Notification) -> Self {
        Self {
            bytes: made.json.into_bytes(),
            ids: made.ids,
            named: made.named,
            signature: String::new(),
        }
    }
}

fn sign(key: &Hmac<Sha256>, body: &[u8]) -> String {
    use std::fmt::Write as _;
    let digest = key.clone().chain_update(body).finalize().into_bytes();
    let mut header = "sha256=".to_owned();
    for byte in digest {
        let _ = write!(header, "{byte:02x}"); // a String takes everything
    }
    header
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn ids(corpus: &Corpus) -> HashSet<String> {
        let texts = corpus.bodies().iter().map(Body::text);
        let ids = texts.flat_map(|text| text.split("\"id\":\"wamid.").skip(1));
        ids.map(|after| after.split('"').next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn ids_are_new_after_each_renewal_and_in_each_corpus() {
        let shape = Shape::Batch { changes: 4 };
        let mut first = Corpus::new(shape, 3, b"secret", 1).unwrap();
        let second = Corpus::new(shape, 3, b"secret", 2).unwrap();
        assert_eq!((first.messages(), first.statuses()), (9, 27));
        let mut all: HashSet<_> = ids(&first).union(&ids(&second)).cloned().collect();
        assert_eq!(all.len(), 2 * 3 * (3 + 3));
        first.renew();
        all.extend(ids(&first));
        assert_eq!(all.len(), 3 * 3 * (3 + 3));
    }

    #[test]
    fn the_signature_is_of_the_body_as_it_is_now() {
        let mut corpus = Corpus::new(Shape::Message, 1, b"secret", 1).unwrap();
        let before = corpus.bodies()[0].signature().to_owned();
        corpus.renew();
        let body = &corpus.bodies()[0];
        assert_ne!(body.signature(), before);
        let key = Hmac::new_from_slice(b"secret").unwrap();
        assert_eq!(body.signature(), sign(&key, body.bytes()));
        assert_eq!(body.signature().len(), 71);
    }
}
