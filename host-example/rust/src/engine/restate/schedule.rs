//! The virtual object `Schedule`: which occurrences of one trigger's schedule have been run, by whichever
//! worker. Every worker tells of every occurrence; what comes of it is decided here, as the store of one
//! machine decides it.

use std::sync::Arc;

use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::payload::Begin;
use super::run::RunClient;
use crate::store::{Noted, noted};

/// The time of the last occurrence that was told of: the object's only state.
const AT: &str = "at";

/// An occurrence of a schedule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Occurrence {
    /// Its time, Unix milliseconds.
    at: i64,
    /// Whether it is now; else it is the last one before the worker started.
    is_due: bool,
    /// The run that it starts.
    begin: Begin,
}

impl Occurrence {
    pub(super) fn new(at: i64, is_due: bool, begin: Begin) -> Self {
        Self { at, is_due, begin }
    }
}

/// The schedule of one trigger.
pub(super) struct Schedule(pub(super) Arc<Clock>);

#[object(client_visibility = "pub(crate)")]
impl Schedule {
    /// A worker tells of an occurrence.
    #[handler]
    async fn occur(
        &self,
        ctx: ObjectContext<'_>,
        Json(occurrence): Json<Occurrence>,
    ) -> Result<(), HandlerError> {
        self.0.check()?;
        let known = ctx.get::<i64>(AT).await?;
        let noted = noted(known, occurrence.at, occurrence.is_due);
        if noted != Noted::Before {
            ctx.set(AT, occurrence.at);
        }
        if noted == Noted::ToRun {
            let run = ctx.service_client::<RunClient>();
            run.run(Json(occurrence.begin)).send();
        }
        Ok(())
    }
}
