//! terminateCall: ends a call (D/calling).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::voice_call::{self, CALL_ID};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "terminateCall",
    display: "Terminate a Call",
    description: "Ends a call.",
    request: &[CALL_ID],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = voice_call::body("terminate", members);
    Ok(voice_call::request(body, properties, Evidence::Success))
}
