//! Counts members of a notification that no event contains, by name.
//!
//! Meta adds members unannounced. The counts show an operator which ones this version drops. Values are
//! never kept, and of a name only words are: rows of digits or random characters may be a phone number
//! or a secret.

use std::fmt::Write as _;

/// Whether a name holds a secret of the properties.
pub(in crate::webhook) type IsSecret<'t> = dyn Fn(&str) -> bool + 't;

/// Where in a notification a member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::webhook) enum Level {
    Body,
    Entry,
    Change,
    Value,
    Metadata,
}

impl Level {
    /// What its members' paths begin with.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Body => "",
            Self::Entry => "entry.",
            Self::Change => "change.",
            Self::Value => "value.",
            Self::Metadata => "value.metadata.",
        }
    }
}

/// Paths of members that no event holds, each with its count.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Unknown {
    paths: Vec<(String, u64)>,
    /// Of the paths that there was no room for.
    other: u64,
}

/// Paths that are told apart.
const MOST_PATHS: usize = 32;
/// Bytes of a path.
const MOST_BYTES: usize = 64;
/// What the count of all other paths is called; counters call theirs so as well.
const OTHER: &str = "other";
/// Digits in a name: with more of them it may be a number of somebody's.
const MOST_DIGITS: usize = 5;
/// Letters and digits without anything between: with more of them it may be a secret.
const LONGEST_WORD: usize = 24;
/// The same for letters and digits that are mixed.
const LONGEST_MIXED: usize = 12;

impl Unknown {
    /// Counts `count` members called `name`.
    pub(in crate::webhook) fn add(&mut self, level: Level, name: &str, count: u64) {
        if count == 0 {
            return;
        }
        let path = path_of(level, name);
        self.add_path(&path, count);
    }

    /// Counts one member called `name`, which is not shown at all if it holds a secret of the properties:
    /// in the path it might not be found again.
    pub(in crate::webhook) fn add_unless_secret(
        &mut self,
        level: Level,
        name: &str,
        is_secret: &IsSecret<'_>,
    ) {
        if is_secret(name) {
            self.add_path(&format!("{}*", level.prefix()), 1);
        } else {
            self.add(level, name, 1);
        }
    }

    /// Counts those of `others` as well.
    pub(in crate::webhook) fn merge(&mut self, others: &Self) {
        for (path, count) in &others.paths {
            self.add_path(path, *count);
        }
        self.other += others.other;
    }

    fn add_path(&mut self, path: &str, count: u64) {
        if path == OTHER {
            // A member that is really called so has no name of its own.
            self.other += count;
        } else if let Some((_, have)) = self.paths.iter_mut().find(|(have, _)| have == path) {
            *have += count;
        } else if self.paths.len() < MOST_PATHS {
            self.paths.push((path.to_owned(), count));
        } else {
            self.other += count;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.other == 0
    }

    /// Each path with its count; what there was no room for comes last, as [`OTHER`].
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        let paths = self
            .paths
            .iter()
            .map(|(path, count)| (path.as_str(), *count));
        paths.chain((self.other > 0).then_some((OTHER, self.other)))
    }

    /// One JSON object, appended to `out`. A path has no character that would need an escape.
    pub(crate) fn push_json(&self, out: &mut String) {
        out.push('{');
        for (at, (path, count)) in self.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            // A String takes everything.
            let _ = write!(out, "{comma}\"{path}\":{count}");
        }
        out.push('}');
    }
}

/// The path of a member called `name`, fit to be shown: what is no word of plain characters becomes `?`,
/// what may be a number `#`, what may be a secret `*`.
fn path_of(level: Level, name: &str) -> String {
    let mut path = level.prefix().to_owned();
    if name.is_empty() {
        path.push('?');
    }
    // No more of a long name is looked at than what can matter.
    let digits = name.chars().take(4 * MOST_BYTES);
    let is_number = digits.filter(char::is_ascii_digit).count() > MOST_DIGITS;
    let mut rest = name;
    while !rest.is_empty() && path.len() < MOST_BYTES {
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (word, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        push_word(&mut path, word, is_number);
        let mut after = after.chars();
        match after.next() {
            Some(plain @ ('_' | '-')) => path.push(plain),
            Some(_) => path.push('?'),
            None => {}
        }
        rest = after.as_str();
    }
    // Nothing but ASCII: any length is one between characters.
    path.truncate(MOST_BYTES);
    path
}

fn push_word(path: &mut String, word: &str, is_number: bool) {
    let has = |is: fn(&u8) -> bool| usize::from(word.bytes().any(|byte| is(&byte)));
    let letters = has(u8::is_ascii_uppercase) + has(u8::is_ascii_lowercase);
    let is_mixed = has(u8::is_ascii_digit) > 0 && letters > 0;
    if word.len() > LONGEST_WORD || (is_mixed && word.len() > LONGEST_MIXED) {
        path.push('*');
    } else if is_number {
        path.extend(
            word.chars()
                .map(|c| if c.is_ascii_digit() { '#' } else { c }),
        );
    } else {
        path.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_words_and_neither_numbers_nor_secrets() {
        for (name, path) in [
            ("zz_new", "value.zz_new"),
            ("v2-beta", "value.v2-beta"),
            ("landingPageView", "value.landingPageView"),
            ("", "value.?"),
            ("a.b \"c\"\n", "value.a?b??c??"),
            ("größe", "value.gr??e"),
            ("+16505551234", "value.?###########"),
            ("of_4915_123_4567", "value.of_####_###_####"),
            ("EAAGm0PX4ZCpsBAKZCnotreally0123", "value.*"),
            ("x_0123456789abcdef0123456789abcdef_y", "value.x_*_y"),
        ] {
            assert_eq!(path_of(Level::Value, name), path, "{name}");
        }
        let long = path_of(Level::Metadata, &"abc_".repeat(10_000));
        assert_eq!(long.len(), MOST_BYTES);
        assert!(long.starts_with("value.metadata.abc_abc_"), "{long}");
    }

    #[test]
    fn what_there_is_no_room_for_is_counted_together() {
        let mut unknown = Unknown::default();
        assert!(unknown.is_empty());
        for round in 0..2 {
            for at in 0..40 {
                unknown.add(Level::Body, &format!("m{at}"), 1 + round);
            }
        }
        unknown.add(Level::Body, "m0", 0);
        let mut twice = unknown.clone();
        twice.merge(&unknown);
        let counts: Vec<_> = twice.iter().collect();
        assert_eq!(counts.len(), MOST_PATHS + 1);
        assert_eq!(counts[0], ("m0", 6));
        assert_eq!(counts[MOST_PATHS], (OTHER, 8 * 6));
        let mut json = String::new();
        twice.push_json(&mut json);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["m31"], 6);
        assert_eq!(json[OTHER], 48);
    }
}
