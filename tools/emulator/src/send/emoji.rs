//! Whether a string is exactly one emoji, by the grammar of Unicode's UTS #51.

/// One emoji: a flag, a keycap, or symbols joined by zero-width joiners, each with its modifiers.
pub(crate) fn is_one_emoji(text: &str) -> bool {
    let mut rest: &[char] = &text.chars().collect::<Vec<_>>();
    loop {
        rest = match symbol(rest) {
            Some(after) => after,
            None => return false,
        };
        match rest {
            [] => return true,
            [JOINER, after @ ..] => rest = after,
            _ => return false,
        }
    }
}

const JOINER: char = '\u{200d}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const TAG_END: char = '\u{e007f}';

/// What follows the first symbol.
fn symbol(text: &[char]) -> Option<&[char]> {
    match text {
        [one, other, rest @ ..] if is_region(*one) && is_region(*other) => Some(rest),
        ['0'..='9' | '#' | '*', EMOJI_STYLE, KEYCAP, rest @ ..]
        | ['0'..='9' | '#' | '*', KEYCAP, rest @ ..] => Some(rest),
        [base, rest @ ..] if is_base(*base) => Some(modifiers(rest)),
        _ => None,
    }
}

fn modifiers(text: &[char]) -> &[char] {
    match text {
        [EMOJI_STYLE | '\u{1f3fb}'..='\u{1f3ff}', rest @ ..] => modifiers(rest),
        ['\u{e0020}'..='\u{e007e}', ..] => {
            let end = text.iter().position(|symbol| *symbol == TAG_END);
            end.and_then(|end| text.get(end + 1..)).unwrap_or(text)
        }
        _ => text,
    }
}

fn is_region(symbol: char) -> bool {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&symbol)
}

/// Generous where Unicode keeps room for new emoji, strict against letters, digits and CJK.
fn is_base(symbol: char) -> bool {
    matches!(symbol,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2194}'..='\u{21aa}' | '\u{231a}'..='\u{23ff}' | '\u{24c2}'
        | '\u{25aa}'..='\u{27bf}' | '\u{2934}'..='\u{2935}' | '\u{2b05}'..='\u{2b55}'
        | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f000}'..='\u{1f1e5}' | '\u{1f200}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_is_one_emoji() {
        for text in [
            "😀",
            "👍",
            "❤️",
            "❤",
            "👍🏽",
            "👩‍❤️‍💋‍👨",
            "🇩🇪",
            "5️⃣",
            "#⃣",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "\u{1F600}",
        ] {
            assert!(is_one_emoji(text), "{text}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for text in [
            "",
            "a",
            ":-)",
            "😀😀",
            "😀 ",
            "ok👍",
            "5",
            "漢",
            "🇩",
            "😀\u{200d}",
            "\\uD83D",
        ] {
            assert!(!is_one_emoji(text), "{text}");
        }
    }
}
