//! approveGroupJoinRequests: lets people into a group who asked to join (D/groups/reference).

use serde_json::Value;

use super::call;
use super::group::GROUP_ID;
use super::join_requests::{self, DONE, FAILED, JOIN_REQUEST_IDS};
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::Call;
use crate::descriptor::Command;
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "approveGroupJoinRequests",
    display: "Approve Join Requests",
    description: "Approves requests to join a group.",
    request: &[GROUP_ID, JOIN_REQUEST_IDS],
    response: &[STATUS, CODE, ERROR, DONE, FAILED, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run_checked(json, context, &COMMAND, plan, take, |_, reply| {
        call::check_parts(
            reply,
            "approved_join_requests",
            "failed_join_requests",
            "Meta approved none of the requests: failedJoinRequests says why",
        );
    })
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    Ok(join_requests::with_requests(Call::post_at, members))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(
        answer,
        &[
            ("joinRequestIds", "/approved_join_requests"),
            ("failedJoinRequests", "/failed_join_requests"),
        ],
    )
}
