//! The text of a list as spreadsheets save it: its encoding, and what stands between its fields.

/// What may stand between two fields.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// A list's text, without what only says how it is written.
#[derive(Debug, PartialEq)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) delimiter: u8,
    /// Lines before the text: the one that names the delimiter.
    pub(super) lines_before: u64,
}

impl Text {
    /// Decodes UTF-8 and UTF-16, with or without a byte order mark; the first line that has `column` tells
    /// what stands between the fields, unless a line `sep=` does.
    ///
    /// # Errors
    /// It is in another encoding.
    pub(super) fn of(bytes: &[u8], column: &str) -> Result<Self, String> {
        let mut text = decode(bytes)?;
        let (first, rest) = split_line(&text);
        let mut named = None;
        if let Some(delimiter) = first.trim_matches('"').strip_prefix("sep=") {
            named = delimiter.chars().next().filter(char::is_ascii);
            text = rest.to_owned();
        }
        let (head, _) = split_line(&text);
        let fits = |delimiter: &char| {
            let mut fields = head.split(*delimiter);
            fields.any(|field| same_name(field.trim().trim_matches('"'), column))
        };
        let delimiter = named
            .or_else(|| DELIMITERS.into_iter().find(fits))
            .unwrap_or(',');
        Ok(Self {
            delimiter: u8::try_from(delimiter).unwrap_or(b','),
            lines_before: u64::from(named.is_some()),
            text,
        })
    }
}

/// Whether a column's name is meant; case, blanks, `-` and `_` do not tell names apart.
pub(super) fn same_name(written: &str, name: &str) -> bool {
    let letters = |text: &str| -> String {
        let kept = text.chars().filter(|c| !" -_\u{feff}".contains(*c));
        kept.collect::<String>().to_ascii_lowercase()
    };
    letters(written) == letters(name)
}

fn split_line(text: &str) -> (&str, &str) {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let (line, rest) = text.split_at(end);
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.get(1..));
    (line, rest.unwrap_or_default())
}

fn decode(bytes: &[u8]) -> Result<String, String> {
    const SAVE: &str = "save it as CSV in UTF-8";
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        text.ok()
            .filter(|_| rest.is_empty())
            .ok_or_else(|| format!("the file is damaged UTF-16: {SAVE}"))
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => decode(rest),
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        // A list begins with a letter of the Latin alphabet.
        [first, 0, ..] if *first != 0 => wide(bytes, u16::from_le_bytes),
        [0, first, ..] if *first != 0 => wide(bytes, u16::from_be_bytes),
        [b'P', b'K', 3, 4, ..] => Err("it is a workbook or an archive and no CSV file".to_owned()),
        _ => std::str::from_utf8(bytes)
            .map(str::to_owned)
            .map_err(|error| {
                let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let line = before.split(|byte| *byte == b'\n').count();
                format!("the file is not UTF-8 (line {line}): {SAVE}")
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> (String, char) {
        let text = Text::of(bytes, "phoneNumber").unwrap();
        (text.text, char::from(text.delimiter))
    }

    #[test]
    fn h10_every_encoding_of_a_spreadsheet_is_read() {
        let plain = "phoneNumber;name\r\n+1650;Jürgen\r\n";
        let expected = (plain.to_owned(), ';');
        let wide =
            |unit: fn(u16) -> [u8; 2]| -> Vec<u8> { plain.encode_utf16().flat_map(unit).collect() };
        let with = |mark: &[u8], text: Vec<u8>| [mark, &text].concat();
        for bytes in [
            plain.as_bytes().to_vec(),
            with(b"\xEF\xBB\xBF", plain.as_bytes().to_vec()),
            with(b"\xFF\xFE", wide(u16::to_le_bytes)),
            with(b"\xFE\xFF", wide(u16::to_be_bytes)),
            wide(u16::to_le_bytes),
            wide(u16::to_be_bytes),
        ] {
            assert_eq!(text(&bytes), expected);
        }
        for bytes in [&b"phoneNumber\n\xfc\n"[..], b"\xFF\xFEp", b"PK\x03\x04"] {
            assert!(Text::of(bytes, "phoneNumber").is_err());
        }
    }

    #[test]
    fn h10_the_delimiter_is_found_or_named() {
        for (written, delimiter, rest) in [
            ("name,phoneNumber\n", ',', "name,phoneNumber\n"),
            ("name;phoneNumber\n", ';', "name;phoneNumber\n"),
            (
                "\"a,b\"\t\"phoneNumber\"\n",
                '\t',
                "\"a,b\"\t\"phoneNumber\"\n",
            ),
            ("sep=;\r\nphoneNumber;a,b\n", ';', "phoneNumber;a,b\n"),
            ("\"sep=|\"\nphoneNumber|a\n", '|', "phoneNumber|a\n"),
            ("Phone Number;x\n", ';', "Phone Number;x\n"),
            ("phoneNumber\n", ',', "phoneNumber\n"),
            ("", ',', ""),
        ] {
            assert_eq!(
                text(written.as_bytes()),
                (rest.to_owned(), delimiter),
                "{written}"
            );
        }
    }
}
