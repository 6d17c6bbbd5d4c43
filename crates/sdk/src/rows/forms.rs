//! What a text may be: one of some words, a text of a certain form, or whatever a check lets pass.

use std::fmt;
use std::sync::OnceLock;

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

/// A pattern that is compiled when it is first needed; none if it is no regular expression.
pub type Compiled = OnceLock<Option<Regex>>;

impl Pattern {
    /// The same pattern, as a limit that the service may change.
    pub const fn that_may_change(mut self) -> Self {
        self.may_change = true;
        self
    }

    pub(super) fn holds(&self, text: &str) -> bool {
        let compiled = (self.compiled)().get_or_init(|| Regex::new(self.regex).ok());
        compiled.as_ref().is_some_and(|regex| regex.is_match(text))
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
