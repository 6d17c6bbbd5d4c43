//! The right to be the only run of a customer that goes on, as a run has it: it gives it up when it
//! pauses, and takes it back at the customer's object.

use std::collections::BTreeSet;
use std::time::Duration;

use restate_sdk::prelude::*;
use serde_json::value::RawValue;

use super::customer::CustomerClient;
use super::payload::{Waiting, Woken};

/// A run's right to be the only one of its customer that goes on.
pub(super) struct Lane {
    pub(super) awakeable: Option<String>,
    /// The object that gave it, or was asked for it last.
    pub(super) key: Option<String>,
}

impl Lane {
    /// Lets the next thing of the customer happen; whether this run still held it.
    pub(super) fn release(&mut self, ctx: &Context<'_>, ended: bool) -> bool {
        let Some(awakeable) = self.awakeable.take() else {
            return false;
        };
        ctx.resolve_awakeable(&awakeable, ended);
        true
    }

    /// Lets what else the customer does go on for a time, and takes the lane back if this run held it.
    pub(super) async fn pause(
        &mut self,
        ctx: &Context<'_>,
        run: &str,
        for_ms: u64,
    ) -> Result<(), TerminalError> {
        let key = self.key.clone().filter(|_| self.awakeable.is_some());
        let Some(key) = key else {
            self.release(ctx, false);
            return ctx.sleep(Duration::from_millis(for_ms)).await;
        };
        let no_event = Waiting {
            run: run.to_owned(),
            invocation: String::new(),
            awakeable: String::new(),
            name: String::new(),
            condition: None,
            for_ms,
        };
        self.wait(ctx, key, no_event).await.map(drop)
    }

    /// Waits at the object `key`; this run has that one's lane then. The event; none: the time is up.
    pub(super) async fn wait(
        &mut self,
        ctx: &Context<'_>,
        key: String,
        waiting: Waiting,
    ) -> Result<Option<Box<RawValue>>, TerminalError> {
        let (awakeable, woken) = ctx.awakeable::<Json<Woken>>();
        self.key = Some(key.clone());
        let waiting = Waiting {
            awakeable,
            invocation: ctx.invocation_id().to_owned(),
            ..waiting
        };
        let customer = ctx.object_client::<CustomerClient>(key);
        customer.wait(Json(waiting)).send();
        self.release(ctx, false);
        let woken = woken.await?.into_inner();
        self.awakeable = Some(woken.lane);
        Ok(woken.event)
    }

    /// The objects that may still know of a run which has ended, besides the one whose lane it `held`.
    pub(super) fn untold(self, home: Option<String>, held: bool) -> BTreeSet<String> {
        let mut keys: BTreeSet<String> = home.into_iter().collect();
        if let Some(key) = self.key {
            if held {
                keys.remove(&key);
            } else {
                keys.insert(key); // it was cancelled while it waited there
            }
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_that_knows_of_a_run_is_told_of_its_end() {
        let told = |home: Option<&str>, last: Option<&str>, held: bool| {
            let (awakeable, key) = (None, last.map(str::to_owned));
            let keys = Lane { awakeable, key }.untold(home.map(str::to_owned), held);
            keys.into_iter().collect::<Vec<_>>().join(" ")
        };
        for (home, last, held, keys) in [
            (Some("a"), Some("a"), true, ""),
            (Some("a"), Some("a"), false, "a"),
            (Some("webhooks:7"), Some("a"), true, "webhooks:7"),
            (Some("webhooks:7"), Some("a"), false, "a webhooks:7"),
            (None, Some("a"), true, ""),
            (None, Some("a"), false, "a"),
            (None, None, false, ""),
        ] {
            assert_eq!(told(home, last, held), keys, "{home:?} {last:?} {held}");
        }
    }
}
