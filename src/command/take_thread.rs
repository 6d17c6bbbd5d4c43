//! takeThread: takes a conversation over (Conversation Routing).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::thread::{self, METADATA, PHONE_NUMBER, REQUEST_ID};
use super::{Context, Execution};
use crate::cloud_api::Call;
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "takeThread",
    display: "Take a Thread",
    description: "Takes the thread of a customer over; only the escalation partner may.",
    request: &[PHONE_NUMBER, METADATA],
    response: &[STATUS, CODE, ERROR, REQUEST_ID, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, thread::request_id)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    Ok(thread::control("take", members, properties, |body| body))
}
