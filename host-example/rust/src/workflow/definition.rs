//! A workflow's definition as the configuration has it, and as it is stored with every run of it:
//! a run goes on with the definition that it began with, whatever the configuration says by then.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The step that is no step: it ends the run.
pub(crate) const END: &str = "end";

/// A workflow's definition. Texts are templates, see [`crate::expression`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
    /// What the run answers to a webhook that waits for it, and shows when it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) output: Option<Value>,
    /// The property `wfglobal`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) globals: Map<String, Value>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Step {
    /// Unique in the workflow; later steps find its outcome under this name.
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) kind: StepKind,
}

/// What a step does. By default the next step in the file runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum StepKind {
    /// Runs a command of an adapter.
    Command {
        command: String,
        /// The instance; if absent, the one that the run belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance: Option<String>,
        request: Value,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_success: Option<String>,
        /// Without one a command that fails ends the run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_error: Option<String>,
        /// Whether it may be run again although nobody knows how it ended.
        #[serde(default)]
        repeat: bool,
        /// How often it is tried if it is proved that nothing happened.
        attempts: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timeout_ms: Option<u64>,
    },
    /// Waits for a time, or for an event and at most that time.
    Wait {
        for_ms: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event: Option<Awaited>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_event: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_timeout: Option<String>,
    },
    /// Goes to the step of the first case that holds.
    Branch {
        cases: Vec<Case>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        otherwise: Option<String>,
    },
}

/// The event that a step waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Awaited {
    pub(crate) name: String,
    /// The instance that raises it; if absent, the one that the run belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) instance: Option<String>,
    /// Whose event; if absent, the customer's that the run belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) customer: Option<String>,
    /// Asked of the event's members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) condition: Option<String>,
}

/// One way out of a branch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) when: String,
    pub(crate) goto: String,
}

impl StepKind {
    /// Every step that it may go to by name.
    pub(crate) fn targets(&self) -> Vec<&str> {
        match self {
            Self::Command {
                on_success,
                on_error,
                ..
            } => [on_success, on_error]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect(),
            Self::Wait {
                on_event,
                on_timeout,
                ..
            } => [on_event, on_timeout]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect(),
            Self::Branch { cases, otherwise } => {
                let cases = cases.iter().map(|case| case.goto.as_str());
                cases.chain(otherwise.as_deref()).collect()
            }
        }
    }
}
