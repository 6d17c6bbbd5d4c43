//! unblockUsers: lets customers who were blocked write again (D/block-users).

use serde_json::Value;

use super::block_list::{FAILED_USERS, PHONE_NUMBERS, USERS, check, users};
use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "unblockUsers",
    display: "Unblock Users",
    description: "Lets customers who were blocked write again.",
    traits: &[CommandTrait::Idempotent],
    request: &[PHONE_NUMBERS],
    response: &[STATUS, CODE, ERROR, USERS, FAILED_USERS, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run_checked(json, context, &COMMAND, plan, take, |request, reply| {
        check(request, reply, "removed_users", "unblocked");
    })
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/block_users", properties.phone_number_id);
    let evidence = Evidence::Object("block_users");
    Ok(Call::delete(path, evidence)
        .body(users(members, "block_users"))
        .idempotent())
}

fn take(answer: &Value) -> call::Taken {
    call::pick(
        answer,
        &[
            ("users", "/block_users/removed_users"),
            ("failedUsers", "/block_users/failed_users"),
        ],
    )
}
