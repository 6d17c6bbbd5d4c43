//! Runs that need no journal: all that they do may be repeated, and whoever started them starts them again
//! unless it is told that they ended. So a webhook's events are stored, and its body is not.

use std::time::Duration;

use serde_json::{Map, Value};

use super::worker::Worker;
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
            let instance = call.instance.as_deref().unwrap_or(&run.instance);
            self.must_know(instance)?;
            let answer = self.execute(instance, &call, 1, None, Duration::MAX);
            let (outcome, output) = match answer {
                Answer::Success(output) => (Outcome::Success, output),
                Answer::Error(output) => (Outcome::Error, output),
                Answer::Later(pause) => {
                    let pause = Duration::from_millis(pause);
                    return Err(format!("{} is to come again in {pause:?}", call.command));
                }
                Answer::Unknown => {
                    // An error would bring it again.
                    tracing::warn!(
                        workflow = run.workflow,
                        command = call.command,
                        "nobody knows how it ended; it is not run again, and the run has failed"
                    );
                    break RunState::Failed;
                }
            };
            progress.pass(&Done {
                step: call.step,
                outcome,
                output,
            });
        };
        let adapter = self.commands.adapter_type(&run.instance);
        let of = (adapter.as_str(), run.instance.as_str());
        self.metrics.run(of, &run.workflow, state);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use serde_json::json;
    use workflow_adapter_loader::{CommandOutput, Failure, WFA_ERR_OUTCOME_UNKNOWN};

    use super::*;
    use crate::declared::CommandTraits;
    use crate::engine::definitions::Definitions;
    use crate::engine::restate::listen::Elsewhere;
    use crate::engine::restate::sends::Sends;
    use crate::engine::{About, Commands};
    use crate::instance::Call;
    use crate::operations::Metrics;

    #[derive(Default)]
    struct NeverKnown(AtomicUsize);

    impl Commands for NeverKnown {
        fn about(&self, instance: &str) -> Option<About> {
            (instance == "sales").then(About::default)
        }

        fn traits(&self, _: &str, _: &str) -> CommandTraits {
            CommandTraits::default()
        }

        fn adapter_type(&self, _: &str) -> String {
            String::new()
        }

        fn execute(
            &self,
            _: &str,
            _: &Call,
            _: &mut dyn FnMut(),
        ) -> Result<CommandOutput, Failure> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(CommandOutput {
                result: WFA_ERR_OUTCOME_UNKNOWN,
                response: "{}".to_owned(),
                error: None,
            })
        }
    }

    #[test]
    fn a_run_whose_command_has_no_known_end_is_not_asked_for_again() {
        let commands = Arc::new(NeverKnown::default());
        let worker = Worker {
            commands: Arc::clone(&commands) as Arc<dyn Commands>,
            metrics: Arc::new(Metrics::new(Box::new(Vec::new))),
            calls: Arc::default(),
            sends: Arc::new(Sends::new(1).unwrap()),
            clock: Arc::default(),
            elsewhere: Elsewhere::new(),
            definitions: Arc::new(Definitions::default()),
            resolve_within: Duration::ZERO,
        };
        let step = json!({"name": "s", "kind": "command", "command": "c", "request": {},
            "repeat": true, "attempts": 1});
        let definition = json!({"name": "w", "steps": [step]}).to_string();
        let workflow = worker.compiled(&definition).unwrap();
        assert!(is_repeatable(&workflow));
        let run = NewRun {
            definition: definition.into(),
            workflow: "w".to_owned(),
            trigger: "t".to_owned(),
            instance: "sales".to_owned(),
            customer: None,
            user_id: None,
            subjects: None,
            key: None,
            lane: 0,
            properties: "null".to_owned(),
            one_per_customer: false,
        };
        assert_eq!(worker.run_at_once(&run, &workflow), Ok(()));
        assert_eq!(commands.0.load(Ordering::SeqCst), 1);
    }
}
