//! What Meta says of the business account and its subscription.

use serde_json::Value;

use super::asked::{ask, text};
use super::finding::Finding;
use crate::cloud_api::{Call, CallReport, Evidence};
use crate::command::{Context, call};
use crate::error::Error;

/// Phone numbers asked for at once.
const MOST_NUMBERS: &str = "1000";

pub(super) fn findings(
    context: &Context<'_, '_>,
    app_id: Option<&str>,
    findings: &mut Vec<Finding>,
) {
    let paths = ["phone_numbers", "subscribed_apps"]
        .map(|edge| call::of_account(context.properties, edge))
        .map(|path| path.map(|path| Call::get(path, Evidence::List("data"))));
    let [Ok(numbers), Ok(subscriptions)] = paths else {
        findings.push(Finding::warning(
            "business_account_id_missing",
            "the property businessAccountId is not set: the subscription could not be checked",
            "set businessAccountId to the WhatsApp Business Account ID of the API set-up page",
        ));
        return;
    };
    let numbers = ask(
        context,
        &numbers.query("fields", "id").query("limit", MOST_NUMBERS),
    );
    if let Some(error) = numbers.failure() {
        findings.push(unreadable(&error));
        return;
    }
    let own = context.properties.phone_number_id.as_str();
    if !entries(&numbers).any(|number| text(number, "/id") == own) {
        findings.push(Finding::error(
            "number_not_in_account",
            "the phone number of phoneNumberId is none of the account's",
            "set businessAccountId to the account that the phone number belongs to",
        ));
    }
    let subscriptions = ask(context, &subscriptions);
    if let Some(error) = subscriptions.failure() {
        findings.push(unreadable(&error));
        return;
    }
    findings.extend(subscription(&subscriptions, app_id));
    let templates = call::of_account(context.properties, "message_templates").map(|path| {
        Call::get(path, Evidence::List("data"))
            .query("fields", "id")
            .query("limit", "1")
            .query("summary", "message_template_count,message_template_limit")
    });
    // What an account without an answer to this has is none of its troubles.
    findings.extend(templates.ok().and_then(|call| many(&ask(context, &call))));
}

/// A tenth of the account's templates is left, or less.
fn many(reply: &CallReport) -> Option<Finding> {
    let summary = reply.json.as_ref()?.get("summary")?;
    let count = summary.get("message_template_count")?.as_u64()?;
    let limit = summary.get("message_template_limit")?.as_u64()?;
    (count >= limit - limit / 10).then(|| {
        Finding::warning(
            "templates_near_limit",
            format!("the account has {count} templates; Meta allows {limit}"),
            "delete templates that are no longer sent (deleteTemplate takes many ids at once)",
        )
    })
}

fn entries(reply: &CallReport) -> impl Iterator<Item = &Value> {
    let data = reply
        .json
        .as_ref()
        .and_then(|json| json.get("data")?.as_array());
    data.into_iter().flatten()
}

fn unreadable(error: &Error) -> Finding {
    if error.remote_code().is_none() || error.is_retryable() {
        return Finding::warning(
            "account_unreadable",
            format!("the account could not be read now: {}", error.message()),
            "run checkSetup again later",
        );
    }
    Finding::error(
        "business_account_id_wrong",
        format!("the account could not be read: {}", error.message()),
        "set businessAccountId to the WhatsApp Business Account ID of the API set-up page, and give the \
         token's system user access to it",
    )
}

fn subscription(reply: &CallReport, app_id: Option<&str>) -> Option<Finding> {
    let mut count = 0;
    for app in entries(reply) {
        count += 1;
        let id = text(app, "/whatsapp_business_api_data/id");
        if app_id.is_none_or(|own| own == id) {
            return None;
        }
    }
    let message = match count {
        0 => "no app is subscribed to the account's notifications: none arrives",
        _ => "another app is subscribed to the account's notifications, the token's app is not",
    };
    Some(Finding::error(
        "not_subscribed",
        message,
        "run subscribeWebhooks",
    ))
}
