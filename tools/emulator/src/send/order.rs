//! Interactive messages about payments: order details and order status.

use super::interactive_action::with_parameters;
use super::interactive_parts::text;
use crate::node::{Check, Node};

const STATUSES: [&str; 6] = [
    "pending",
    "processing",
    "partially-shipped",
    "shipped",
    "completed",
    "canceled",
];

pub(super) fn details(action: &Node<'_>) -> Check {
    payment(&with_parameters(action, "review_and_pay")?)
}

pub(super) fn status(action: &Node<'_>) -> Check {
    let parameters = with_parameters(action, "review_order")?;
    reference(&parameters)?;
    let order = parameters.required("order")?;
    order.required("status")?.word(&STATUSES)?;
    order.optional_text("description", 0, 120)
}

/// The same as an object of its own, with the parameters right in the action.
pub(super) fn nested(order_details: &Node<'_>) -> Check {
    order_details.only(&["header", "body", "footer", "action"])?;
    text(order_details, "body", (1024, true))?;
    text(order_details, "footer", (60, false))?;
    payment(&order_details.required("action")?)
}

fn payment(parameters: &Node<'_>) -> Check {
    reference(parameters)?;
    let kinds = ["digital-goods", "physical-goods"];
    parameters.required("type")?.word(&kinds)?;
    parameters.required("currency")?.text(3, 3)?;
    amount(&parameters.required("total_amount")?)?;
    if let Some(order) = parameters.get("order") {
        order.required("status")?.word(&STATUSES)?;
        for item in order.required("items")?.items(1, 999)? {
            item.required("name")?.text(1, 60)?;
            item.required("quantity")?.index()?;
            amount(&item.required("amount")?)?;
        }
    }
    Ok(())
}

fn reference(parameters: &Node<'_>) -> Check {
    parameters.required("reference_id")?.text(1, 60).map(drop)
}

/// A value in units of 1/offset.
fn amount(amount: &Node<'_>) -> Check {
    amount.required("value")?.index()?;
    amount.required("offset")?.index().map(drop)
}
