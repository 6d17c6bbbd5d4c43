//! setFlowPublicKey: another key for Flows to encrypt with (D/flows/guides/implementingyourflowendpoint).

use super::call;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::flow::FlowKey;
use crate::json::ObjectText;
use crate::pattern;
use crate::properties::Properties;
use crate::rows::{Members, Pattern};

pub(super) const COMMAND: Command = Command {
    name: "setFlowPublicKey",
    display: "Set the Flow Key",
    description: "Sets the public key that Flows encrypt with for the endpoint of the phone number.",
    traits: &[CommandTrait::Idempotent],
    request: &[Field::string(
        "publicKey",
        "Public key",
        "An RSA key of 2048 bits, in PEM; that of the property flowPrivateKey if absent.",
    )
    .length(1, 8192)
    .pattern(&PEM)],
    response: &[STATUS, CODE, ERROR, DETAILS],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    call::run(json, context, &COMMAND, plan, call::nothing)
}

const PEM: Pattern = pattern!(
    "^-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\\r\\n]*-----END PUBLIC KEY-----[\\r\\n]*$",
    "must be a public key in PEM: -----BEGIN PUBLIC KEY-----, Base64, -----END PUBLIC KEY-----"
);

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let own = || properties.flow_keys.first().and_then(FlowKey::public_pem);
    let key = members.maybe_text("publicKey").map(str::to_owned);
    let key = key.or_else(own).ok_or_else(|| {
        Error::invalid_request(
            "no key is known: give publicKey, or set the property flowPrivateKey, whose public half is taken",
        )
    })?;
    let body = ObjectText::new().text("business_public_key", &key);
    let path = format!(
        "{}/whatsapp_business_encryption",
        properties.phone_number_id
    );
    Ok(Call::post(path, body, Evidence::Success).idempotent())
}
