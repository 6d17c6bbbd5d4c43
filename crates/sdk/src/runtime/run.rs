//! One call from its first execution to its end: what of it may leave, and how it is counted.

use std::cell::RefCell;
use std::time::Instant;

use super::Runtime;
use crate::adapter::Execution;
use crate::call::Call;
use crate::descriptor::{Command, CommandTrait};
use crate::ends::{no_response, parked_at_its_end, response_of, unrepeated, unsound_event};
use crate::error::{Error, Kind};
use crate::event::{self, Event, EventSink, Verdict};
use crate::metrics::Commands;

impl Runtime {
    /// Runs `work` as `command`, and counts it unless it was parked. A call that keeps its thread waits
    /// here.
    pub(super) fn run(
        &self,
        command: &Command,
        call: &Call<'_>,
        events: &mut EventSink<'_>,
        mut work: impl FnMut(&mut EventSink<'_>) -> Result<Execution, Error>,
    ) -> Result<Execution, Error> {
        let mut count = Count {
            commands: &self.commands,
            name: command.name,
            started: call.parking.started(Instant::now()),
            // What a panic leaves here.
            result: Some(Kind::Internal),
            is_parked: false,
        };
        let ended = loop {
            let ended = self.step(command, call, events, &mut work);
            match call.parking.until() {
                None => break ended,
                Some(_) if call.may_park() => {
                    count.is_parked = true;
                    return ended;
                }
                Some(until) => {
                    call.limits.cancel.wait(until.min(call.limits.deadline));
                }
            }
        };
        let ended = ended
            .map_err(|error| self.told(command, error))
            .and_then(|execution| self.checked(command, execution));
        count.result = match &ended {
            Ok(execution) => execution.failure.as_ref().map(Error::kind),
            Err(error) => Some(error.kind()),
        };
        drop(count);
        match ended {
            Err(error) if error.kind().has_response() => Ok(Execution {
                response: response_of(command, &error),
                failure: Some(error),
            }),
            ended => ended,
        }
    }

    /// One execution of a call.
    fn step(
        &self,
        command: &Command,
        call: &Call<'_>,
        events: &mut EventSink<'_>,
        mut work: impl FnMut(&mut EventSink<'_>) -> Result<Execution, Error>,
    ) -> Result<Execution, Error> {
        let (is_last, defect) = (call.is_over(), RefCell::new(None));
        let mut sound = |event: &Event<'_>| {
            if event.is_checked() {
                self.offer(event, events, &defect)
            } else {
                events(event)
            }
        };
        let ended = call.work(&mut || work(&mut sound));
        let is_parked = call.parking.until().is_some();
        let has_failed = |ended: &Execution| ended.failure.is_some();
        match defect.take() {
            Some(defect) if is_parked || !ended.as_ref().map_or(true, has_failed) => {
                call.parking.end();
                Err(unsound_event(command, &defect))
            }
            _ if is_parked && is_last => {
                call.parking.end();
                Err(parked_at_its_end(command, call))
            }
            _ => ended,
        }
    }

    /// Offers an event of which nobody has seen to it that it is sound.
    fn offer(
        &self,
        event: &Event<'_>,
        events: &mut EventSink<'_>,
        defect: &RefCell<Option<Error>>,
    ) -> Verdict {
        match event::sound(event, self.descriptor, &self.secrets) {
            Ok(None) => events(event),
            Ok(Some(redacted)) => events(&redacted.as_event()),
            Err(error) => {
                defect.replace(Some(error));
                Verdict::Unhandled
            }
        }
    }

    /// Why `command` failed, as the host is told: what the service answers may repeat what it was sent.
    fn told(&self, command: &Command, error: Error) -> Error {
        self.redacted(unrepeated(command, error))
    }

    /// An end as it may leave: without a secret, and with a response that is one JSON object.
    ///
    /// # Errors
    /// That of an end whose response is none.
    fn checked(&self, command: &Command, ended: Execution) -> Result<Execution, Error> {
        let failure = ended.failure.map(|error| self.told(command, error));
        let recurs = failure.is_none() && command.traits.contains(&CommandTrait::Webhook);
        match (self.secrets.response(ended.response, recurs), failure) {
            (Some(response), failure) => Ok(Execution { response, failure }),
            (None, Some(error)) => Err(error),
            (None, None) => Err(no_response(command)),
        }
    }
}

/// Counts the end of a call, also where a panic ends it; a call that was parked has not ended.
struct Count<'a> {
    commands: &'a Commands,
    name: &'a str,
    started: Instant,
    is_parked: bool,
    result: Option<Kind>,
}

impl Drop for Count<'_> {
    fn drop(&mut self) {
        if !self.is_parked {
            self.commands
                .ended(self.name, self.result, self.started.elapsed());
        }
    }
}
