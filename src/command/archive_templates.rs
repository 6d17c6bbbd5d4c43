//! archiveTemplates: templates that stay and are no longer sent.

use serde_json::Value;

use super::archive::{self, TEMPLATE_IDS};
use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::template::moved;
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "archiveTemplates",
    display: "Archive Templates",
    description: "Puts templates away: they stay, and can no longer be sent.",
    traits: &[CommandTrait::Idempotent],
    request: &[TEMPLATE_IDS],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array(
            "archivedTemplates",
            "",
            "The ids of those for which it worked.",
        ),
        moved::FAILED,
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

const DONE: &[Evidence] = &[
    Evidence::List("archived_templates"),
    Evidence::List("failed_templates"),
    Evidence::Object("failed_templates"),
];

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    archive::call(members, properties, "archive", DONE)
}

fn take(answer: &Value) -> call::Taken {
    archive::take(answer, "archivedTemplates", "/archived_templates")
}
