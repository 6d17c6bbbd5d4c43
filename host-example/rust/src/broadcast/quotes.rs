//! Quotes of a list, strictly. The reader of CSV takes a quote that is never closed for a field
//! that goes on to the end of the file: everybody in it would be left out, and nobody told.

use super::text::Text;

const OPEN: &str = "a quote (\") is opened in this line and not closed in it: close it, or write it twice inside a \
    field in quotes; a field has no line breaks";
const AFTER: &str = "something stands behind a closing quote (\"): a quote inside a field in quotes is written twice";
const BEFORE: &str = "blanks stand before an opening quote (\"): remove them";

/// Where a scan is.
#[derive(Clone, Copy)]
enum At {
    /// At the beginning of a field; blanks were there already, or not.
    Begin {
        blanks: bool,
    },
    /// In a field without quotes, in which a quote is a character as others.
    Plain,
    Quoted,
    /// Behind a quote inside a field in quotes, which closes it or is the first of two.
    Closing,
}

/// Every line in which quotes do not fit, and how. A field in quotes ends in the line in which it
/// begins: nothing in a list has line breaks, and whoever stands between two lone quotes would be
/// lost.
pub(super) fn mistakes(text: &Text) -> Vec<(u64, &'static str)> {
    let (mut at, mut wrong) = (At::Begin { blanks: false }, Vec::new());
    let mut line = 1 + text.lines_before;
    let delimiter = char::from(text.delimiter);
    let mut letters = text.text.chars().peekable();
    while let Some(letter) = letters.next() {
        let ends_line = letter == '\n' || letter == '\r';
        at = match (at, letter) {
            (At::Quoted, _) if ends_line => {
                wrong.push((line, OPEN));
                At::Begin { blanks: false }
            }
            (_, letter) if ends_line || (letter == delimiter && !matches!(at, At::Quoted)) => {
                At::Begin { blanks: false }
            }
            (At::Begin { blanks }, '"') => {
                if blanks {
                    wrong.push((line, BEFORE));
                }
                At::Quoted
            }
            (At::Begin { .. }, letter) if letter.is_whitespace() => At::Begin { blanks: true },
            (At::Begin { .. } | At::Plain, _) => At::Plain,
            (At::Quoted, '"') => At::Closing,
            (At::Quoted, _) | (At::Closing, '"') => At::Quoted,
            (At::Closing, letter) if letter.is_whitespace() => At::Closing,
            (At::Closing, _) => {
                wrong.push((line, AFTER));
                At::Plain
            }
        };
        if letter == '\n' || (letter == '\r' && letters.peek() != Some(&'\n')) {
            line += 1;
        }
    }
    if matches!(at, At::Quoted) {
        wrong.push((line, OPEN));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<u64> {
        let text = Text::of(text.as_bytes(), "phoneNumber").unwrap();
        mistakes(&text).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn h10_a_lone_quote_is_named_with_its_line_and_swallows_nobody() {
        for (text, expected) in [
            ("phoneNumber\n+1\n\"+2\n+3\n", &[3][..]),
            ("phoneNumber,name\n+1,\"Ana\n+2,Bob\"\n+3,Eve\n", &[2]),
            (
                "phoneNumber,name\r\n+1,\"Ana\r\n+2,Bob\r\n+3,\"Eve\"\r\n",
                &[2],
            ),
            ("phoneNumber,name\n+1,\"Ana\" B\n", &[2]),
            ("phoneNumber,name\n+1, \"Ana, B\"\n", &[2]),
            ("\"phoneNumber\n+1\n", &[1]),
            ("sep=;\nphoneNumber\n+1\n+2\n\"", &[5]),
            ("phoneNumber\r+1\r\"+2\r+3\r", &[3]),
            ("phoneNumber\n\"+1\n\"+2\n", &[2, 3]),
        ] {
            assert_eq!(lines(text), expected, "{text}");
        }
    }

    #[test]
    fn h10_quotes_that_fit_are_no_mistake() {
        for text in [
            "phoneNumber,name\n\"+1\",\"Ana \"\"B\"\" C\"\n",
            "phoneNumber,name\n=\"+1\",5\" pipe\n\"=\"\"+1\"\"\",\"\"\n",
            "\"phoneNumber\";\"a,b\"\r\n\"+1\" ;x\r\n",
            "phoneNumber\tname\n+1\t\"Ana\tB\"",
        ] {
            assert_eq!(lines(text), [0_u64; 0], "{text}");
        }
    }
}
