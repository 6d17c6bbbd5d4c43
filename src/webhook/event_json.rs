//! The JSON of one event under construction.

use memchr::memchr;

use crate::json::push_string;

/// More than what a short event has beside its element.
const BESIDE: usize = 320;
/// Room for what a short body's event may be. More is asked for when it is needed: allocators serve no
/// more than this from their fastest lists.
const MOST: usize = 1000;

/// One JSON object, built from slices. Kept from event to event for its capacity.
#[derive(Debug, Default)]
pub(super) struct EventJson(String);

impl EventJson {
    /// One with room for an event of a body with so many bytes.
    pub(super) fn for_body(bytes: usize) -> Self {
        Self(String::with_capacity((bytes + BESIDE).min(MOST)))
    }

    /// Begins a new object.
    pub(super) fn begin(&mut self) {
        self.0.clear();
        self.0.push('{');
    }

    /// A member whose value is JSON.
    pub(super) fn raw(&mut self, name: &str, value: &str) {
        self.name(name);
        push_sound(&mut self.0, value);
    }

    /// A member whose value is an array of at most one element.
    pub(super) fn array(&mut self, name: &str, element: Option<&str>) {
        self.array_with(name, |out| push_sound(out, element.unwrap_or_default()));
    }

    /// A member whose value is an array; `fill` writes its elements.
    pub(super) fn array_with(&mut self, name: &str, fill: impl FnOnce(&mut String)) {
        self.name(name);
        self.0.push('[');
        fill(&mut self.0);
        self.0.push(']');
    }

    /// A member whose value is a text, if there is one.
    pub(super) fn text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.name(name);
            push_string(&mut self.0, value);
        }
    }

    /// Ends the object; what is returned has a NUL behind it.
    pub(super) fn end(&mut self) -> &str {
        self.0.push_str("}\0");
        &self.0
    }

    /// Members that were written before; the object has some already.
    pub(super) fn members(&mut self, members: &Members) {
        self.0.push_str(&members.0);
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
    }
}

/// Members to come after others, each with its comma in front. Kept for its capacity.
#[derive(Debug)]
pub(super) struct Members(String);

impl Members {
    pub(super) fn new() -> Self {
        Self(String::with_capacity(256))
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// A member whose value is a text, if there is one.
    pub(super) fn text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.0.push_str(",\"");
            self.0.push_str(name);
            self.0.push_str("\":");
            push_string(&mut self.0, value);
        }
    }
}

/// Appends JSON as it is, but for halves of surrogate pairs: those become `\ufffd`, because a host's
/// parser would refuse the whole event for one of them.
pub(super) fn push_sound(out: &mut String, json: &str) {
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = json
        .as_bytes()
        .get(at..)
        .and_then(|rest| memchr(b'\\', rest))
    {
        at += found;
        // Surrogates are \ud800 to \udfff; every other escape stands for a character.
        if !matches!(json.as_bytes().get(at + 1..), Some([b'u', b'd' | b'D', ..])) {
            at += 2;
            continue;
        }
        let (length, sound) = escape_at(json.get(at..).unwrap_or_default());
        if !sound {
            out.push_str(json.get(copied..at).unwrap_or_default());
            out.push_str("\\ufffd");
            copied = at + length;
        }
        at += length;
    }
    out.push_str(json.get(copied..).unwrap_or_default());
}

/// The length of the escape that `text` begins with, a whole surrogate pair being one, and whether it
/// stands for a character.
fn escape_at(text: &str) -> (usize, bool) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    match unit(0) {
        None => (text.len().min(2), true),
        Some(0xd800..=0xdbff) if matches!(unit(6), Some(0xdc00..=0xdfff)) => (12, true),
        Some(unit) => (6, !(0xd800..=0xdfff).contains(&unit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_separated_and_texts_escaped() {
        let mut json = EventJson::default();
        for _ in 0..2 {
            json.begin();
            json.array("contacts", None);
            json.array("messages", Some("{}"));
            json.text("a", None);
            json.text("b", Some("\"\n"));
            json.raw("c", "1");
            assert_eq!(
                json.end(),
                "{\"contacts\":[],\"messages\":[{}],\"b\":\"\\\"\\n\",\"c\":1}\0"
            );
        }
    }

    #[test]
    fn only_halves_of_pairs_are_replaced() {
        for (given, wanted) in [
            (
                r#""\ud83d\ude00 \\ud83d \/ \n""#,
                r#""\ud83d\ude00 \\ud83d \/ \n""#,
            ),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ud83d\n""#, r#""\ufffd\n""#),
            (r#""\u00e4\uD83D\uDE00""#, r#""\u00e4\uD83D\uDE00""#),
        ] {
            let mut out = String::new();
            push_sound(&mut out, given);
            assert_eq!(out, wanted, "{given}");
            serde_json::from_str::<String>(&out).unwrap();
        }
    }
}
