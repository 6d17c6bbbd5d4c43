//! getFlowPublicKey: the key that Flows encrypt with
//! (D/flows/guides/implementingyourflowendpoint, OpenAPI v23.0).

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
    name: "getFlowPublicKey",
    display: "Get the Flow Key",
    description: "Gets the public key that Flows encrypt with for the endpoint of the phone number.",
    traits: &[CommandTrait::Idempotent],
    request: &[],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string("publicKey", "", "The key in PEM; empty if none is set."),
        Field::string(
            "publicKeyStatus",
            "",
            "VALID, or MISMATCH: set the key again.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, take)
}

fn plan(_members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let path = format!(
        "{}/whatsapp_business_encryption",
        properties.phone_number_id
    );
    Ok(Call::get(path, Evidence::OfGraph))
}

fn take(answer: &Value) -> call::Taken {
    // Meta's description has a list, its page about the endpoint the object alone.
    let key = answer.pointer("/data/0").unwrap_or(answer);
    call::pick(
        key,
        &[
            ("publicKey", "/business_public_key"),
            ("publicKeyStatus", "/business_public_key_signature_status"),
        ],
    )
}
