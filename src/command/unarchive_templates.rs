//! unarchiveTemplates: templates of the archive that can be sent again.

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
    name: "unarchiveTemplates",
    display: "Unarchive Templates",
    description: "Takes templates out of the archive, so that they can be sent again.",
    traits: &[CommandTrait::Idempotent],
    request: &[TEMPLATE_IDS],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::array(
            "unarchivedTemplates",
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
    Evidence::List("unarchived_templates"),
    Evidence::List("failed_templates"),
    Evidence::Object("failed_templates"),
];

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    archive::call(members, properties, "unarchive", DONE)
}

fn take(answer: &Value) -> call::Taken {
    archive::take(answer, "unarchivedTemplates", "/unarchived_templates")
}
