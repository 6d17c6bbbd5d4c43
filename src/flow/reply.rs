//! The answer to a Flow's request, and the key that it is sealed with.
//!
//! Between request and answer a workflow runs, perhaps in another process. It is handed a *reply key*: the
//! request's AES key, its nonce and the time, sealed under a key that follows from the Flow's private key.
//! Any process that has the private key can seal the answer, and nobody else can read the reply key.

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead as _, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::key::FlowKey;
use super::primitives::{Cipher, digest};
use crate::json::ObjectText;

/// For so long a reply key seals an answer. A phone waits for ten.
pub(super) const SECONDS: u64 = 60;

/// The bytes of a reply key before it is sealed: the AES key, the nonce, and the second.
const PLAIN: usize = 16 + 16 + 8;
const NONCE: usize = 12;

/// What an answer is encrypted with.
pub(crate) struct ReplyKey {
    key: Zeroizing<[u8; 16]>,
    iv: [u8; 16],
}

impl std::fmt::Debug for ReplyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Why a reply key seals nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotSealable {
    /// None of the keys here has made it, or it was changed.
    Foreign,
    /// Its time is over.
    Expired,
}

impl ReplyKey {
    pub(super) const fn new(key: Zeroizing<[u8; 16]>, iv: [u8; 16]) -> Self {
        Self { key, iv }
    }

    /// The key as a text that only who has `owner` can read, and which is good for [`SECONDS`] from
    /// `now_s` on.
    ///
    /// The nonce is a hash of what is sealed, keyed by a secret: no randomness is needed, and two
    /// different texts never share one.
    pub(crate) fn seal(&self, owner: &FlowKey, now_s: u64) -> Option<String> {
        let second = now_s.to_be_bytes();
        let plain = Zeroizing::new([self.key.as_slice(), &self.iv, &second].concat());
        let nonce = Sha256::new().chain_update(*owner.derived(b"nonce"));
        let nonce: [u8; 32] = nonce.chain_update(&*plain).finalize().into();
        let nonce = nonce.first_chunk::<NONCE>()?;
        let sealed = Aes256Gcm::new((&*owner.derived(b"seal")).into());
        let sealed = sealed.encrypt(nonce.into(), plain.as_slice()).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce, sealed.as_slice()].concat()))
    }

    /// The reply key that one of `owners` has sealed.
    ///
    /// # Errors
    /// [`NotSealable`].
    pub(crate) fn open(text: &str, owners: &[FlowKey], now_s: u64) -> Result<Self, NotSealable> {
        let opened = unseal(text, owners).ok_or(NotSealable::Foreign)?;
        let (key, rest) = opened.split_at(16);
        let (iv, second) = rest.split_at(16);
        let bytes = (key.try_into(), iv.try_into(), second.try_into());
        let (Ok(key), Ok(iv), Ok(second)) = bytes else {
            return Err(NotSealable::Foreign);
        };
        let opened_s = u64::from_be_bytes(second);
        // Another process may have a clock that is ahead of this one's.
        if now_s.abs_diff(opened_s) > SECONDS {
            return Err(NotSealable::Expired);
        }
        Ok(Self::new(Zeroizing::new(key), iv))
    }

    /// Encrypts `content`, one JSON text, for the phone: the response's body.
    pub(crate) fn encrypt(&self, content: &str) -> Option<String> {
        let iv = self.iv.map(|byte| !byte);
        let cipher = Cipher::new((&*self.key).into());
        let sealed = cipher.encrypt(&iv.into(), content.as_bytes()).ok()?;
        Some(STANDARD.encode(sealed))
    }

    /// What tells this key from others, and does not tell the key.
    pub(super) fn identity(&self) -> [u8; 16] {
        digest(&[&*self.key, &self.iv])
    }
}

fn unseal(text: &str, owners: &[FlowKey]) -> Option<Zeroizing<Vec<u8>>> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let opened = owners.iter().find_map(|owner| {
        let cipher = Aes256Gcm::new((&*owner.derived(b"seal")).into());
        cipher.decrypt(nonce.into(), sealed).ok()
    });
    opened
        .map(Zeroizing::new)
        .filter(|opened| opened.len() == PLAIN)
}

/// What answers a health check.
pub(crate) fn ping() -> String {
    r#"{"data":{"status":"active"}}"#.to_owned()
}

/// What answers a phone that tells of an error.
pub(crate) fn client_error() -> String {
    r#"{"data":{"acknowledged":true}}"#.to_owned()
}

/// The next screen, with its data: one JSON object.
pub(crate) fn screen(name: &str, data: &str) -> String {
    ObjectText::new()
        .text("screen", name)
        .raw("data", data)
        .end()
}

/// What a phone shows whose Flow is no longer valid.
pub(crate) fn token_invalid(message: &str) -> String {
    ObjectText::new().text("error_msg", message).end()
}
