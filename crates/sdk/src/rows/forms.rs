//! What a text may be: one of some words, a text of a certain form, or whatever a check lets pass.

use std::fmt;
use std::sync::Mutex;

use regex_lite::Regex;

use super::findings::Say;

/// The words that a text may be.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// The words, as they are written.
    pub list: &'static [&'static str],
    /// Whether the service may add words: another one is a limit that may change.
    pub may_change: bool,
    /// Words that the service may add; with them alone it is the same.
    pub perhaps: &'static [&'static str],
    /// Whether upper and lower case are the same.
    pub folded: bool,
}

impl Words {
    /// Words of which the text must be one.
    pub const fn only(list: &'static [&'static str]) -> Self {
        Self {
            list,
            may_change: false,
            perhaps: &[],
            folded: false,
        }
    }

    /// Words to which the service may add others.
    pub const fn known(list: &'static [&'static str]) -> Self {
        Self {
            may_change: true,
            ..Self::only(list)
        }
    }

    /// The same words, to which the service may add these.
    pub const fn perhaps(mut self, words: &'static [&'static str]) -> Self {
        self.perhaps = words;
        self
    }

    /// The same words, in upper or lower case.
    pub const fn in_any_case(mut self) -> Self {
        self.folded = true;
        self
    }

    pub(super) fn has(&self, text: &str) -> bool {
        if self.folded {
            return self.list.iter().any(|word| word.eq_ignore_ascii_case(text));
        }
        self.list.contains(&text)
    }
}

/// Words that a text must not be.
#[derive(Debug, Clone, Copy)]
pub struct Except {
    /// The words.
    pub words: &'static [&'static str],
    /// What is said of one: the rest of a sentence that begins with the member's place.
    pub says: &'static str,
}

/// The form of a text, as a regular expression that JSON Schema understands as well. [`crate::pattern!`]
/// makes one.
#[derive(Clone, Copy)]
pub struct Pattern {
    /// The expression, with `^` and `$`.
    pub regex: &'static str,
    /// What is said of a text without this form: the rest of a sentence that begins with its place.
    pub says: &'static str,
    /// Whether the service may change the form.
    pub may_change: bool,
    /// Where the compiled expression is kept.
    pub compiled: fn() -> &'static Compiled,
}

/// A pattern that is compiled when it is first needed.
///
/// Nobody ever waits for it: a child of a fork may have been forked while another thread was at it, and
/// nobody would wake it up. For the same reason every match has a copy with scratch memory of its own;
/// what is compiled is shared.
#[derive(Debug, Default)]
pub struct Compiled(Mutex<Option<Regex>>);

impl Compiled {
    /// One that is not compiled yet.
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// None if `regex` is no regular expression.
    fn get(&self, regex: &str) -> Option<Regex> {
        let known = self.0.try_lock().ok();
        if let Some(known) = known.as_deref().and_then(Option::as_ref) {
            return Some(known.clone());
        }
        let compiled = Regex::new(regex).ok()?;
        if let Some(mut place) = known {
            *place = Some(compiled.clone());
        }
        Some(compiled)
    }
}

impl Pattern {
    /// The same pattern, as a limit that the service may change.
    pub const fn that_may_change(mut self) -> Self {
        self.may_change = true;
        self
    }

    pub(super) fn holds(&self, text: &str) -> bool {
        let compiled = (self.compiled)().get(self.regex);
        compiled.is_some_and(|regex| regex.is_match(text))
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.regex)
    }
}

/// A pattern: its regular expression, and what is said of a text that does not match it.
#[macro_export]
macro_rules! pattern {
    ($regex:expr, $says:expr) => {
        $crate::rows::Pattern {
            regex: $regex,
            says: $says,
            may_change: false,
            compiled: || {
                static COMPILED: $crate::rows::Compiled = $crate::rows::Compiled::new();
                &COMPILED
            },
        }
    };
}

/// A rule for one text that no schema can state.
#[derive(Clone, Copy)]
pub struct TextCheck {
    /// What the rule is called.
    pub name: &'static str,
    /// What it demands, for people.
    pub demands: &'static str,
    /// Says what is wrong with the text.
    pub find: fn(&str, &mut Say<'_, '_>),
}

impl fmt::Debug for TextCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// F44: a child may have been forked while another thread had it.
    #[test]
    fn a_pattern_that_another_thread_has_is_compiled_anew() {
        const DIGITS: Pattern = pattern!("^[0-9]*$", "must be digits only");
        let another = (DIGITS.compiled)().0.lock().unwrap();
        assert!(DIGITS.holds("17") && !DIGITS.holds("x"));
        drop(another);
        assert!(DIGITS.holds("17") && !DIGITS.holds("x"));
        assert!((DIGITS.compiled)().0.lock().unwrap().is_some());
    }
}
