//! Events about the account and what belongs to it. Members: the reference page of each webhook field
//! and the pages about Flows and call settings, read 2026-11.

use super::members::{CHANGE, FIELD, ORIGIN, VALUE, event, list, number, object, text};
use crate::descriptor::{Event, Field};

pub(super) const ACCOUNT_CHANGED: Event = event!(
    "account_changed",
    "Account changed",
    "The account or its settings changed: shared with a partner, restricted, deleted, …",
    [
        FIELD,
        VALUE.always(),
        text(
            "value.event",
            "Event",
            "What changed, e.g. PARTNER_ADDED or ACCOUNT_VIOLATION."
        ),
        text(
            "value.messaging_product",
            "Product",
            "whatsapp, of settings."
        ),
        text(
            "value.country",
            "Country",
            "The country of the business, where it changed."
        ),
        object(
            "value.waba_info",
            "Account",
            "The account, and who owns it."
        ),
        text("value.waba_info.waba_id", "Account ID", "The account's id."),
        text(
            "value.waba_info.owner_business_id",
            "Owner",
            "The portfolio that owns it."
        ),
        text(
            "value.waba_info.ad_account_linked",
            "Ad Account",
            "The ad account."
        ),
        text(
            "value.waba_info.partner_app_id",
            "Partner App",
            "The partner's app."
        ),
        text(
            "value.waba_info.solution_id",
            "Solution",
            "The multi-partner solution."
        ),
        list(
            "value.waba_info.solution_partner_business_ids",
            "Partners",
            "Its partners."
        ),
        object("value.violation_info", "Violation", "What was violated."),
        text(
            "value.violation_info.violation_type",
            "Violation Type",
            "e.g. ADULT or SPAM."
        ),
        object("value.ban_info", "Ban", "Whether the account is banned."),
        text(
            "value.ban_info.waba_ban_state",
            "Ban State",
            "e.g. SCHEDULE_FOR_DISABLE."
        ),
        text(
            "value.ban_info.waba_ban_date",
            "Ban Date",
            "When it is banned."
        ),
        list(
            "value.restriction_info",
            "Restrictions",
            "What the account may not do."
        ),
        text(
            "value.restriction_info[0].restriction_type",
            "Restriction",
            "What it may not do."
        ),
        text(
            "value.restriction_info[0].expiration",
            "Expiration",
            "When it ends."
        ),
        object(
            "value.auth_international_rate_eligibility",
            "International Rate",
            "Whether authentication messages have the international rate.",
        ),
        object(
            "value.volume_tier_info",
            "Volume Tier",
            "The tier of the volume's price."
        ),
        object(
            "value.disconnection_info",
            "Disconnection",
            "Why a partner was removed."
        ),
        object(
            "value.partner_client_certification_info",
            "Verification",
            "How the verification by a partner went.",
        ),
        text(
            "value.type",
            "Settings Type",
            "Of settings: PHONE_NUMBER_SETTINGS."
        ),
        text(
            "value.timestamp",
            "Settings Timestamp",
            "Of settings: when they changed."
        ),
        object(
            "value.phone_number_settings",
            "Phone Number Settings",
            "The new settings."
        ),
        text(
            "value.phone_number_settings.phone_number_id",
            "Settings Phone Number ID",
            "The number whose settings changed.",
        ),
        object(
            "value.phone_number_settings.calling",
            "Calling Settings",
            "The settings of calls.",
        ),
        text(
            "value.phone_number_settings.calling.status",
            "Calling",
            "ENABLED or DISABLED."
        ),
        text(
            "value.phone_number_settings.calling.call_icon_visibility",
            "Call Icon",
            "DEFAULT or DISABLE_ALL."
        ),
        text(
            "value.phone_number_settings.calling.callback_permission_status",
            "Callback Permission",
            "ENABLED or DISABLED."
        ),
        CHANGE,
    ]
);

pub(super) const ACCOUNT_ALERT: Event = event!(
    "account_alert",
    "Account alert",
    "Something about limits, the profile or the official status needs attention.",
    [
        FIELD,
        VALUE.always(),
        text(
            "value.entity_type",
            "Entity Type",
            "What it is about, e.g. BUSINESS."
        ),
        text("value.entity_id", "Entity ID", "Its id."),
        object("value.alert_info", "Alert", "The alert."),
        text(
            "value.alert_info.alert_severity",
            "Severity",
            "CRITICAL, INFORMATIONAL or WARNING."
        ),
        text("value.alert_info.alert_status", "Status", "ACTIVE or NONE."),
        text(
            "value.alert_info.alert_type",
            "Type",
            "What happened, e.g. OBA_APPROVED."
        ),
        text(
            "value.alert_info.alert_description",
            "Description",
            "The same in words."
        ),
        CHANGE,
    ]
);

pub(super) const ACCOUNT_REVIEW_CHANGED: Event = event!(
    "account_review_changed",
    "Account review changed",
    "Meta has reviewed the account.",
    [
        FIELD,
        VALUE.always(),
        text(
            "value.decision",
            "Decision",
            "APPROVED, REJECTED, PENDING or DEFERRED."
        ),
        CHANGE,
    ]
);

pub(super) const CAPABILITY_CHANGED: Event = event!(
    "capability_changed",
    "Capability changed",
    "How much the account or the business portfolio may do changed.",
    [
        FIELD,
        VALUE.always(),
        number(
            "value.max_daily_conversation_per_phone",
            "Limit of a Number",
            "The messaging limit; -1 for none. Older versions only.",
        ),
        text(
            "value.max_daily_conversations_per_business",
            "Limit of the Business",
            "The messaging limit of the business portfolio.",
        ),
        number(
            "value.max_phone_numbers_per_business",
            "Numbers of the Business",
            "How many numbers the portfolio may have.",
        ),
        number(
            "value.max_phone_numbers_per_waba",
            "Numbers of the Account",
            "How many numbers the account may have.",
        ),
        CHANGE,
    ]
);

pub(super) const FLOW_CHANGED: Event = event!(
    "flow_changed",
    "Flow changed",
    "The status of a Flow changed, or its endpoint or clients have trouble.",
    [
        FIELD,
        VALUE.always(),
        text(
            "value.event",
            "Event",
            "e.g. FLOW_STATUS_CHANGE or ENDPOINT_ERROR_RATE."
        ),
        text("value.message", "Message", "What happened, in words."),
        text("value.flow_id", "Flow ID", "The Flow's id."),
        text("value.old_status", "Old Status", "The status before."),
        text("value.new_status", "New Status", "The status now."),
        text(
            "value.alert_state",
            "Alert State",
            "ACTIVATED or DEACTIVATED."
        ),
        Field::number(
            "value.threshold",
            "Threshold",
            "What is too much or too little."
        ),
        Field::number(
            "value.error_rate",
            "Error Rate",
            "The share of errors, in percent."
        ),
        Field::number("value.p50_latency", "Median Latency", "In milliseconds."),
        Field::number("value.p90_latency", "90 % Latency", "In milliseconds."),
        number(
            "value.requests_count",
            "Requests",
            "How many requests were counted."
        ),
        Field::number(
            "value.availability",
            "Availability",
            "The share of answers, in percent."
        ),
        list("value.errors", "Errors", "The kinds of errors."),
        text("value.errors[0].error_type", "Error Type", "e.g. TIMEOUT."),
        Field::number(
            "value.errors[0].error_rate",
            "Share of the Error",
            "In percent."
        ),
        number(
            "value.errors[0].error_count",
            "Error Count",
            "How many there were."
        ),
        CHANGE,
    ]
);

pub(super) const PAYMENT_CONFIGURATION_CHANGED: Event = event!(
    "payment_configuration_changed",
    "Payment configuration changed",
    "The status of a payment configuration (India, Brazil) changed.",
    [
        FIELD,
        VALUE.always(),
        text(
            "value.configuration_name",
            "Configuration",
            "The configuration's name."
        ),
        text(
            "value.provider_name",
            "Provider",
            "The payment gateway, e.g. razorpay."
        ),
        text(
            "value.provider_mid",
            "Merchant Account",
            "The account at the gateway."
        ),
        text(
            "value.status",
            "Status",
            "Active, Needs Connecting or Needs Testing."
        ),
        number(
            "value.created_timestamp",
            "Created At",
            "When it was created."
        ),
        number(
            "value.updated_timestamp",
            "Updated At",
            "When it was updated."
        ),
        CHANGE,
    ]
);

pub(super) const PARTNER_SOLUTION_CHANGED: Event = event!(
    "partner_solution_changed",
    "Partner solution changed",
    "A multi-partner solution was created or changed.",
    [
        FIELD,
        VALUE.always(),
        text(
            "value.event",
            "Event",
            "SOLUTION_CREATED or SOLUTION_UPDATED."
        ),
        text("value.solution_id", "Solution ID", "The solution's id."),
        text(
            "value.solution_status",
            "Solution Status",
            "Its status, e.g. INITIATED."
        ),
        CHANGE,
    ]
);
