//! Reads JSON that an adapter has accepted: no number and no depth of it makes an event unreadable.
//!
//! `serde_json` refuses numbers that no `f64` holds (`1e999`), more than 127 levels, and half a surrogate
//! pair. All of these are JSON; a host that dropped an event for them would lose what its sender was told
//! is stored. Whoever needs the exact text keeps the text.

use serde_json::{Map, Number, Value};

/// What lies deeper is null: nothing that services send does, and walking a value takes stack for each
/// level.
const MAX_DEPTH: usize = 100;

/// The value of a JSON text; none if it is no JSON. Of two members with one name the last one counts. A
/// number that neither 64 bits nor an `f64` hold is its text.
pub(crate) fn parse(text: &str) -> Option<Value> {
    if let Ok(value) = serde_json::from_str::<Value>(text)
        && !has_lost_digits(text)
    {
        return Some(value); // nearly always, and faster
    }
    let mut reader = Reader {
        bytes: text.as_bytes(),
        text,
        at: 0,
    };
    let value = reader.document()?;
    reader.blanks();
    (reader.at == text.len()).then_some(value)
}

/// Whether there may be a whole number of more than 19 digits, which `serde_json` rounds.
fn has_lost_digits(text: &str) -> bool {
    let mut run = 0_usize;
    text.bytes().any(|byte| {
        run = if byte.is_ascii_digit() { run + 1 } else { 0 };
        run > 19
    })
}

/// An array or object that is not closed yet.
enum Open {
    Array(Vec<Value>),
    /// With the name whose value comes next.
    Object(Map<String, Value>, String),
}

struct Reader<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    /// Without recursion: the depth is the sender's.
    fn document(&mut self) -> Option<Value> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            self.blanks();
            let mut value = match self.peek()? {
                b'[' => {
                    self.at += 1;
                    self.blanks();
                    if !self.take(b']') {
                        open.push(Open::Array(Vec::new()));
                        continue;
                    }
                    Value::Array(Vec::new())
                }
                b'{' => {
                    self.at += 1;
                    self.blanks();
                    if !self.take(b'}') {
                        open.push(Open::Object(Map::new(), self.name()?));
                        continue;
                    }
                    Value::Object(Map::new())
                }
                _ => self.scalar()?,
            };
            // The value goes into what is open; that may close it, and then it is the value.
            loop {
                if open.len() > MAX_DEPTH {
                    value = Value::Null;
                }
                let Some(mut around) = open.pop() else {
                    return Some(value);
                };
                self.blanks();
                match &mut around {
                    Open::Array(items) => {
                        items.push(value);
                        if self.take(b',') {
                            open.push(around);
                            break;
                        }
                    }
                    Open::Object(members, name) => {
                        members.insert(std::mem::take(name), value);
                        if self.take(b',') {
                            self.blanks();
                            *name = self.name()?;
                            open.push(around);
                            break;
                        }
                    }
                }
                value = match around {
                    Open::Array(items) => self.take(b']').then_some(Value::Array(items))?,
                    Open::Object(members, _) => {
                        self.take(b'}').then_some(Value::Object(members))?
                    }
                };
            }
        }
    }

    fn name(&mut self) -> Option<String> {
        let name = self.string()?;
        self.blanks();
        self.take(b':').then_some(name)
    }

    fn scalar(&mut self) -> Option<Value> {
        if self.peek()? == b'"' {
            return self.string().map(Value::String);
        }
        let rest = self.text.get(self.at..)?;
        let ends = |c: char| ",]} \t\r\n".contains(c);
        let token = rest.get(..rest.find(ends).unwrap_or(rest.len()))?;
        self.at += token.len();
        match token {
            "null" => Some(Value::Null),
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ if is_number(token) => Some(number(token)),
            _ => None,
        }
    }

    fn string(&mut self) -> Option<String> {
        let begin = self.at;
        if !self.take(b'"') {
            return None;
        }
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                byte if byte < b' ' => return None,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        let token = self.text.get(begin..self.at)?;
        match serde_json::from_str(token) {
            Ok(text) => Some(text),
            Err(_) => serde_json::from_str(&without_halves(token)).ok(),
        }
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> bool {
        let is_there = self.peek() == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }
}

/// The number, or its text if it would be another number.
fn number(token: &str) -> Value {
    let is_whole = !token.contains(['.', 'e', 'E']);
    match token.parse::<Number>() {
        Ok(number) if !is_whole || number.is_i64() || number.is_u64() || token == "-0" => {
            Value::Number(number)
        }
        _ => Value::String(token.to_owned()),
    }
}

/// `-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?`
fn is_number(token: &str) -> bool {
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = token.strip_prefix('-').unwrap_or(token);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.starts_with('0')) {
        return false;
    }
    let mut rest = rest.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix('.') {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = fraction.get(count..).unwrap_or_default();
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits(exponent);
        if count == 0 {
            return false;
        }
        rest = exponent.get(count..).unwrap_or_default();
    }
    rest.is_empty()
}

/// The string's token with U+FFFD in place of every escape that is half a surrogate pair.
fn without_halves(token: &str) -> String {
    let escape = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let (mut out, mut rest) = (String::with_capacity(token.len()), token);
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let length = match escape(from) {
            Some(0xD800..=0xDBFF)
                if matches!(from.get(6..).and_then(escape), Some(0xDC00..=0xDFFF)) =>
            {
                12
            }
            Some(0xD800..=0xDFFF) => {
                out.push_str("\\ufffd");
                rest = from.get(6..).unwrap_or_default();
                continue;
            }
            Some(_) => 6,
            None => 2,
        };
        let length = length.min(from.len());
        let (kept, after) = from.split_at_checked(length).unwrap_or((from, ""));
        out.push_str(kept);
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn h05_a_number_that_nothing_holds_is_its_text() {
        let text = r#"{"a":1e999,"b":[-1e999,1.5,123456789012345678901234567890,-7],"c":18446744073709551615}"#;
        let expected = json!({"a": "1e999", "b": ["-1e999", 1.5, "123456789012345678901234567890", -7],
            "c": 18_446_744_073_709_551_615_u64});
        assert_eq!(parse(text), Some(expected));
    }

    #[test]
    fn h05_any_depth_is_read_and_what_lies_too_deep_is_null() {
        for depth in [130, 1_000_000] {
            for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
                let deep = open.repeat(depth) + "1" + &close.repeat(depth);
                let value =
                    parse(&format!(r#"{{"messages":[{{"from":"1"}}],"x":{deep}}}"#)).unwrap();
                assert_eq!(value["messages"][0]["from"], "1", "{depth}");
                assert!(parse(&(open.repeat(depth) + "1")).is_none());
            }
        }
    }

    #[test]
    fn h05_half_a_surrogate_pair_is_replaced() {
        let text = r#"["\ud800","a\udc00b","\ud83d\ude00","\\ud800","\ud800\ud83d\ude00"]"#;
        let expected = json!([
            "\u{fffd}",
            "a\u{fffd}b",
            "\u{1f600}",
            "\\ud800",
            "\u{fffd}\u{1f600}"
        ]);
        assert_eq!(parse(text), Some(expected));
    }

    #[test]
    fn what_serde_json_reads_is_read_alike_and_what_is_no_json_is_refused() {
        for text in [
            "{}",
            "[]",
            " [ ] ",
            "1",
            "-0",
            "\"x\\n\"",
            "null",
            "[1,[2,{\"a\":null}],true]",
            "{\"a\":1,\"a\":2}",
        ] {
            let strict: Value = serde_json::from_str(text).unwrap();
            let with_more = format!("[{text},1e999]");
            assert_eq!(parse(text).as_ref(), Some(&strict));
            assert_eq!(parse(&with_more), Some(json!([strict, "1e999"])), "{text}");
        }
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "{,}",
            "01",
            "1.",
            "+1",
            "1e",
            ".5",
            "nul",
            "[1 2]",
            "\"a",
            "\"\u{1}\"",
            "\"\\x\"",
            "1e999 1",
            "]",
            "{\"a\":1]",
            "[1e999}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
