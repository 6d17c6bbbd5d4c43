//! The virtual object `Message`: one message that was sent, by its correlation id. It brings its status
//! and who wants to know it together, in whichever order they come.

use std::sync::Arc;
use std::time::Duration;

use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::clock::Clock;
use super::payload::Asking;
use crate::declared::CommandTraits;
use crate::engine::resolved;
use crate::store::Settles;
use crate::workflow::Outcome;

/// Events are known again for at least so long, and so is what they said: senders repeat a notification
/// for up to seven days.
pub(super) const REMEMBERED: Duration = Duration::from_secs(8 * 24 * 3600);

const STATUS: &str = "status";
const ASKING: &str = "asking";

/// How a command ended, by what an event said.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) sent: bool,
    /// What earlier versions of this program have kept.
    #[serde(default)]
    response: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settles: Option<Settles>,
}

impl Told {
    /// What an event says.
    pub(super) fn by(settles: Settles) -> Self {
        Self {
            sent: settles.is_accepted,
            response: Value::Null,
            settles: Some(settles),
        }
    }

    /// The outcome and the response that the command would have had.
    pub(super) fn resolved(self, traits: &CommandTraits) -> (Outcome, Value) {
        match self.settles {
            Some(settles) => resolved(&settles, traits),
            None if self.sent => (Outcome::Success, self.response),
            None => (Outcome::Error, self.response),
        }
    }
}

/// One message that was sent.
pub(super) struct Message(pub(super) Arc<Clock>);

#[object(client_visibility = "pub(crate)")]
impl Message {
    /// A status event has told how the command ended: the message was sent, or it failed, be it later.
    #[handler]
    async fn status(
        &self,
        ctx: ObjectContext<'_>,
        Json(told): Json<Told>,
    ) -> Result<(), HandlerError> {
        self.0.check()?;
        let before = ctx.get::<Json<Told>>(STATUS).await?.map(Json::into_inner);
        if before.is_none() {
            let own = ctx.object_client::<MessageClient>(ctx.key());
            own.forget().send_after(REMEMBERED);
        }
        if let Some(awakeable) = ctx.get::<String>(ASKING).await? {
            ctx.clear(ASKING);
            ctx.resolve_awakeable(&awakeable, Json(Some(told.clone())));
        }
        if before.is_none_or(|before| before.sent && !told.sent) {
            ctx.set(STATUS, Json(told));
        }
        Ok(())
    }

    /// Somebody does not know what became of the message.
    #[handler]
    async fn ask(
        &self,
        ctx: ObjectContext<'_>,
        Json(who): Json<Asking>,
    ) -> Result<(), HandlerError> {
        self.0.check()?;
        if let Some(told) = ctx.get::<Json<Told>>(STATUS).await? {
            ctx.resolve_awakeable(&who.awakeable, Json(Some(told.into_inner())));
            return Ok(());
        }
        ctx.set(ASKING, who.awakeable);
        let own = ctx.object_client::<MessageClient>(ctx.key());
        own.give_up().send_after(Duration::from_millis(who.for_ms));
        Ok(())
    }

    /// No status came in time.
    #[handler]
    async fn give_up(&self, ctx: ObjectContext<'_>) -> Result<(), HandlerError> {
        if let Some(awakeable) = ctx.get::<String>(ASKING).await? {
            ctx.clear(ASKING);
            ctx.resolve_awakeable(&awakeable, Json(None::<Told>));
        }
        Ok(())
    }

    /// Nobody will ask any more.
    #[handler]
    #[allow(clippy::unused_async, reason = "as every handler")]
    async fn forget(&self, ctx: ObjectContext<'_>) -> Result<(), HandlerError> {
        ctx.clear_all();
        Ok(())
    }
}
