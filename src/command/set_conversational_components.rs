//! setConversationalComponents: prompts and commands that customers are offered
//! (D/business-phone-numbers/conversational-components, OpenAPI v23.0).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::{Members, Object, Rule};

pub(super) const COMMAND: Command = Command {
    name: "setConversationalComponents",
    display: "Set Conversational Components",
    description: "Sets the prompts and the commands that customers are offered in the chat.",
    traits: &[CommandTrait::Idempotent],
    request: &[Field::array("prompts", "Prompts", "Up to 4 texts that a customer can begin with; an empty list removes them.").items(0, 4, &Field::text_item().length(1, 80).most_may_change()).passed_on(),
   Field::array("commands", "Commands", "Up to 30 objects with command_name and command_description; an empty list removes them.").items(0, 30, &Field::object_item(&BOT_COMMAND)).passed_on(),
   Field::boolean("welcomeMessage", "Welcome", "Whether the chat of a new customer raises an event of type request_welcome.")],
    response: &[STATUS, CODE, ERROR, DETAILS],
    rules: &[Rule::Any(&["prompts", "commands", "welcomeMessage"])],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = ObjectText::new()
        .maybe_raw("prompts", members.json("prompts"))
        .maybe_raw("commands", members.json("commands"))
        .maybe_flag("enable_welcome_message", members.flag("welcomeMessage"));
    let path = format!("{}/conversational_automation", properties.phone_number_id);
    Ok(Call::post(path, body, Evidence::Success).idempotent())
}

const BOT_COMMAND: Object = Object::of(&[
    Field::string("command_name", "", "What follows the slash.")
        .required()
        .length(1, 32)
        .most_may_change(),
    Field::string(
        "command_description",
        "",
        "What the customer reads beside it.",
    )
    .required()
    .length(1, 256)
    .most_may_change(),
]);
