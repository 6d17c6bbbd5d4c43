//! getCommerceSettings: whether the catalogue and the cart are shown
//! (D/catalogs/sell-products-and-services, OpenAPI v23.0).

use serde_json::Value;

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::properties::Properties;
use crate::rows::Members;

pub(super) const COMMAND: Command = Command {
    name: "getCommerceSettings",
    display: "Get Commerce Settings",
    description: "Says whether customers see the catalogue and the cart.",
    traits: &[CommandTrait::Idempotent],
    request: &[],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::object(
            "settings",
            "",
            "Meta's object: id, is_catalog_visible, is_cart_enabled.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(_members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!("{}/whatsapp_commerce_settings", properties.phone_number_id);
    Ok(Call::get(path, Evidence::List("data")))
}

fn take(answer: &Value) -> call::Taken {
    call::pick(answer, &[("settings", "/data/0")])
}
