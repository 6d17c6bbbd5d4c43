//! One command as durable steps: intent, call, and what follows from its outcome.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use workflow_adapter::{Adapter, CallOptions};

use crate::calls::Calls;
use crate::outcome::Outcome;
use crate::services::MessageClient;

/// The shortest pause before a command is run again, where the plugin names none; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause of that kind.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A command and its request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Command {
    /// A command of the descriptor.
    pub(crate) command: String,
    /// Its request.
    pub(crate) request: Value,
}

/// What the handlers of one worker share.
#[derive(Clone)]
pub(crate) struct Worker {
    /// The plugin's instance; none answers every command at once, to measure what the rest costs.
    pub(crate) adapter: Option<Arc<Adapter>>,
    /// The calls of this process.
    pub(crate) calls: Arc<Calls>,
    /// How often a command that was proved not sent is run, at most.
    pub(crate) attempts: u32,
    /// How long an unknown outcome waits for its status event.
    pub(crate) give_up_after: Duration,
}

/// A result that comes later.
type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, TerminalError>> + Send + 'a>>;

/// The two journaled parts of a step. A trait of its own, because what `run` of a context answers is
/// known to be `Send` only where the context's type is known.
pub(crate) trait Journal<'ctx>: Sync {
    /// Journals a new intent.
    fn intend(&self, calls: Arc<Calls>, name: String) -> Later<'ctx, String>;

    /// Journals the outcome of `call`, which happens once for each intent.
    fn call(
        &self,
        calls: Arc<Calls>,
        intent: String,
        name: String,
        call: impl FnOnce() -> Outcome + Send + 'static,
    ) -> Later<'ctx, Outcome>;
}

macro_rules! journal {
    ($context:ident) => {
        impl<'ctx> Journal<'ctx> for $context<'ctx> {
            fn intend(&self, calls: Arc<Calls>, name: String) -> Later<'ctx, String> {
                let run = self.run(move || async move { Ok(calls.intend()) });
                Box::pin(run.name(name))
            }

            fn call(
                &self,
                calls: Arc<Calls>,
                intent: String,
                name: String,
                call: impl FnOnce() -> Outcome + Send + 'static,
            ) -> Later<'ctx, Outcome> {
                let run =
                    self.run(move || async move { Ok(Json(calls.once(&intent, call).await)) });
                let run = run.name(name);
                Box::pin(async move { Ok(run.await?.into_inner()) })
            }
        }
    };
}
journal!(Context);
journal!(ObjectContext);

/// What a status event says of a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Status {
    /// Meta's id of the message.
    pub(crate) message_id: String,
    /// The code of the failure; none if the message was sent.
    pub(crate) failed: Option<String>,
}

impl Worker {
    fn call(
        &self,
        command: &Command,
        correlation: &str,
    ) -> impl FnOnce() -> Outcome + Send + 'static {
        let (adapter, command) = (self.adapter.clone(), command.clone());
        let correlation = correlation.to_owned();
        move || {
            let Some(adapter) = adapter else {
                return Outcome::Done {
                    response: json!({"status": "SUCCESS", "messageId": "", "code": "", "error": ""}),
                };
            };
            let options = CallOptions {
                correlation_id: Some(&correlation),
                ..CallOptions::default()
            };
            Outcome::of(adapter.execute_with(
                &command.command,
                &command.request.to_string(),
                &options,
            ))
        }
    }

    /// Runs a command; `step` tells it from the others of this invocation. Its id, an invocation's and
    /// the step's, is the correlation id of the send.
    ///
    /// # Errors
    /// The command was refused, or run as often as it may, or nobody ever learned what became of it.
    // Boxed: the SDK's macros cannot name the future of a generic async function.
    pub(crate) fn run<'a, 'ctx: 'a, C>(
        &'a self,
        ctx: &'a C,
        invocation: &'a str,
        step: &'a str,
        command: Command,
    ) -> Later<'a, Value>
    where
        C: Journal<'ctx> + ContextTimers<'ctx> + ContextAwakeables<'ctx> + ContextClient<'ctx>,
    {
        Box::pin(async move {
            let mut pause = FIRST_PAUSE;
            for attempt in 1..=self.attempts {
                let correlation = format!("{invocation}.{step}.{attempt}");
                let name = format!("intent {step}.{attempt}");
                let intent = ctx.intend(Arc::clone(&self.calls), name).await?;
                let name = format!("{} {step}.{attempt}", command.command);
                let call = self.call(&command, &correlation);
                let outcome = ctx
                    .call(Arc::clone(&self.calls), intent, name, call)
                    .await?;
                match outcome {
                    Outcome::Done { response } => return Ok(response),
                    Outcome::Rejected { code, message } => {
                        return Err(TerminalError::new_with_code(
                            422,
                            format!("{code}: {message}"),
                        ));
                    }
                    Outcome::Unknown { message } => {
                        return self.resolved(ctx, &correlation, &message).await;
                    }
                    Outcome::Again { wait_ms, message } if attempt == self.attempts => {
                        let tried =
                            format!("not sent in {attempt} attempts, the last after {wait_ms} ms");
                        return Err(TerminalError::new_with_code(
                            503,
                            format!("{tried}: {message}"),
                        ));
                    }
                    Outcome::Again { wait_ms, .. } => {
                        ctx.sleep(pause.max(Duration::from_millis(wait_ms))).await?;
                        pause = (pause * 2).min(LONGEST_PAUSE);
                    }
                }
            }
            Err(TerminalError::new("a command needs at least one attempt"))
        })
    }

    /// Waits for the status event of a message that may have been sent.
    async fn resolved<'ctx, C>(
        &self,
        ctx: &C,
        correlation: &str,
        message: &str,
    ) -> Result<Value, TerminalError>
    where
        C: Sync + ContextAwakeables<'ctx> + ContextClient<'ctx>,
    {
        let (awakeable, status) = ctx.awakeable::<Json<Option<Status>>>();
        let wait = Json(Waiting {
            awakeable,
            give_up_ms: u64::try_from(self.give_up_after.as_millis()).unwrap_or(u64::MAX),
        });
        ctx.object_client::<MessageClient>(correlation)
            .wait(wait)
            .send();
        match status.await?.into_inner() {
            Some(Status {
                message_id,
                failed: None,
            }) => Ok(json!({
                "status": "SUCCESS", "messageId": message_id, "code": "", "error": "",
                "details": {"correlationId": correlation, "outcome": "accepted"},
            })),
            Some(Status {
                failed: Some(code), ..
            }) => Err(TerminalError::new_with_code(
                422,
                format!("{code}: the message was accepted and then failed"),
            )),
            None => Err(TerminalError::new_with_code(
                504,
                format!("OUTCOME_UNKNOWN: {message}; no status event came: {correlation}"),
            )),
        }
    }
}

/// Who waits for a message's status.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// What to resolve.
    pub(crate) awakeable: String,
    /// How long, in milliseconds.
    pub(crate) give_up_ms: u64,
}
