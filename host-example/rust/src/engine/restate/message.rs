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
/// The line of the call that is asked about.
const ASKING_LINE: &str = "asking_line";

/// How a command ended, by what an event said.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) sent: bool,
    /// What earlier versions of this program have kept.
    #[serde(default)]
    response: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settles: Option<Settles>,
    /// The line of the event, as [`Line::journaled`](super::worker::Line::journaled) gives it; none in
    /// what earlier versions of this program have kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<String>,
}

impl Told {
    /// What an event says.
    pub(super) fn by(settles: Settles, line: Option<String>) -> Self {
        Self {
            sent: settles.is_accepted,
            response: Value::Null,
            settles: Some(settles),
            line,
        }
    }

    /// Whether it may tell of a call of this line: an event of another instance says nothing of it.
    fn is_of(&self, line: Option<&str>) -> bool {
        let own = self.line.as_deref();
        own.is_none() || line.is_none() || own == line
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

/// What events have told, by their lines.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
struct Known(Vec<Told>);

/// One is kept as earlier versions of this program keep it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    One(Told),
    All(Vec<Told>),
}

impl From<Kept> for Known {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::One(told) => Self(vec![told]),
            Kept::All(all) => Self(all),
        }
    }
}

impl From<Known> for Kept {
    fn from(known: Known) -> Self {
        match known.0.as_slice() {
            [told] => Self::One(told.clone()),
            _ => Self::All(known.0),
        }
    }
}

impl Known {
    /// A message that was sent may fail later, and not the other way round.
    fn hear(&mut self, told: &Told) {
        match self.0.iter_mut().find(|before| before.line == told.line) {
            Some(before) if before.sent && !told.sent => *before = told.clone(),
            Some(_) => {}
            None => self.0.push(told.clone()),
        }
    }

    fn of(self, line: Option<&str>) -> Option<Told> {
        self.0.into_iter().find(|told| told.is_of(line))
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
        let before = ctx.get::<Json<Known>>(STATUS).await?;
        if before.is_none() {
            let own = ctx.object_client::<MessageClient>(ctx.key());
            own.forget().send_after(REMEMBERED);
        }
        if let Some(awakeable) = ctx.get::<String>(ASKING).await?
            && told.is_of(ctx.get::<String>(ASKING_LINE).await?.as_deref())
        {
            ctx.clear(ASKING);
            ctx.resolve_awakeable(&awakeable, Json(Some(told.clone())));
        }
        let mut known = before.map(Json::into_inner).unwrap_or_default();
        known.hear(&told);
        ctx.set(STATUS, Json(known));
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
        let known = ctx.get::<Json<Known>>(STATUS).await?;
        let known = known.map(Json::into_inner).unwrap_or_default();
        if let Some(told) = known.of(who.line.as_deref()) {
            ctx.resolve_awakeable(&who.awakeable, Json(Some(told)));
            return Ok(());
        }
        ctx.set(ASKING, who.awakeable);
        if let Some(line) = who.line {
            ctx.set(ASKING_LINE, line);
        }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn x11_what_events_tell_is_kept_for_each_line_and_told_to_the_calls_of_that_line() {
        let told = |sent: bool, line: Option<&str>| {
            let line = line.map(str::to_owned);
            let settles = Settles {
                is_accepted: sent,
                id: String::new(),
                code: String::new(),
                error: String::new(),
            };
            Told::by(settles, line)
        };
        let kept = |known: Known| -> Known {
            serde_json::from_value(serde_json::to_value(known).unwrap()).unwrap()
        };
        let mut known = Known::default();
        known.hear(&told(true, Some("other")));
        assert!(kept(known).of(Some("own")).is_none(), "of another instance");
        let mut known = Known::default();
        for (sent, line) in [
            (true, "other"),
            (false, "own"),
            (true, "own"),
            (false, "other"),
        ] {
            known.hear(&told(sent, Some(line)));
        }
        let known = kept(known);
        assert_eq!(known.0.len(), 2);
        assert!(!known.of(Some("own")).unwrap().sent);
        // What an earlier version has kept, and a call of an earlier version.
        let former: Known = serde_json::from_value(json!({"sent": true})).unwrap();
        assert!(former.of(Some("own")).unwrap().sent);
        assert!(Known(vec![told(true, Some("own"))]).of(None).is_some());
        let one = serde_json::to_value(Known(vec![told(true, None)])).unwrap();
        assert_eq!(one["sent"], true, "an earlier version can read it");
    }
}
