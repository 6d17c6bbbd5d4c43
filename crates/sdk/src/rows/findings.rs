//! What is wrong with a request, all of it at once, each with its place.

use std::fmt::Write as _;

use crate::error::Error;

/// What becomes of limits that the service may change: they refuse a request, or are only reported.
#[derive(Debug)]
pub struct Leniency {
    strict: bool,
    warnings: Vec<String>,
}

impl Leniency {
    /// With `strict`, a limit that is exceeded refuses the request; otherwise it becomes a warning.
    pub const fn new(strict: bool) -> Self {
        Self {
            strict,
            warnings: Vec::new(),
        }
    }

    /// A limit of the service was exceeded.
    ///
    /// # Errors
    /// `InvalidRequest` with `message`, unless such limits become warnings.
    pub fn exceeded(&mut self, message: String) -> Result<(), Error> {
        if self.strict {
            return Err(Error::invalid_request(message));
        }
        self.warnings.push(message);
        Ok(())
    }

    /// The warnings, which `details.warnings` shows.
    pub fn into_warnings(self) -> Vec<String> {
        self.warnings
    }
}

/// So many findings are written out; of those beyond, the number is told.
const WRITTEN_OUT: usize = 32;

/// The findings of one request.
pub(super) struct Findings<'l> {
    /// What the members are called in messages: `property` or `request member`.
    pub(super) what: &'static str,
    leniency: &'l mut Leniency,
    refused: Vec<String>,
    count: usize,
    /// How many of the first ones are about members of the request itself that nobody knows.
    unknown: usize,
}

impl<'l> Findings<'l> {
    pub(super) const fn new(what: &'static str, leniency: &'l mut Leniency) -> Self {
        Self {
            what,
            leniency,
            refused: Vec::new(),
            count: 0,
            unknown: 0,
        }
    }

    /// How many there are that refuse the request.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    pub(super) fn refuse(&mut self, message: impl FnOnce() -> String) {
        self.count += 1;
        if self.count <= WRITTEN_OUT {
            self.refused.push(message());
        }
    }

    /// Refuses a member of the request itself that nobody knows. It is told before all else: what is
    /// missing may have been meant by it, and among many findings it would not be seen.
    pub(super) fn refuse_unknown(&mut self, message: impl FnOnce() -> String) {
        self.count += 1;
        if self.unknown < WRITTEN_OUT {
            self.refused.insert(self.unknown, message());
            self.refused.truncate(WRITTEN_OUT);
            self.unknown += 1;
        }
    }

    fn limit(&mut self, message: impl FnOnce() -> String) {
        if self.leniency.strict {
            self.refuse(message);
        } else {
            self.leniency.warnings.push(message());
        }
    }

    /// # Errors
    /// `InvalidRequest` with all findings, if there are any.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        if self.count == 0 {
            return Ok(());
        }
        if self.count > WRITTEN_OUT {
            let more = self.count - WRITTEN_OUT;
            self.refused.push(format!("and {more} more"));
        }
        Err(Error::invalid_request(self.refused.join("; ")))
    }
}

/// Where a value stands in its request. It lives on the stack and is written out only for a finding.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    Member(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl Path<'_> {
    fn write(&self, out: &mut String) {
        match self {
            Self::Root => {}
            Self::Member(parent, name) => {
                parent.write(out);
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(name);
            }
            Self::Item(parent, index) => {
                parent.write(out);
                // A String takes whatever is written to it.
                let _ = write!(out, "[{index}]");
            }
        }
    }

    /// The path of what stands at `at` in it.
    pub(super) fn to(&self, at: &str) -> String {
        let mut path = String::new();
        self.write(&mut path);
        if !path.is_empty() && !at.is_empty() && !at.starts_with('[') {
            path.push('.');
        }
        path.push_str(at);
        path
    }
}

/// Takes what a check finds, and knows where the checked value stands.
pub struct Say<'s, 'l> {
    pub(super) findings: &'s mut Findings<'l>,
    pub(super) path: &'s Path<'s>,
}

impl Say<'_, '_> {
    /// How messages name what stands at `at` in the checked value; the value itself with the empty text.
    pub fn place(&self, at: &str) -> String {
        format!("{} \"{}\"", self.findings.what, self.path.to(at))
    }

    /// What refuses the request. `what` is the rest of a sentence that begins with the place.
    pub fn refuse(&mut self, at: &str, what: &str) {
        let message = format!("{} {what}", self.place(at));
        self.findings.refuse(|| message);
    }

    /// A limit that the service may change.
    pub fn limit(&mut self, at: &str, what: &str) {
        let message = format!("{} {what}", self.place(at));
        self.findings.limit(|| message);
    }

    /// What was put right, and whoever wrote the request may want to know.
    pub fn remark(&mut self, at: &str, what: &str) {
        let message = format!("{} {what}", self.place(at));
        self.findings.leniency.warnings.push(message);
    }
}

/// A name from outside, made fit for a message: without control characters, and only by its beginning if
/// it may be a secret that stands where a name should.
pub(super) fn quoted(path: &Path<'_>, name: &str) -> String {
    let length = name.chars().count();
    let looks_like_a_name = length <= 24 && name.bytes().all(|b| b.is_ascii_alphabetic());
    let parent = path.to("");
    let dot = if parent.is_empty() { "" } else { "." };
    if length <= 12 || looks_like_a_name {
        return format!("\"{parent}{dot}{}\"", name.escape_debug());
    }
    let beginning: String = name.chars().take(6).collect();
    format!(
        "\"{parent}{dot}{}…\" ({length} characters)",
        beginning.escape_debug()
    )
}
