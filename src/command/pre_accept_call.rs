//! preAcceptCall: prepares the media of a call (D/calling/user-initiated-calls).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::voice_call::{self, CALL_ID, SDP};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "preAcceptCall",
    display: "Pre-accept a Call",
    description: "Prepares the media of a customer's call before it is accepted, so that nothing of it is lost.",
    request: &[CALL_ID, SDP],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = voice_call::body("pre_accept", members);
    Ok(voice_call::request(body, properties, Evidence::Success))
}
