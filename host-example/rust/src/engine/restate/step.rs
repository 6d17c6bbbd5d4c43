//! One command as durable steps: intent, call, and what follows from its end.

use std::sync::Arc;
use std::time::Duration;

use restate_sdk::prelude::*;
use serde_json::Value;
use tokio::task::spawn_blocking;
use workflow_adapter::WFA_ERR_INVALID_REQUEST;

use super::message::{MessageClient, Told};
use super::payload::{Asking, Begin};
use super::run::{Lane, Worker};
use crate::engine::{Answer, CALLBACK_DATA, classify, unresolved, without_response};
use crate::instance::Call;
use crate::workflow::{CommandCall, Outcome};

impl Worker {
    /// Runs the command that is the `number`th step of this run. The step's id, the invocation's and
    /// the step's own, is the correlation id of the call.
    pub(super) async fn command(
        &self,
        ctx: &Context<'_>,
        begin: &Begin,
        number: usize,
        call: &CommandCall,
        lane: &mut Lane,
    ) -> Result<(Outcome, Value), TerminalError> {
        if let Some(refused) = refusal(&call.request) {
            return Ok((Outcome::Error, refused));
        }
        for attempt in 1..u32::MAX {
            let correlation = format!("{}.{number}.{attempt}", ctx.invocation_id());
            let name = format!("{} {} {number}.{attempt}", call.step, call.command);
            let (worker, known) = (self.clone(), correlation.clone());
            let (instance, this) = (begin.instance.clone(), call.clone());
            let execute = move || worker.execute(&instance, &this, attempt, Some(known));
            let Json(answer) = if call.repeat {
                let run = async move { Ok(Json(spawn_blocking(execute).await?)) };
                ctx.run(move || run).name(name).await?
            } else {
                let (makes, calls) = (Arc::clone(&self.calls), Arc::clone(&self.calls));
                let intent = ctx.run(move || async move { Ok(makes.intend()) });
                let intent = intent.name(format!("intent {number}.{attempt}")).await?;
                let run =
                    ctx.run(move || async move { Ok(Json(calls.once(&intent, execute).await)) });
                run.name(name).await?
            };
            match answer {
                Answer::Success(response) => return Ok((Outcome::Success, response)),
                Answer::Error(response) => return Ok((Outcome::Error, response)),
                Answer::Unknown => {
                    lane.release(ctx, false);
                    return self.told(ctx, &correlation).await;
                }
                // It may take days; the status of another command may come meanwhile.
                Answer::Later(pause) => lane.pause(ctx, &begin.id, pause).await?,
            }
        }
        Err(TerminalError::new("a command is not tried for ever"))
    }

    /// Runs a command on this thread.
    pub(super) fn execute(
        &self,
        instance: &str,
        call: &CommandCall,
        attempt: u32,
        correlation_id: Option<String>,
    ) -> Answer {
        let ended = self.commands.execute(
            call.instance.as_deref().unwrap_or(instance),
            &Call {
                command: call.command.clone(),
                request: call.request.to_string(),
                correlation_id,
                timeout: call.timeout_ms.map(Duration::from_millis),
            },
        );
        let result = ended
            .as_ref()
            .map_or_else(|failure| failure.result, |output| output.result);
        self.metrics.command(&call.command, result);
        classify(call, attempt, &ended)
    }

    /// Waits for the status that tells how a command ended.
    async fn told(
        &self,
        ctx: &Context<'_>,
        correlation: &str,
    ) -> Result<(Outcome, Value), TerminalError> {
        tracing::warn!(
            correlation,
            "nobody knows whether it was sent; it is not sent again, and its status will tell"
        );
        let (awakeable, told) = ctx.awakeable::<Json<Option<Told>>>();
        let asking = Json(Asking {
            awakeable,
            for_ms: u64::try_from(self.resolve_within.as_millis()).unwrap_or(u64::MAX),
        });
        let message = ctx.object_client::<MessageClient>(correlation);
        message.ask(asking).send();
        Ok(match told.await?.into_inner() {
            Some(told) if told.sent => (Outcome::Success, told.response),
            Some(told) => (Outcome::Error, told.response),
            None => (Outcome::Error, unresolved()),
        })
    }
}

/// A request that brings its own text for the statuses: other messages may have the same, and a status
/// of theirs would tell how this one ended. Nothing is sent.
fn refusal(request: &Value) -> Option<Value> {
    let own = request.get(CALLBACK_DATA)?.as_str()?;
    (!own.is_empty()).then(|| {
        without_response(
            WFA_ERR_INVALID_REQUEST,
            "request member \"callbackData\": with this engine a message carries the step's own id, by \
             which an unknown outcome is resolved; leave it out",
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_of_the_requests_own_is_refused() {
        let refused = refusal(&json!({ "phoneNumber": "1", "callbackData": "order-7" })).unwrap();
        assert_eq!(refused["code"], "INVALID_REQUEST");
        assert_eq!(refused["messageId"], "");
        for fine in [
            json!({}),
            json!({ "callbackData": "" }),
            json!({ "callbackData": null }),
        ] {
            assert_eq!(refusal(&fine), None, "{fine}");
        }
    }
}
