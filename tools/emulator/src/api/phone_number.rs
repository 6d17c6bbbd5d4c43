//! The phone number and the business account: their fields, and the list of numbers.

use serde_json::{Map, Value, json};

use super::fields::{Edge, NodeType};
use super::{Call, Reply, analytics, block_users, paging, profile, subscriptions, templates};
use crate::account::Account;
use crate::graph_error::GraphError;

const PHONE_NUMBER: NodeType = NodeType {
    name: "WhatsAppBusinessPhoneNumber",
    default: &[
        "verified_name",
        "code_verification_status",
        "display_phone_number",
        "quality_rating",
        "platform_type",
        "throughput",
        "last_onboarded_time",
        "webhook_configuration",
    ],
    more: &[
        "name_status",
        "new_name_status",
        "new_display_name",
        "status",
        "account_mode",
        "host_platform",
        "messaging_limit_tier",
        "whatsapp_business_manager_messaging_limit",
        "quality_score",
        "country_code",
        "country_dial_code",
        "is_official_business_account",
        "is_on_biz_app",
        "is_pin_enabled",
        "is_preverified_number",
        "search_visibility",
        "health_status",
        "certificate",
        "new_certificate",
        "conversational_automation",
        "username",
        "unified_cert_status",
        "eligibility_for_api_business_global_search",
    ],
};

const BUSINESS_ACCOUNT: NodeType = NodeType {
    name: "WhatsAppBusinessAccount",
    default: &[
        "name",
        "currency",
        "timezone_id",
        "message_template_namespace",
    ],
    more: &[
        "country",
        "account_review_status",
        "business_verification_status",
        "ownership_type",
        "status",
        "health_status",
        "marketing_messages_onboarding_status",
        "marketing_messages_lite_api_status",
        "on_behalf_of_business_info",
        "owner_business_info",
        "primary_funding_id",
        "is_enabled_for_insights",
        "disable_marketing_messages_on_cloud_api",
        "is_shared_with_partners",
        "auth_international_rate_eligibility",
        "purchase_order_number",
        "creation_time",
    ],
};

/// `GET /{phone number id}`.
pub(crate) fn get(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let members = members(call, account);
    let edges: &[Edge] = &[
        ("block_users", block_users::list),
        ("whatsapp_business_profile", profile::get),
    ];
    let shown = PHONE_NUMBER.with_edges(call, &members, edges, account)?;
    Ok(Reply::json(&shown).of("phone_number"))
}

/// `GET /{business account id}/phone_numbers`.
pub(crate) fn list(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let shown = PHONE_NUMBER.shown(call, &members(call, account))?;
    Ok(Reply::json(&paging::page(call, vec![shown])?).of("phone_number_list"))
}

/// `GET /{business account id}`.
pub(crate) fn business_account(
    call: &Call<'_>,
    account: &mut Account,
) -> Result<Reply, GraphError> {
    let mut members = account.details.business_account.clone();
    let health = account.details.health_status(false);
    members.insert("health_status".to_owned(), health);
    let edges: &[Edge] = &[
        ("analytics", analytics::messaging),
        ("conversation_analytics", analytics::conversation),
        ("pricing_analytics", analytics::pricing),
        ("call_analytics", analytics::call),
        ("message_templates", templates::list),
        ("phone_numbers", list),
        ("subscribed_apps", subscriptions::list),
    ];
    let shown = BUSINESS_ACCOUNT.with_edges(call, &members, edges, account)?;
    Ok(Reply::json(&shown).of("business_account"))
}

fn members(call: &Call<'_>, account: &Account) -> Map<String, Value> {
    let mut members = account.details.phone_number.clone();
    let webhooks = [
        ("application", call.state.app_webhook_url()),
        (
            "whatsapp_business_account",
            account.subscription.override_callback_uri.clone(),
        ),
        (
            "phone_number",
            account.subscription.callback_of_number.clone(),
        ),
    ];
    let set = webhooks
        .into_iter()
        .filter_map(|(name, url)| Some((name.to_owned(), json!(url?))));
    let configuration: Map<String, Value> = set.collect();
    if !configuration.is_empty() {
        members.insert("webhook_configuration".to_owned(), json!(configuration));
    }
    if let Some(username) = &account.number.username {
        members.insert("username".to_owned(), json!(username));
    }
    members.insert(
        "health_status".to_owned(),
        account.details.health_status(true),
    );
    if !account.registration.is_registered() {
        members.insert("status".to_owned(), json!("DISCONNECTED"));
        members.insert("platform_type".to_owned(), json!("NOT_APPLICABLE"));
    }
    members
}
