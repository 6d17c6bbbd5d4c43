//! Memory in the size of what a host hands over: asked for before it is taken, so that a system that has
//! none left costs the call and not the process.

use std::hint::black_box;

use crate::error::{Error, Kind};

/// More than this is asked for; less than this a process without memory does not survive either way.
const MUCH: usize = 16 * 1024;

/// The error of a call for whose input there is no memory; nothing has been done.
pub fn exhausted() -> Error {
    let message =
        "there is not enough memory for what was handed over; nothing was sent or emitted";
    Error::new(Kind::NoMemory, message).with_retry(true, Some(1_000))
}

/// # Errors
/// `NoMemory` if so many bytes cannot be taken now.
pub fn ask_for(bytes: usize) -> Result<(), Error> {
    if bytes <= MUCH {
        return Ok(());
    }
    let mut room: Vec<u8> = Vec::new();
    let asked = room.try_reserve_exact(bytes);
    // Or the compiler would see that nobody uses it, and ask nobody.
    black_box(room.as_ptr());
    asked.map_err(|_| exhausted())
}

/// A copy of `text`.
///
/// # Errors
/// `NoMemory`
pub fn copy(text: &str) -> Result<String, Error> {
    let mut copy = String::new();
    copy.try_reserve_exact(text.len())
        .map_err(|_| exhausted())?;
    copy.push_str(text);
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_system_has_is_refused() {
        let most = isize::MAX.unsigned_abs();
        assert_eq!(ask_for(most).unwrap_err().kind(), Kind::NoMemory);
        assert_eq!(ask_for(usize::MAX).unwrap_err().kind(), Kind::NoMemory);
        assert_eq!(ask_for(1 << 20), Ok(()));
        assert_eq!(copy("text").unwrap(), "text");
    }
}
