//! What the engine calls: commands, customers, and the messages whose status somebody waits for.

use std::time::Duration;

use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::step::{Command, Status, Waiting, Worker};

/// Meta delivers a notification again for up to seven days.
pub(crate) const REMEMBERED: Duration = Duration::from_secs(8 * 24 * 3600);

/// One step of a plan: a command, or a pause that outlives every process.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Step {
    /// Runs a command.
    Command(Command),
    /// Waits.
    Sleep {
        /// How long, in milliseconds.
        sleep_ms: u64,
    },
}

/// Runs commands.
pub(crate) struct Adapter(pub(crate) Worker);

#[service]
impl Adapter {
    /// Runs the steps in order; the responses of the commands.
    #[handler]
    async fn run(
        &self,
        ctx: Context<'_>,
        Json(steps): Json<Vec<Step>>,
    ) -> Result<Json<Vec<Value>>, HandlerError> {
        let invocation = ctx.invocation_id().to_owned();
        let mut responses = Vec::new();
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Sleep { sleep_ms } => ctx.sleep(Duration::from_millis(sleep_ms)).await?,
                Step::Command(command) => {
                    let step = number.to_string();
                    responses.push(self.0.run(&ctx, &invocation, &step, command).await?);
                }
            }
        }
        Ok(Json(responses))
    }
}

/// One customer of one number: the messages come one after another.
pub(crate) struct Customer(pub(crate) Worker);

#[object]
impl Customer {
    /// The example's workflow: answers a text with its number in this conversation.
    #[handler]
    async fn on_message(
        &self,
        ctx: ObjectContext<'_>,
        Json(event): Json<Value>,
    ) -> Result<(), HandlerError> {
        let text = |path: &str| {
            event
                .pointer(path)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        if text("/messages/0/type") != "text" {
            return Ok(());
        }
        let count = ctx.get::<u64>("messages").await?.unwrap_or(0) + 1;
        ctx.set("messages", count);
        let reply = format!("{count}: thanks for “{}”", text("/messages/0/text/body"));
        let request = json!({"phoneNumber": text("/messages/0/from"), "message": reply});
        let command = "sendMessageText".to_owned();
        let invocation = ctx.invocation_id().to_owned();
        self.0
            .run(&ctx, &invocation, "reply", Command { command, request })
            .await?;
        Ok(())
    }
}

/// One message that was sent, by its correlation id: brings its status and who waits for it together,
/// in whichever order they come.
pub(crate) struct Message;

#[object]
impl Message {
    /// A status event.
    #[handler]
    async fn status(
        &self,
        ctx: ObjectContext<'_>,
        Json(event): Json<Value>,
    ) -> Result<(), HandlerError> {
        let text = |path: &str| {
            event
                .pointer(path)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let failed = text("/statuses/0/status").is_some_and(|status| status == "failed");
        let code = text("/statuses/0/errors/0/code").unwrap_or_default();
        let status = Status {
            message_id: text("/statuses/0/id").unwrap_or_default(),
            failed: failed.then_some(code),
        };
        if ctx.get::<Json<Status>>("status").await?.is_none() {
            let own = ctx.object_client::<MessageClient>(ctx.key());
            own.forget().send_after(REMEMBERED);
        }
        if let Some(awakeable) = ctx.get::<String>("waiting").await? {
            ctx.clear("waiting");
            ctx.resolve_awakeable(&awakeable, Json(Some(status.clone())));
        }
        ctx.set("status", Json(status));
        Ok(())
    }

    /// Somebody does not know what became of the message.
    #[handler]
    async fn wait(
        &self,
        ctx: ObjectContext<'_>,
        Json(who): Json<Waiting>,
    ) -> Result<(), HandlerError> {
        if let Some(status) = ctx.get::<Json<Status>>("status").await? {
            ctx.resolve_awakeable(&who.awakeable, Json(Some(status.into_inner())));
            return Ok(());
        }
        ctx.set("waiting", who.awakeable);
        let own = ctx.object_client::<MessageClient>(ctx.key());
        own.give_up()
            .send_after(Duration::from_millis(who.give_up_ms));
        Ok(())
    }

    /// No status came in time.
    #[handler]
    async fn give_up(&self, ctx: ObjectContext<'_>) -> Result<(), HandlerError> {
        if let Some(awakeable) = ctx.get::<String>("waiting").await? {
            ctx.clear("waiting");
            ctx.resolve_awakeable(&awakeable, Json(None::<Status>));
        }
        Ok(())
    }

    /// Nobody will ask any more.
    #[handler]
    async fn forget(&self, ctx: ObjectContext<'_>) -> Result<(), HandlerError> {
        ctx.clear_all();
        Ok(())
    }
}
