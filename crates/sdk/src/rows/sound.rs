//! JSON that is passed on as it came: what a parser that only skims it lets pass, and others refuse.

use super::findings::Say;
use super::scalars::HALF_A_PAIR;
use crate::error::Error;
use crate::json::{Raw, Tokens, characters};
use crate::memory;

/// Levels of objects and arrays that parsers follow.
const DEEPEST: usize = 127;

/// Whether `raw`, which is JSON, can be passed on.
///
/// # Errors
/// `NoMemory`
pub(super) fn is_sound(raw: Raw<'_>, say: &mut Say<'_, '_>) -> Result<bool, Error> {
    let (mut depth, mut is_deep, mut is_half, mut is_beyond) = (0_usize, false, false, false);
    for token in Tokens::of(raw.0) {
        match token.as_bytes().first() {
            Some(b'{' | b'[') => depth += 1,
            Some(b'}' | b']') => depth = depth.saturating_sub(1),
            Some(b'"') if characters(token).is_none() => {
                memory::ask_for(token.len())?;
                is_half = true;
            }
            Some(b'-' | b'0'..=b'9') => {
                is_beyond |= token.parse().is_ok_and(f64::is_infinite);
            }
            _ => {}
        }
        is_deep |= depth > DEEPEST;
    }
    for (is_wrong, what) in [
        (is_half, HALF_A_PAIR),
        (
            is_beyond,
            "contains a number beyond 1.8e308, which few parsers take",
        ),
        (is_deep, "has more than 127 levels"),
    ] {
        if is_wrong {
            say.refuse("", what);
        }
    }
    Ok(!(is_half || is_beyond || is_deep))
}
