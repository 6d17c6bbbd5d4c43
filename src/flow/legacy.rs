//! OpenSSL's older encryption of a private key, `DEK-Info: DES-EDE3-CBC`, which the generator in Meta's
//! own example of an endpoint writes.

use base16ct::mixed::decode;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use des::TdesEde3;
use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

/// Why it was not decrypted.
pub(super) enum Failed {
    /// It is not encrypted in this way.
    OtherCipher,
    /// The password does not fit.
    Password,
}

/// The key in `der`, decrypted; `how` is what stands behind `DEK-Info:`.
pub(super) fn decrypt(
    how: &str,
    der: &[u8],
    password: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Failed> {
    let Some(("DES-EDE3-CBC", salt)) = how.split_once(',') else {
        return Err(Failed::OtherCipher);
    };
    let mut iv = [0; 8];
    let decoded = decode(salt.trim(), &mut iv).map(<[u8]>::len);
    if decoded != Ok(iv.len()) {
        return Err(Failed::OtherCipher);
    }
    let key = key_of(password, iv);
    let cipher = cbc::Decryptor::<TdesEde3>::new((&*key).into(), &iv.into());
    let decrypted = cipher.decrypt_padded_vec::<Pkcs7>(der);
    decrypted.map(Zeroizing::new).map_err(|_| Failed::Password)
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round.
fn key_of(password: &[u8], salt: [u8; 8]) -> Zeroizing<[u8; 24]> {
    let first = Md5::new().chain_update(password).chain_update(salt);
    let first = Zeroizing::new(<[u8; 16]>::from(first.finalize()));
    let second = Md5::new().chain_update(*first).chain_update(password);
    let second = Zeroizing::new(<[u8; 16]>::from(second.chain_update(salt).finalize()));
    let mut key = Zeroizing::new([0; 24]);
    for (slot, byte) in key.iter_mut().zip(first.iter().chain(second.iter())) {
        *slot = *byte;
    }
    key
}
