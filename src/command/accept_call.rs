//! acceptCall: answers a call (D/calling/user-initiated-calls).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::voice_call::{self, CALL_ID, CALLBACK_DATA, SDP};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "acceptCall",
    display: "Accept a Call",
    description: "Accepts the call of a customer.",
    request: &[CALL_ID, SDP, CALLBACK_DATA],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = voice_call::body("accept", members);
    Ok(voice_call::request(body, properties, Evidence::Success))
}
