//! The characters of a JSON string that has escapes: a whole notification, where a command carries one.

use super::read::plain_of_sixteen;

/// The characters of a string, and how many bytes it has with the quote at its end.
///
/// `text` begins after the quote at its beginning. None if it is no valid string, or holds half of a
/// surrogate pair.
pub(super) fn unescaped(text: &[u8]) -> Option<(String, usize)> {
    // No escape is shorter than what it stands for. Sixteen bytes more, so that every copy is of sixteen.
    let room = text.len() + 16;
    let mut out = Vec::new();
    // As long as what a host handed over: without memory for it there is no string.
    out.try_reserve_exact(room).ok()?;
    out.resize(room, 0);
    let (mut from, mut to) = (0, 0);
    loop {
        let rest = text.get(from..)?;
        let mut byte = *rest.first()?;
        if let (Some(some), Some(room)) = (rest.first_chunk::<16>(), out.get_mut(to..to + 16)) {
            room.copy_from_slice(some);
            let plain = plain_of_sixteen(*some);
            (from, to) = (from + plain, to + plain);
            if plain == 16 {
                continue;
            }
            byte = *rest.get(plain)?;
        }
        match byte {
            b'"' => break,
            b'\\' => {
                let rest = text.get(from..)?;
                // In JSON that is a string nearly all are of these: no need to tell them apart.
                let (length, written) = if let [_, symbol @ (b'"' | b'\\' | b'/'), ..] = rest {
                    *out.get_mut(to)? = *symbol;
                    (2, 1)
                } else {
                    escape(rest, out.get_mut(to..)?)?
                };
                (from, to) = (from + length, to + written);
            }
            ..0x20 => return None,
            byte => {
                *out.get_mut(to)? = byte;
                (from, to) = (from + 1, to + 1);
            }
        }
    }
    out.truncate(to);
    Some((String::from_utf8(out).ok()?, from + 1))
}

/// Writes what the escape that `text` begins with stands for, if that is not the escaped byte itself;
/// answers how long both are.
fn escape(text: &[u8], out: &mut [u8]) -> Option<(usize, usize)> {
    let symbol = match text.get(1)? {
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return unicode(text, out),
        _ => return None,
    };
    *out.first_mut()? = symbol;
    Some((2, 1))
}

fn unicode(text: &[u8], out: &mut [u8]) -> Option<(usize, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        // A sign would pass as well.
        let digits = digits
            .first()
            .filter(|digit| **digit != b'+')
            .and(Some(digits))?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let (first, second) = (unit(0)?, unit(6));
    let pair = [first, second.unwrap_or_default()];
    let symbol = char::decode_utf16(pair).next()?.ok()?;
    let written = symbol.encode_utf8(out).len();
    Some((symbol.len_utf16() * 6, written))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_what_a_parser_makes_of_it(
            pieces in prop::collection::vec(prop_oneof![
                r"[a-z é😀]{0,20}",
                prop::sample::select(vec![
                    r#"\""#, r"\\", r"\/", r"\b", r"\f", r"\n", r"\r", r"\t", r"\u00e9", r"\uD83D\ude00",
                    r"\u0000", r"\ud83d", r"\ude00", r"\uffff", r"\u+123", r"\u12", r"\x", "\n",
                ]).prop_map(str::to_owned),
            ], 0..12),
        ) {
            let text = pieces.concat();
            let parsed = serde_json::from_str::<String>(&format!("\"{text}\"")).ok();
            let made = unescaped(format!("{text}\" and more").as_bytes());
            prop_assert_eq!(made, parsed.map(|parsed| (parsed, text.len() + 1)));
        }
    }
}
