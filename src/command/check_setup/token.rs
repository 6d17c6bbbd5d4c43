//! What Meta says of the access token.

use serde_json::Value;

use super::asked::text;
use super::finding::Finding;
use crate::cloud_api::{Call, CallReport, Evidence};
use crate::properties::Properties;

/// What the adapter's commands need.
const PERMISSIONS: [(&str, &str); 2] = [
    ("whatsapp_business_messaging", "messages cannot be sent"),
    (
        "whatsapp_business_management",
        "templates, subscriptions and the account cannot be read",
    ),
];
/// An end this near is worth a warning.
const NEAR_S: u64 = 7 * 86_400;

pub(super) fn call(properties: &Properties) -> Call {
    let token = properties.authentication_token.expose();
    Call::get("debug_token".to_owned(), Evidence::Object("data")).query("input_token", token)
}

/// Adds what is wrong. Answers the app that the token is of.
pub(super) fn findings(
    reply: &CallReport,
    now_s: u64,
    findings: &mut Vec<Finding>,
) -> Option<String> {
    let data = reply.json.as_ref().and_then(|json| json.get("data"));
    let Some(data) = data.filter(|_| reply.failure().is_none()) else {
        let error = reply.failure();
        let told = error
            .as_ref()
            .map_or("Meta says nothing of it", |error| error.message());
        findings.push(invalid(told));
        return None;
    };
    if data["is_valid"] != true {
        let told = text(data, "/error/message");
        findings.push(invalid(if told.is_empty() {
            "Meta calls it invalid"
        } else {
            told
        }));
        return None;
    }
    // 0: it does not expire.
    let expires_at = data["expires_at"].as_u64().filter(|at| *at != 0);
    if let Some(at) = expires_at.filter(|at| *at <= now_s + NEAR_S) {
        let hours = at.saturating_sub(now_s) / 3600;
        findings.push(Finding::warning(
            "token_expires",
            format!("the access token expires in {hours} hours"),
            "make a token of a system user, which does not expire, and set authenticationToken to it",
        ));
    }
    let scopes = data["scopes"].as_array();
    for (permission, without) in PERMISSIONS {
        let has = |scope: &Value| scope == permission;
        if !scopes.is_some_and(|scopes| scopes.iter().any(has)) {
            findings.push(Finding::error(
                "permission_missing",
                format!("the access token lacks the permission {permission}: {without}"),
                "make a token with both whatsapp_business_messaging and whatsapp_business_management",
            ));
        }
    }
    let app_id = text(data, "/app_id");
    (!app_id.is_empty()).then(|| app_id.to_owned())
}

fn invalid(told: &str) -> Finding {
    Finding::error(
        "token_invalid",
        format!("the access token is not valid: {told}"),
        "set authenticationToken to a valid token, best one of a system user with both WhatsApp permissions",
    )
}
