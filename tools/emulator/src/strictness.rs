//! Which of Meta's rules about state apply; tests that do not care about them leave them out.

use serde::{Deserialize, Serialize};

/// The rules that depend on what happened before. By default they are off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Strictness {
    /// What becomes of a message, other than a template, to a customer who has not written in the
    /// last 24 hours.
    pub service_window: WindowRule,
    /// Whether media ids must be known and fit the message's type.
    pub known_media: bool,
}

impl Strictness {
    /// All rules, as Meta has them.
    pub fn full() -> Self {
        Self {
            service_window: WindowRule::Reported,
            known_media: true,
        }
    }
}

/// What happens outside of the customer service window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowRule {
    /// Nothing; the message goes through.
    #[default]
    Ignored,
    /// It is refused at once with 131047.
    Refused,
    /// It is accepted and then reported as `failed` with 131047, as the Cloud API mostly does.
    Reported,
}
