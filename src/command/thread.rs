//! What the commands about the owner of a conversation share. From Meta's changelog of 2026-09-23 and
//! 11-05 as a library follows it (read 2026-11): what is not settled is passed through.

use serde_json::Value;

use super::call;
use super::request::{self, CUSTOMER};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Field;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::Members;

/// Whose conversation it is.
pub(super) const PHONE_NUMBER: Field = Field::string(
    "phoneNumber",
    "Customer",
    "The phone number or business-scoped user id of the customer whose thread it is.",
)
.required()
.length(1, 256)
.most_may_change()
.check(&CUSTOMER);
/// What the next owner should know.
pub(super) const METADATA: Field = Field::string(
    "metadata",
    "Metadata",
    "Text for the next owner of the thread, which its event shows.",
)
.length(1, 2000)
.most_may_change();
/// Who asked for it.
pub(super) const REQUEST_ID: Field = Field::string("requestId", "", "Meta's id of this request.");

/// The request that does `action` with the customer's thread.
pub(super) fn control(
    action: &str,
    members: &Members<'_>,
    properties: &Properties,
    more: impl FnOnce(ObjectText) -> ObjectText,
) -> Call {
    let path = format!("{}/thread_control", properties.phone_number_id);
    let body = ObjectText::new()
        .text("messaging_product", "whatsapp")
        .text("action", action);
    let body = addressed(body, members).maybe_text("metadata", members.maybe_text("metadata"));
    Call::post(path, more(body), Evidence::OfGraph)
}

/// The body with the customer, under the name that Meta has for a number or for an id.
pub(super) fn addressed(body: ObjectText, members: &Members<'_>) -> ObjectText {
    let customer = request::customer(members);
    let name = if request::is_business_scoped_id(&customer) {
        "recipient"
    } else {
        "to"
    };
    body.text(name, &customer)
}

/// Takes `requestId`.
pub(super) fn request_id(answer: &Value) -> call::Taken {
    call::pick(answer, &[("requestId", "/request_id")])
}
