//! What the commands about Flows share (D/flows/reference/flowsapi; OpenAPI v23.0,
//! pywa 4.5.0, read 2026-11).

use super::request::{NODE_ID, WEB_ADDRESS};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Field;
use crate::json::ObjectText;
use crate::rows::{Members, Words};

/// Which Flow it is.
pub(super) const FLOW_ID: Field = Field::string("flowId", "Flow id", "The id of the Flow.")
    .required()
    .length(1, 256)
    .pattern(&NODE_ID);
/// What it is called.
pub(super) const FLOW_NAME: Field = Field::string(
    "flowName",
    "Flow name",
    "The name of the Flow, of its own in the account.",
)
.length(1, 200)
.most_may_change();
/// What it is for.
pub(super) const CATEGORIES: Field = Field::array(
    "categories",
    "Categories",
    "What the Flow is for: SIGN_UP, SIGN_IN, APPOINTMENT_BOOKING, LEAD_GENERATION, CONTACT_US, \
     CUSTOMER_SUPPORT, SURVEY or OTHER.",
)
.items(
    1,
    8,
    &Field::text_item().length(1, 64).words(&Words::known(&[
        "SIGN_UP",
        "SIGN_IN",
        "APPOINTMENT_BOOKING",
        "LEAD_GENERATION",
        "CONTACT_US",
        "CUSTOMER_SUPPORT",
        "SURVEY",
        "OTHER",
    ])),
)
.passed_on();
/// Who answers it.
pub(super) const ENDPOINT_URL: Field = Field::string(
    "endpointUrl",
    "Endpoint",
    "The address of the endpoint that exchanges data with the Flow.",
)
.length(1, 2000)
.pattern(&WEB_ADDRESS);
/// What it is made of.
pub(super) const FLOW_JSON: Field = Field::object(
    "flowJson",
    "Flow JSON",
    "Meta's Flow JSON: version, screens and what else they need.",
)
.passed_on();
/// What Meta has against it.
pub(super) const VALIDATION_ERRORS: Field = Field::array(
    "validationErrors",
    "",
    "What is wrong with the Flow JSON: Meta's objects with error, message and place; a Flow with errors \
     cannot be published.",
);

/// The body with what the request says about the Flow itself.
pub(super) fn described(members: &Members<'_>) -> ObjectText {
    ObjectText::new()
        .maybe_text("name", members.maybe_text("flowName"))
        .maybe_raw("categories", members.json("categories"))
        .maybe_text("endpoint_uri", members.maybe_text("endpointUrl"))
}

/// The request that changes the state of the Flow.
pub(super) fn change(members: &Members<'_>, edge: &str) -> Call {
    let path = format!("{}/{edge}", members.text("flowId"));
    Call::post(path, ObjectText::new(), Evidence::Success)
}
