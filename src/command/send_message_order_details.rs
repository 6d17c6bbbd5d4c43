//! sendMessageOrderDetails: an order that the customer pays in the chat
//! (D/payments, India and Brazil; OpenAPI v23.0).

use super::interactive::{FOOTER, HEADER_MEDIA, HEADER_TEXT, Interactive, MESSAGE, ONE_HEADER};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, RECIPIENT, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::{Members, Object, Others};

pub(super) const COMMAND: Command = Command {
    name: "sendMessageOrderDetails",
    display: "Send Order Details",
    description: "Sends an order with a button to review and pay it, where Meta offers payments.",
    traits: &[CommandTrait::Sends, CommandTrait::LongRunning],
    request: &[PHONE_NUMBER, MESSAGE, Field::object("order", "Order", "Meta's parameters: reference_id, type, currency, total_amount, payment_type and payment_configuration or payment_settings, and order with its items.").required().members(&ORDER).passed_on(), HEADER_TEXT, HEADER_MEDIA, FOOTER, REPLY_TO, INDIVIDUAL, CALLBACK_DATA],
    rules: &[RECIPIENT, ONE_HEADER],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

/// What every kind of payment has; the rest differs by country, and Meta changes it.
const ORDER: Object = Object::of(&[
    Field::string(
        "reference_id",
        "",
        "Your own id of the order, which its status names.",
    )
    .required()
    .length(1, 35)
    .most_may_change(),
    Field::string("currency", "", "The currency, such as INR.")
        .required()
        .length(3, 3),
    Field::object("total_amount", "", "The sum: value, and offset 100.").required(),
    Field::object(
        "order",
        "",
        "Status, items, subtotal, tax, shipping and discount.",
    )
    .required(),
])
.others(Others::Ignored);

fn read(members: &Members<'_>, files: &mut Files) -> Content {
    let order = members.json("order").unwrap_or("{}");
    Interactive::new("order_details")
        .any_header(members, files)
        .body(members)
        .footer(members)
        .named_action("review_and_pay", Some(ObjectText::of_json(order)))
}
