//! syncBusinessApp: contacts or history of a number that is also in the WhatsApp Business app, as
//! webhooks. From memory of Meta's page on coexistence, 2026-11: Meta may take other words than these.

use serde_json::Value;

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::{Members, Words};

pub(super) const COMMAND: Command = Command {
    name: "syncBusinessApp",
    display: "Sync the Business App",
    description: "Asks for the contacts or the chats of the WhatsApp Business app; they come as events.",
    request: &[Field::string(
        "syncType",
        "What",
        "smb_app_state_sync (contacts) or history (chats).",
    )
    .required()
    .length(1, 64)
    .words(&Words::known(&["smb_app_state_sync", "history"]))],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string(
            "requestId",
            "",
            "Meta's id of the request, for questions to its support.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let body = ObjectText::new()
        .text("messaging_product", "whatsapp")
        .text("sync_type", members.text("syncType"));
    let path = format!("{}/smb_app_data", properties.phone_number_id);
    Ok(Call::post(path, body, Evidence::Id("request_id")))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("requestId", "/request_id")])
}
