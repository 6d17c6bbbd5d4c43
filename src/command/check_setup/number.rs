//! What Meta says of the phone number.

use serde_json::Value;

use super::asked::text;
use super::finding::Finding;
use crate::cloud_api::{Call, CallReport, Evidence};
use crate::command::call::NUMBER_FIELDS;
use crate::error::Error;
use crate::flow::FlowKey;
use crate::properties::Properties;

pub(super) fn call(properties: &Properties) -> Call {
    Call::get(properties.phone_number_id.to_string(), Evidence::Id("id"))
        .query("fields", NUMBER_FIELDS)
}

pub(super) fn findings(reply: &CallReport, findings: &mut Vec<Finding>) {
    if let Some(error) = reply.failure() {
        findings.push(unreadable(&error));
        return;
    }
    let Some(number) = &reply.json else { return };
    match text(number, "/code_verification_status") {
        "" | "VERIFIED" => {}
        status => findings.push(Finding::warning(
            "number_not_verified",
            format!("the phone number's code verification is {status}"),
            "run requestVerificationCode and verifyCode",
        )),
    }
    if text(number, "/platform_type") == "NOT_APPLICABLE" {
        findings.push(Finding::error(
            "number_not_registered",
            "the phone number is not registered with the Cloud API",
            "run registerPhoneNumber with the number's PIN",
        ));
    }
    let rating = text(number, "/quality_rating");
    if ["RED", "YELLOW"].contains(&rating) {
        findings.push(Finding::warning(
            "quality_low",
            format!("the phone number's quality is {rating}"),
            "send less that customers block or report, and only to those who asked for it",
        ));
    }
    if text(number, "/name_status") == "DECLINED" {
        findings.push(Finding::warning(
            "name_declined",
            "Meta has declined the display name",
            "choose another display name in the WhatsApp Manager",
        ));
    }
    if text(number, "/account_mode") == "SANDBOX" {
        findings.push(Finding::warning(
            "sandbox",
            "it is a test number: it reaches only numbers that are entered as recipients",
            "add the recipients in the app's API set-up, or use a number of your own",
        ));
    }
    if !text(number, "/webhook_configuration/phone_number").is_empty() {
        findings.push(Finding::warning(
            "number_webhook",
            "the notifications of this phone number go to an address of its own, whatever the account's and \
             the app's are",
            "run removePhoneNumberWebhook, unless the address leads to this host",
        ));
    }
    health(number, findings);
}

/// Asks for the key that customers' Flows encrypt with; most numbers have none.
pub(super) fn key_call(properties: &Properties) -> Call {
    let path = format!(
        "{}/whatsapp_business_encryption",
        properties.phone_number_id
    );
    Call::get(path, Evidence::OfGraph)
}

/// Meta keeps a key that the number did not sign, as after a new registration; and requests that are
/// encrypted for another key than the adapter's do not open.
pub(super) fn of_key(reply: &CallReport, properties: &Properties, findings: &mut Vec<Finding>) {
    let Some(answer) = &reply.json else { return };
    // Meta's description has a list, its page about the endpoint the object alone.
    let key = answer.pointer("/data/0").unwrap_or(answer);
    if text(key, "/business_public_key_signature_status") == "MISMATCH" {
        findings.push(Finding::warning(
            "flow_key_mismatch",
            "the signature of the public key for Flows is not the phone number's: Flows with an endpoint fail",
            "upload the public key again: its signature is made anew",
        ));
    }
    let letters = |pem: &str| pem.split_whitespace().collect::<String>();
    let set = letters(text(key, "/business_public_key"));
    let mut own = properties.flow_keys.iter().filter_map(FlowKey::public_pem);
    if reply.failure().is_some() || properties.flow_keys.is_empty() {
        return;
    }
    if set.is_empty() {
        findings.push(Finding::warning(
            "flow_key_not_set",
            "Meta has no public key for Flows: Flows with an endpoint fail",
            "run setFlowPublicKey",
        ));
    } else if !own.any(|own| letters(&own) == set) {
        findings.push(Finding::warning(
            "flow_key_other",
            "Meta has another public key for Flows than that of flowPrivateKey: their requests do not open",
            "run setFlowPublicKey, or set the property flowPrivateKey to the key that belongs to it",
        ));
    }
}

fn unreadable(error: &Error) -> Finding {
    match error.remote_code() {
        // Meta does not tell a wrong id from one that the token may not see.
        Some(100 | 803 | 33) => Finding::error(
            "phone_number_id_wrong",
            format!(
                "the phone number id is not there for this token: {}",
                error.message()
            ),
            "set phoneNumberId to the Phone number ID of the API set-up page (not the phone number), and \
             give the token's system user access to the account",
        ),
        _ => Finding::error(
            "number_unreadable",
            format!("the phone number could not be read: {}", error.message()),
            "see the finding about the token; run checkSetup again if there is none",
        ),
    }
}

/// `health_status`: whether messages go out, for the number and all that stands behind it.
fn health(number: &Value, findings: &mut Vec<Finding>) {
    let entities = number
        .pointer("/health_status/entities")
        .and_then(Value::as_array);
    for entity in entities.into_iter().flatten() {
        let state = text(entity, "/can_send_message");
        if state.is_empty() || state == "AVAILABLE" {
            continue;
        }
        let kind = text(entity, "/entity_type");
        let told = [
            text(entity, "/errors/0/error_description"),
            text(entity, "/additional_info/0"),
        ];
        let told = told
            .into_iter()
            .find(|told| !told.is_empty())
            .unwrap_or("Meta names no reason");
        let solution = text(entity, "/errors/0/possible_solution");
        let todo = if solution.is_empty() {
            "see the account's status in the WhatsApp Manager and in Business Support Home"
        } else {
            solution
        };
        let message = format!("sending is {state} by the {kind}: {told}");
        findings.push(if state == "BLOCKED" {
            Finding::error("sending_blocked", message, todo)
        } else {
            Finding::warning("sending_limited", message, todo)
        });
    }
}
