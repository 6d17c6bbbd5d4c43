//! compareTemplates: how often two templates were sent and blocked
//! (D/templates/template-comparison).

use serde_json::Value;

use super::call;
use super::request::NODE_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::{Check, Item, Members, Rule, Say};

pub(super) const COMMAND: Command = Command {
    name: "compareTemplates",
    display: "Compare Templates",
    description: "Compares how often templates were sent and blocked, and why.",
    traits: &[CommandTrait::Idempotent],
    request: &[
        Field::string(
            "templateId",
            "Template id",
            "The id of the template that the others are compared with.",
        )
        .required()
        .length(1, 256)
        .pattern(&NODE_ID),
        Field::array(
            "templateIds",
            "Template ids",
            "The ids of the templates to compare it with.",
        )
        .required()
        .items(1, 100, &Field::text_item().length(1, 256).pattern(&NODE_ID)),
        Field::integer(
            "start",
            "Start",
            "Where the time begins, in seconds since 1970.",
        )
        .required()
        .value(0, i64::MAX),
        Field::integer(
            "end",
            "End",
            "Where it ends, in seconds since 1970: 7, 30, 60 or 90 days after start.",
        )
        .required()
        .value(0, i64::MAX),
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array(
            "metrics",
            "",
            "Meta's objects: metric (BLOCK_RATE, MESSAGE_SENDS, TOP_BLOCK_REASON), type and values.",
        ),
        DETAILS,
    ],
    rules: &[Rule::Check(&Check {
        name: "time",
        demands: "end is 7, 30, 60 or 90 days after start",
        find: find_odd_time,
    })],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, _properties: &Properties) -> Result<Call, Error> {
    let ids = members.list("templateIds").iter().filter_map(Item::text);
    let ids = ids.collect::<Vec<_>>().join(",");
    let time = |name| members.integer(name).map(|seconds| seconds.to_string());
    let path = format!("{}/compare", members.text("templateId"));
    Ok(Call::get(path, Evidence::List("data"))
        .query("template_ids", &ids)
        .maybe_query("start", time("start"))
        .maybe_query("end", time("end")))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("metrics", "/data")])
}

fn find_odd_time(members: &Members<'_>, say: &mut Say<'_, '_>) {
    const DAY: u64 = 24 * 60 * 60;
    let (Some(start), Some(end)) = (members.integer("start"), members.integer("end")) else {
        return;
    };
    let length = end.checked_sub(start);
    if !length.is_some_and(|length| [7, 30, 60, 90].contains(&(length / DAY)) && length % DAY == 0)
    {
        say.limit("end", "must be 7, 30, 60 or 90 days after start");
    }
}
