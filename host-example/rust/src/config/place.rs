//! Mistakes in the configuration: file, line, column, member, and what is wrong.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    file: PathBuf,
    line: usize,
    column: usize,
    member: String,
    what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, line, column) = (self.file.display(), self.line, self.column);
        write!(f, "{file}:{line}:{column}: ")?;
        if !self.member.is_empty() {
            write!(f, "{}: ", self.member)?;
        }
        f.write_str(&self.what)
    }
}

/// The mistakes, one a line.
pub(crate) fn lines(mistakes: &[Mistake]) -> String {
    let lines: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// The file that is read, and the mistakes found so far.
#[derive(Debug)]
pub(crate) struct Source {
    file: PathBuf,
    text: String,
    mistakes: Vec<Mistake>,
}

/// Bytes of the file.
pub(crate) type Span = Range<usize>;

impl Source {
    pub(super) fn new(file: &Path, text: String) -> Self {
        Self {
            file: file.to_owned(),
            text,
            mistakes: Vec::new(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The folder that relative paths in the file begin at.
    pub(super) fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }

    /// Notes a mistake.
    pub(crate) fn wrong(&mut self, span: &Span, member: &str, what: impl Into<String>) {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        let in_line = before.rsplit('\n').next().unwrap_or_default();
        let mistake = Mistake {
            file: self.file.clone(),
            line: before.matches('\n').count() + 1,
            column: in_line.chars().count() + 1,
            member: member.to_owned(),
            what: what.into(),
        };
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }

    /// Where in `span` a text stands, and in it the byte `at`; where the span begins if it is written
    /// otherwise there, with escapes.
    pub(super) fn within(&self, span: &Span, text: &str, at: usize) -> Span {
        let part = self.text.get(span.clone()).unwrap_or_default();
        let found = part.find(text).map(|place| span.start + place + at);
        found.map_or_else(|| span.clone(), |start| start..span.end.max(start))
    }

    /// Notes what cannot be read as TOML, or as this configuration.
    pub(super) fn unreadable(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let line = error.message().lines().next().unwrap_or_default();
        self.wrong(&span, "", line.to_owned());
    }

    /// Every mistake, in the order of the file.
    pub(crate) fn mistakes(mut self) -> Vec<Mistake> {
        self.mistakes
            .sort_by_key(|mistake| (mistake.line, mistake.column));
        self.mistakes
    }

    /// How many mistakes were found so far.
    pub(crate) fn count(&self) -> usize {
        self.mistakes.len()
    }
}
