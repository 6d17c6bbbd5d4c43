//! Runs that need no journal: all that they do may be repeated, and whoever started them starts them again
//! unless it is told that they ended. So a webhook's events are stored, and its body is not.

use std::time::Duration;

use serde_json::{Map, Value};

use super::run::Worker;
use crate::engine::{Answer, NewRun};
use crate::store::RunState;
use crate::workflow::{Compiled, Done, Next, Outcome, Progress, StepKind};

/// Whether a run of this definition needs no journal.
pub(super) fn is_repeatable(workflow: &Compiled) -> bool {
    let mut steps = workflow.definition.steps.iter();
    steps.all(|step| match step.kind {
        StepKind::Command { repeat, .. } => repeat,
        StepKind::Branch { .. } => true,
        StepKind::Wait { .. } => false,
    })
}

impl Worker {
    /// Runs it on this thread, from its first step to its end.
    ///
    /// # Errors
    /// A command is to be run again later: whoever started the run must do so again.
    pub(super) fn run_at_once(&self, run: &NewRun, workflow: &Compiled) -> Result<(), String> {
        let properties: Option<Map<String, Value>> =
            serde_json::from_str(&run.properties).map_err(|error| error.to_string())?;
        let mut progress = Progress::new(workflow, &properties.unwrap_or_default());
        let state = loop {
            let call = match progress.next().1 {
                Next::Command(call) => call,
                Next::End(_) => break RunState::Done,
                Next::Fail(why) => {
                    tracing::warn!(workflow = run.workflow, why, "the run has failed");
                    break RunState::Failed;
                }
                Next::Wait(_) => return Err("it waits".to_owned()),
            };
            let (outcome, output) = match self.execute(&run.instance, &call, 1, None) {
                Answer::Success(output) => (Outcome::Success, output),
                Answer::Error(output) => (Outcome::Error, output),
                Answer::Later(pause) => {
                    let pause = Duration::from_millis(pause);
                    return Err(format!("{} is to come again in {pause:?}", call.command));
                }
                Answer::Unknown => return Err(format!("{} has no known end", call.command)),
            };
            progress.pass(&Done {
                step: call.step,
                outcome,
                output,
            });
        };
        self.metrics.run(&run.workflow, state);
        Ok(())
    }
}
