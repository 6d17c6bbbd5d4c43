//! A gzip file that is small and unpacks to something large, made without compressing all of it.

use flate2::{Compress, Compression, Crc, FlushCompress};

const MIB: usize = 1024 * 1024;

/// Gzip of so many MiB of zeroes.
///
/// A full flush forgets what came before, so the compressed form of one MiB can be repeated.
pub(crate) fn zeroes(mib: u32) -> Vec<u8> {
    let block = vec![0; MIB];
    let mut deflated = Vec::with_capacity(16 * 1024);
    let mut compress = Compress::new(Compression::best(), false);
    // The vector has room for everything, so one call takes all input.
    let _ = compress.compress_vec(&block, &mut deflated, FlushCompress::Full);
    let (mut one, mut sum) = (Crc::new(), Crc::new());
    one.update(&block);
    let mut bomb = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff".to_vec();
    for _ in 0..mib {
        bomb.extend_from_slice(&deflated);
        sum.combine(&one);
    }
    // The empty last block, then checksum and length.
    bomb.extend_from_slice(b"\x03\x00");
    bomb.extend_from_slice(&sum.sum().to_le_bytes());
    bomb.extend_from_slice(&sum.amount().to_le_bytes());
    bomb
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_bomb_is_small_and_sound() {
        let bomb = zeroes(5);
        assert!(bomb.len() < 16 * 1024, "{}", bomb.len());
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(bomb.as_slice())
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked.len(), 5 * MIB);
        assert!(unpacked.iter().all(|byte| *byte == 0));
    }
}
