//! sendMessageOrderStatus: what became of an order (D/payments; OpenAPI v23.0).

use super::interactive::{FOOTER, Interactive, MESSAGE};
use super::media_file::Files;
use super::request::{CALLBACK_DATA, INDIVIDUAL, PHONE_NUMBER, REPLY_TO};
use super::send::{self, BEYOND};
use super::{Context, Execution};
use crate::cloud_api::Content;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::json::ObjectText;
use crate::rows::{Members, Words};

pub(super) const COMMAND: Command = Command {
    name: "sendMessageOrderStatus",
    display: "Send an Order Status",
    description: "Tells the customer what became of an order that was sent with sendMessageOrderDetails.",
    traits: &[CommandTrait::Sends],
    request: &[
        PHONE_NUMBER,
        MESSAGE,
        Field::string(
            "referenceId",
            "Reference id",
            "The reference_id of the order.",
        )
        .required()
        .length(1, 35)
        .most_may_change(),
        Field::string(
            "orderStatus",
            "Order status",
            "pending, processing, partially_shipped, shipped, completed or canceled.",
        )
        .required()
        .length(1, 64)
        .words(&Words::known(&[
            "pending",
            "processing",
            "partially_shipped",
            "shipped",
            "completed",
            "canceled",
        ])),
        Field::string("description", "Description", "A note on the status.")
            .length(1, 120)
            .most_may_change(),
        FOOTER,
        REPLY_TO,
        INDIVIDUAL,
        CALLBACK_DATA,
    ],
    ..BEYOND
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    send::run(json, context, &COMMAND, read)
}

fn read(members: &Members<'_>, _: &mut Files) -> Content {
    let order = ObjectText::new()
        .text("status", members.text("orderStatus"))
        .maybe_text("description", members.maybe_text("description"));
    let parameters = ObjectText::new()
        .text("reference_id", members.text("referenceId"))
        .object("order", order);
    Interactive::new("order_status")
        .body(members)
        .footer(members)
        .named_action("review_order", Some(parameters))
}
