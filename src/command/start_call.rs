//! startCall: rings a customer who has allowed it (D/calling/business-initiated-calls).

use serde_json::Value;

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::thread::{self, PHONE_NUMBER};
use super::voice_call::{self, CALLBACK_DATA, SDP};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "startCall",
    display: "Start a Call",
    description: "Calls a customer who has allowed calls; the answer arrives in an event.",
    traits: &[CommandTrait::Sends],
    request: &[PHONE_NUMBER, SDP, CALLBACK_DATA],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string("callId", "", "The id of the new call."),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = thread::addressed(voice_call::body("connect", members), members);
    Ok(voice_call::request(
        body,
        properties,
        Evidence::Id("/calls/0/id"),
    ))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("callId", "/calls/0/id")])
}
