//! setUsername: a username for the number, or another one. Libraries that follow Meta's
//! changelog, read 2026-11.

use serde_json::Value;

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::pattern;
use crate::properties::Properties;
use crate::rows::{Members, Pattern, Words};

pub(super) const COMMAND: Command = Command {
    name: "setUsername",
    display: "Set the Username",
    description: "Gives the phone number a username, in place of the one that it has.",
    traits: &[CommandTrait::Idempotent],
    request: &[Field::string("username", "Username", "3 to 35 letters, digits, periods and underscores, at least one letter among them.").required().length(3, 35).most_may_change().pattern(&USERNAME),
   Field::string("transferAction", "Transfer", "force_transfer takes the username from another number of the same business; none fails then.").length(1, 64).words(&Words::known(&["none", "force_transfer"]))],
    response: &[STATUS, CODE, ERROR, Field::string("usernameStatus", "", "reserved (not visible yet), approved, or what else Meta says of it."), DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = ObjectText::new()
        .text("username", members.text("username"))
        .maybe_text("transfer_action", members.maybe_text("transferAction"));
    let path = format!("{}/username", properties.phone_number_id);
    Ok(Call::post(path, body, STATUS_WORD).idempotent())
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("usernameStatus", "/status")])
}

const USERNAME: Pattern = pattern!(
    "^[A-Za-z0-9._]*$",
    "must be letters, digits, periods and underscores"
)
.that_may_change();

/// What Meta says of a username. Any text would also be in the answer of a proxy.
pub(super) const STATUS_WORD: Evidence = Evidence::Word(
    "status",
    &[
        "approved",
        "reserved",
        "pending",
        "pending_review",
        "in_review",
        "deleted",
        "none",
    ],
);
