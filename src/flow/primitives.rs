//! What the parts of the endpoint share of cryptography.

use aes_gcm::AesGcm;
use aes_gcm::aes::Aes128;
use aes_gcm::aes::cipher::consts::U16;
use sha2::{Digest as _, Sha256};

/// AES-128-GCM with Flows' 16-byte nonce.
pub(super) type Cipher = AesGcm<Aes128, U16>;

/// The first half of the SHA-256 of all parts.
pub(super) fn digest(parts: &[&[u8]]) -> [u8; 16] {
    let hash: [u8; 32] = parts
        .iter()
        .fold(Sha256::new(), Sha256::chain_update)
        .finalize()
        .into();
    let mut half = [0; 16];
    for (slot, byte) in half.iter_mut().zip(hash) {
        *slot = byte;
    }
    half
}
