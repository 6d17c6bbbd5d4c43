//! One thing that is wrong, and what to do about it.

use serde::Serialize;

/// As the response has it.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    check: &'static str,
    level: &'static str,
    message: String,
    todo: String,
}

impl Finding {
    /// It keeps messages from going out, or notifications from coming in.
    pub(super) fn error(check: &'static str, message: impl Into<String>, todo: &str) -> Self {
        Self::new(check, "error", message.into(), todo)
    }

    /// It will, or it may.
    pub(super) fn warning(check: &'static str, message: impl Into<String>, todo: &str) -> Self {
        Self::new(check, "warning", message.into(), todo)
    }

    fn new(check: &'static str, level: &'static str, message: String, todo: &str) -> Self {
        Self {
            check,
            level,
            message,
            todo: todo.to_owned(),
        }
    }

    pub(super) fn is_error(&self) -> bool {
        self.level == "error"
    }
}
