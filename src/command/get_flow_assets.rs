//! getFlowAssets: where the JSON of a Flow can be downloaded (D/flows/reference/flowsapi).

use serde_json::Value;

use super::call;
use super::flow::FLOW_ID;
use super::paging;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "getFlowAssets",
    display: "Get Flow Assets",
    description: "Lists the files of a Flow, each with the address that it can be downloaded from.",
    traits: &[CommandTrait::Idempotent],
    request: &[FLOW_ID, paging::LIMIT, paging::AFTER],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array(
            "assets",
            "",
            "Meta's objects with name, asset_type and download_url.",
        ),
        paging::NEXT,
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/assets", members.text("flowId"));
    Ok(paging::pages(
        members,
        Call::get(path, Evidence::List("data")),
    ))
}

fn take(answer: &Value) -> call::Taken {
    paging::page("assets", answer)
}
