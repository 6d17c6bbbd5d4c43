//! updateCommerceSettings: whether the catalogue and the cart are shown
//! (D/catalogs/sell-products-and-services, OpenAPI v23.0, which has both in the query).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::{Members, Rule};

pub(super) const COMMAND: Command = Command {
    name: "updateCommerceSettings",
    display: "Update Commerce Settings",
    description: "Shows the catalogue and the cart to customers, or hides them.",
    traits: &[CommandTrait::Idempotent],
    request: &[
        Field::boolean(
            "catalogVisible",
            "Catalogue",
            "Whether customers see the catalogue.",
        ),
        Field::boolean("cartEnabled", "Cart", "Whether customers can fill a cart."),
    ],
    response: &[STATUS, CODE, ERROR, DETAILS],
    rules: &[Rule::Any(&["catalogVisible", "cartEnabled"])],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let flag = |name| members.flag(name).map(|set| set.to_string());
    let path = format!("{}/whatsapp_commerce_settings", properties.phone_number_id);
    let call = Call::post(path, ObjectText::new(), Evidence::Success)
        .maybe_query("is_cart_enabled", flag("cartEnabled"))
        .maybe_query("is_catalog_visible", flag("catalogVisible"));
    Ok(call.idempotent())
}
