//! Which of Meta's stateful rules the emulator enforces; tests that do not need them leave them off.

use serde::{Deserialize, Serialize};

/// Rules that depend on earlier messages and uploads. All are off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Strictness {
    /// How to treat a message other than a template to a customer who has not written in the last
    /// 24 hours.
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

/// Enforcement of the 24-hour customer service window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowRule {
    /// Not enforced; the message is accepted.
    #[default]
    Ignored,
    /// It is refused at once with 131047.
    Refused,
    /// It is accepted and then reported as `failed` with 131047, as the Cloud API mostly does.
    Reported,
}
