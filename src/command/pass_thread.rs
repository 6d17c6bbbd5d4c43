//! passThread: gives a conversation to another role (Conversation Routing).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::thread::{self, METADATA, PHONE_NUMBER, REQUEST_ID};
use super::{Context, Execution};
use crate::cloud_api::Call;
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::{Members, Words};

pub(super) const COMMAND: Command = Command {
    name: "passThread",
    display: "Pass a Thread",
    description: "Passes the thread of a customer on to another role; its owner sends in it from then on.",
    request: &[
        PHONE_NUMBER,
        Field::string(
            "targetRole",
            "Role",
            "The role that gets the thread, such as customer_service; the escalation partner if absent.",
        )
        .length(1, 64)
        .words(&Words::known(&[
            "ai_agent",
            "ctwa",
            "customer_service",
            "escalation",
            "marketing",
            "utility",
        ])),
        METADATA,
    ],
    response: &[STATUS, CODE, ERROR, REQUEST_ID, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, thread::request_id)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let role = members.maybe_text("targetRole");
    let pass = role.map(|role| ObjectText::new().text("target_role", role));
    Ok(thread::control("pass", members, properties, |body| {
        body.maybe_object("control_pass", pass)
    }))
}
