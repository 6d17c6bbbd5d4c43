//! How the engine works.

/// How the engine works.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// How many runs go on at the same time, and how many commands of one instance.
    pub(crate) threads: usize,
    /// More runs than this may not wait to go on.
    pub(crate) max_backlog: usize,
    /// How long a run waits for the status that tells how a command ended.
    pub(crate) resolve_within_ms: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            threads: 16,
            max_backlog: 100_000,
            resolve_within_ms: 10 * 60 * 1000,
        }
    }
}
