//! Meta's way of writing JSON: ASCII only, and slashes escaped.

use std::fmt::Write as _;

/// Rewrites compact JSON: `\uxxxx` in lower-case hex for what is not ASCII, `\/` for `/`.
///
/// Outside of strings JSON has neither, so the text needs no parsing.
pub(crate) fn as_meta_writes(json: &str) -> Vec<u8> {
    let mut escaped = String::with_capacity(json.len());
    let mut units = [0; 2];
    for symbol in json.chars() {
        match symbol {
            '/' => escaped.push_str("\\/"),
            symbol if symbol.is_ascii() => escaped.push(symbol),
            symbol => {
                for unit in symbol.encode_utf16(&mut units) {
                    // Writing to a String cannot fail.
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
        }
    }
    escaped.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn non_ascii_is_lower_case_hex_with_surrogate_pairs() {
        let json = r#"{"body":"äöå 😀 a/b \" ÿ"}"#;
        let expected = r#"{"body":"\u00e4\u00f6\u00e5 \ud83d\ude00 a\/b \" \u00ff"}"#;
        assert_eq!(String::from_utf8(as_meta_writes(json)).unwrap(), expected);
    }

    #[test]
    fn the_value_stays_the_same() {
        let value = serde_json::json!({"url": "https://x/ü", "emoji": "👩‍🚀", "control": "\u{1}\n"});
        let escaped = as_meta_writes(&value.to_string());
        assert!(escaped.is_ascii());
        assert_eq!(
            serde_json::from_slice::<serde_json::Value>(&escaped).unwrap(),
            value
        );
    }
}
