//! What is told in the log of webhooks that are refused: the reason, in the plugin's words where it has
//! one, and never what was in them.

use std::time::Duration;

use axum::http::StatusCode;

use super::seldom::Seldom;

/// What is told of an address that somebody asked for.
const SHOWN: usize = 64;
/// Digits in a row that may be a number of somebody.
const LIKE_A_NUMBER: usize = 7;

/// Lines about refusals: a few of each kind in a second, of what a limit refuses one in a while.
#[derive(Debug)]
pub(super) struct Refusals {
    each: Seldom,
    limits: Seldom,
}

impl Default for Refusals {
    fn default() -> Self {
        Self {
            each: Seldom::new(10, Duration::from_secs(1)),
            limits: Seldom::new(1, Duration::from_secs(10)),
        }
    }
}

impl Refusals {
    /// A webhook was refused for what it is.
    pub(super) fn webhook(&self, trigger: &str, status: StatusCode, reason: &str, todo: &str) {
        let kind = format!("{} {reason}", status.as_u16());
        if let Some(more) = self.each.may(&kind) {
            let (trigger, status) = (shown(trigger), status.as_u16());
            tracing::warn!(
                trigger,
                status,
                reason,
                more,
                "a webhook is refused: {todo}"
            );
        }
    }

    /// A request was refused, whatever it is, for a limit of the host.
    pub(super) fn limit(&self, trigger: &str, status: StatusCode, reason: &str) {
        if let Some(more) = self.limits.may(reason) {
            let status = status.as_u16();
            tracing::warn!(
                trigger,
                status,
                reason,
                more,
                "webhooks are refused by a limit"
            );
        }
    }
}

/// What somebody asked for, short, printable, and without numbers of anybody.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::new();
    let mut digits = String::new();
    let flush = |digits: &mut String, shown: &mut String| {
        if digits.len() >= LIKE_A_NUMBER {
            shown.push_str("***");
        } else {
            shown.push_str(digits);
        }
        digits.clear();
    };
    for c in text.chars().take(SHOWN) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        flush(&mut digits, &mut shown);
        shown.push(if c.is_control() { '?' } else { c });
    }
    flush(&mut digits, &mut shown);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h09_what_somebody_asked_for_is_shown_short_and_without_numbers() {
        assert_eq!(shown("whats\u{1b}app/12"), "whats?app/12");
        assert_eq!(shown("x/16505551234?y"), "x/***?y");
        assert_eq!(shown(&"a".repeat(500)).len(), SHOWN);
    }
}
