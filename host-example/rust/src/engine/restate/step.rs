//! One command as durable steps: intent, call, and what follows from its end.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::timeout;
use workflow_adapter_loader::{WFA_ERR_INVALID_REQUEST, WFA_ERR_NOT_FOUND};

use super::calls::Intent;
use super::lane::Lane;
use super::message::{MessageClient, Told};
use super::payload::{Asking, Begin};
use super::sends::Place;
use super::worker::Worker;
use crate::declared::CommandTraits;
use crate::engine::{Answer, classify, named_by, said, unresolved, without_response};
use crate::instance::Call;
use crate::lock::unpoisoned;
use crate::workflow::{CommandCall, Outcome};

/// How long a call waits for its turn in one piece: the server takes a worker for stuck that is silent for
/// a minute.
const TURN: Duration = Duration::from_secs(30);
/// How long it may take until every worker knows a new instance.
const ROLLED_OUT: Duration = Duration::from_secs(600);
/// The code of an invocation that is cancelled.
const CANCELLED: u16 = 409;

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
        let target = call.instance.as_deref().unwrap_or(&begin.instance);
        let mut attempt = 0;
        while attempt < u32::MAX {
            attempt += 1;
            let correlation = format!("{}.{number}.{attempt}", ctx.invocation_id());
            let made = self.called(ctx, target, (number, attempt), call, &correlation);
            let Called {
                answer,
                within_ms,
                texts,
                line,
            } = match made.await {
                Ok(Some(called)) => called,
                Ok(None) => {
                    attempt -= 1; // its turn has not come yet
                    continue;
                }
                Err(error) if error.code() != CANCELLED => {
                    let refused = without_response(WFA_ERR_NOT_FOUND, error.message());
                    return Ok((Outcome::Error, refused));
                }
                Err(error) => return Err(error),
            };
            match answer {
                Answer::Success(response) => return Ok((Outcome::Success, response)),
                Answer::Error(response) => return Ok((Outcome::Error, response)),
                Answer::Unknown => {
                    lane.release(ctx, false);
                    let traits = CommandTraits {
                        texts,
                        ..CommandTraits::default()
                    };
                    return told(ctx, &correlation, line, within_ms, &traits).await;
                }
                // It may take days; the status of another command may come meanwhile.
                Answer::Later(pause) => lane.pause(ctx, &begin.id, pause).await?,
            }
        }
        Err(TerminalError::new("a command is not tried for ever"))
    }

    /// Makes the `attempt`th call of the `number`th step; none if its turn has not come yet.
    async fn called(
        &self,
        ctx: &Context<'_>,
        target: &str,
        (number, attempt): (usize, u32),
        call: &CommandCall,
        correlation: &str,
    ) -> Result<Option<Called>, TerminalError> {
        let name = format!("{} {} {number}.{attempt}", call.step, call.command);
        let (worker, known) = (self.clone(), correlation.to_owned());
        let (instance, this) = (target.to_owned(), call.clone());
        let execute = move |left| worker.execute(&instance, &this, attempt, Some(known), left);
        let (command, request) = (call.command.clone(), call.request.clone());
        if call.repeat {
            let (worker, target) = (self.clone(), target.to_owned());
            let run = ctx.run(move || async move {
                worker.must_know(&target)?;
                let within = worker.resolve_within;
                let traits = worker.commands.traits(&target, &command);
                let answer = match refusal(&traits, &request) {
                    Some(refused) => Answer::Error(refused),
                    None => worker.sends.send(move || execute(within)).await?,
                };
                Ok(Json(Called {
                    answer,
                    within_ms: millis(within),
                    texts: traits.texts,
                    line: Some(worker.line_of(&target).journaled()),
                }))
            });
            let called = run.retry_policy(elsewhere()).name(name).await?;
            return Ok(Some(called.into_inner()));
        }
        // The place is this turn's: if the step is run again, it waits for another one.
        let place = Arc::new(Mutex::new(None));
        let (worker, to, had) = (self.clone(), target.to_owned(), Arc::clone(&place));
        let intent = ctx.run(move || async move {
            worker.must_know(&to)?;
            let traits = worker.commands.traits(&to, &command);
            if let Some(refused) = refusal(&traits, &request) {
                return Ok(Json(Some(Intended::Refused { refused })));
            }
            let Ok(place) = timeout(TURN, worker.place(&to)).await else {
                return Ok(Json(None));
            };
            let mut intent = worker.calls.intend(worker.resolve_within);
            intent.texts = traits.texts;
            intent.line = Some(worker.line_of(&to).journaled());
            *unpoisoned(had.lock()) = Some(place);
            Ok(Json(Some(Intended::Intent(intent))))
        });
        let intent = intent.retry_policy(elsewhere());
        let intent = intent.name(format!("intent {number}.{attempt}")).await?;
        let intent: Option<Intended> = intent.into_inner();
        let intent = match intent {
            None => return Ok(None),
            Some(Intended::Intent(intent)) => intent,
            Some(Intended::Refused { refused }) => {
                return Ok(Some(Called {
                    answer: Answer::Error(refused),
                    within_ms: 0,
                    texts: Vec::new(),
                    line: None,
                }));
            }
        };
        let (texts, line) = (intent.texts.clone(), intent.line.clone());
        let (worker, to, within_ms) = (self.clone(), target.to_owned(), intent.within_ms);
        let place = unpoisoned(place.lock()).take();
        let run = ctx.run(move || async move {
            let (calls, again) = (Arc::clone(&worker.calls), worker.place(&to));
            let once = calls.once(&worker.sends, &intent, place, again, execute);
            Ok(Json(once.await))
        });
        let answer = run.name(name).await?.into_inner();
        Ok(Some(Called {
            answer,
            within_ms,
            texts,
            line,
        }))
    }

    /// Another worker may know an instance that this one does not: while a configuration is rolled out
    /// they are not all alike.
    pub(super) fn must_know(&self, instance: &str) -> Result<(), String> {
        if self.commands.about(instance).is_some() {
            return Ok(());
        }
        self.elsewhere.ask();
        Err(format!("there is no instance {instance}"))
    }

    /// Waits until a call of the instance may begin.
    async fn place(&self, instance: &str) -> Place {
        let about = self.commands.about(instance).unwrap_or_default();
        self.sends.place(instance, about.per_second).await
    }

    /// Runs a command on this thread. Nothing of it leaves when `left` has passed.
    pub(super) fn execute(
        &self,
        instance: &str,
        call: &CommandCall,
        attempt: u32,
        correlation_id: Option<String>,
        left: Duration,
    ) -> Answer {
        let own = self.commands.about(instance).and_then(|it| it.timeout);
        let wanted = call.timeout_ms.map(Duration::from_millis);
        let ended = self.commands.execute(
            instance,
            &Call {
                command: call.command.clone(),
                request: call.request.to_string(),
                correlation_id,
                timeout: time_for(wanted, own, left),
            },
            &mut || (), // it has a thread of its own
        );
        let result = ended
            .as_ref()
            .map_or_else(|failure| failure.result, |output| output.result);
        let adapter = self.commands.adapter_type(instance);
        let of = (adapter.as_str(), instance);
        self.metrics.command(of, &call.command, result);
        match classify(call, attempt, &ended) {
            Answer::Error(response) => {
                let traits = self.commands.traits(instance, &call.command);
                Answer::Error(traits.completed(response))
            }
            Answer::Unknown => {
                let (command, said) = (&call.command, said(&ended));
                tracing::warn!(instance, command, %said, "the adapter does not know how it ended");
                Answer::Unknown
            }
            other => other,
        }
    }
}

/// Waits for the event that tells how a command ended.
async fn told(
    ctx: &Context<'_>,
    correlation: &str,
    line: Option<String>,
    within_ms: u64,
    traits: &CommandTraits,
) -> Result<(Outcome, Value), TerminalError> {
    tracing::warn!(
        correlation,
        "nobody knows whether it was sent; it is not sent again, and an event will tell"
    );
    let (awakeable, told) = ctx.awakeable::<Json<Option<Told>>>();
    let asking = Json(Asking {
        awakeable,
        line,
        for_ms: within_ms,
    });
    let message = ctx.object_client::<MessageClient>(correlation);
    message.ask(asking).send();
    Ok(match told.await?.into_inner() {
        Some(told) => told.resolved(traits),
        None => (Outcome::Error, unresolved(traits, None)),
    })
}

/// What is journaled before a call.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Intended {
    Intent(Intent),
    /// The request is one that this engine does not send.
    Refused {
        refused: Value,
    },
}

/// How a call of the plugin ended, as it is journaled.
#[derive(Debug, Serialize, Deserialize)]
struct Called {
    answer: Answer,
    /// How long the event is waited for that tells, if nobody knows.
    within_ms: u64,
    /// The texts that the command's response has.
    #[serde(default)]
    texts: Vec<String>,
    /// The line of the instance.
    #[serde(default)]
    line: Option<String>,
}

/// How often, and for how long, a step is tried whose instance is not known to the worker that has it.
pub(super) fn elsewhere() -> RunRetryPolicy {
    RunRetryPolicy::new()
        .initial_delay(Duration::from_millis(100))
        .exponentiation_factor(2.0)
        .max_delay(Duration::from_secs(2))
        .max_duration(ROLLED_OUT)
}

/// What a call is given as its limit: never more than is left, and no more than it would have without.
fn time_for(wanted: Option<Duration>, own: Option<Duration>, left: Duration) -> Option<Duration> {
    match wanted.or(own) {
        Some(time) if time > left => Some(left),
        _ => wanted,
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A request that names its own correlation id: others may have the same, and an event about them would
/// tell how this one ended. Nothing is sent.
fn refusal(traits: &CommandTraits, request: &Value) -> Option<Value> {
    named_by(traits, request)?;
    let member = traits.correlation_member.as_deref().unwrap_or_default();
    let why = format!(
        "request member \"{member}\": with this engine a call carries the step's own id, by which an unknown \
         outcome is resolved; leave it out"
    );
    Some(traits.completed(without_response(WFA_ERR_INVALID_REQUEST, &why)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// R6: a call that is still under way when its run may be told that nobody knows begins nothing then.
    #[test]
    fn r06_a_call_has_no_more_time_than_is_left_and_no_more_than_it_would_have() {
        let some = |seconds| Some(Duration::from_secs(seconds));
        for (wanted, own, left, given) in [
            (None, some(30), 600, None),
            (None, some(30), 10, some(10)),
            (some(5), some(30), 10, some(5)),
            (some(60), some(30), 10, some(10)),
            (None, None, 10, None),
        ] {
            let left = Duration::from_secs(left);
            assert_eq!(
                time_for(wanted, own, left),
                given,
                "{wanted:?} {own:?} {left:?}"
            );
        }
    }

    #[test]
    fn a_text_of_the_requests_own_is_refused() {
        let traits = CommandTraits {
            correlation_member: Some("callbackData".to_owned()),
            texts: vec!["messageId".to_owned()],
            ..CommandTraits::default()
        };
        let named = json!({ "phoneNumber": "1", "callbackData": "order-7" });
        let refused = refusal(&traits, &named).unwrap();
        assert_eq!(refused["code"], "INVALID_REQUEST");
        assert_eq!(refused["messageId"], "");
        for fine in [
            json!({}),
            json!({ "callbackData": "" }),
            json!({ "callbackData": null }),
        ] {
            assert_eq!(refusal(&traits, &fine), None, "{fine}");
        }
    }
}
