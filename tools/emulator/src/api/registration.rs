//! Registering the phone number, and proving that it is one's own.

use serde_json::json;

use super::{Call, Reply};
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// `POST /{phone number id}/register`.
pub(crate) fn register(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&[
        "messaging_product",
        "pin",
        "data_localization_region",
        "tier",
    ])?;
    root.get("messaging_product")
        .ok_or_else(|| GraphError::required("messaging_product"))?
        .word(&["whatsapp"])?;
    let pin = six_digits(&root, "pin")?;
    if let Some(region) = root.get("data_localization_region") {
        region.text(2, 2)?;
    }
    account
        .registration
        .tried(call.state.ticker.now())
        .map_err(GraphError::of_code)?;
    let verified = account.details.phone_number.get("code_verification_status");
    if verified != Some(&json!("VERIFIED")) {
        return Err(GraphError::of_code(133_006)
            .details("Verify the phone number with request_code and verify_code first"));
    }
    account
        .registration
        .register(&pin)
        .map_err(|code| GraphError::of_code(code).details("The PIN is not the number's"))?;
    Ok(Reply::success().of("register"))
}

/// `POST /{phone number id}/deregister`.
pub(crate) fn deregister(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    if !account.registration.is_registered() {
        return Err(GraphError::of_code(133_010));
    }
    account
        .registration
        .tried(call.state.ticker.now())
        .map_err(GraphError::of_code)?;
    account.registration.deregister();
    Ok(Reply::success().of("deregister"))
}

/// `POST /{phone number id}/request_code`. The code is found at the control endpoints.
pub(crate) fn request_code(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["code_method", "language"])?;
    required(&root, "code_method")?.word(&["SMS", "VOICE"])?;
    required(&root, "language")?.text(2, 16)?;
    let verified = account.details.phone_number.get("code_verification_status");
    if verified == Some(&json!("VERIFIED")) {
        return Err(GraphError::of_code(136_024)
            .details("The phone number is verified already")
            .user(
                "Cannot request a code",
                "This phone number is verified already.",
            ));
    }
    let code = format!("{:06}", call.state.ids.draw() % 1_000_000);
    account.registration.code = Some(code);
    Ok(Reply::success().of("request_code"))
}

/// `POST /{phone number id}/verify_code`.
pub(crate) fn verify_code(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["code"])?;
    let code = six_digits(&root, "code")?;
    if !account.registration.verify(&code) {
        return Err(GraphError::of_code(136_025)
            .details("The code is not the one that was sent")
            .user(
                "Cannot verify the code",
                "The code is wrong or has expired.",
            ));
    }
    let number = &mut account.details.phone_number;
    number.insert("code_verification_status".to_owned(), json!("VERIFIED"));
    Ok(Reply::success().of("verify_code"))
}

fn required<'a>(root: &Node<'a>, name: &str) -> Check<Node<'a>> {
    root.get(name).ok_or_else(|| GraphError::required(name))
}

/// A member of six digits; Graph takes a number, too.
fn six_digits(root: &Node<'_>, name: &str) -> Check<String> {
    let text = required(root, name)?.scalar()?;
    // Meta's own documentation writes codes with a hyphen in the middle.
    let digits = text.replace('-', "");
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(digits);
    }
    Err(GraphError::parameter(&format!(
        "Param {name} must be 6 characters long."
    )))
}
