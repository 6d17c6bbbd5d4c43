//! Events about business phone numbers. Members: the reference page of each webhook field, read 2026-11;
//! those about usernames from D/business-scoped-user-ids (2026-05).

use super::members::{CHANGE, FIELD, ORIGIN, VALUE, event, text};
use crate::descriptor::{Event, Field};

const DISPLAY: Field = text(
    "value.display_phone_number",
    "Phone Number",
    "The number, as people write it.",
);

pub(super) const PHONE_NUMBER_QUALITY_CHANGED: Event = event!(
    "phone_number_quality_changed",
    "Phone number quality changed",
    "The throughput or the messaging limit of a number changed.",
    [
        FIELD,
        VALUE.always(),
        DISPLAY,
        text(
            "value.event",
            "Event",
            "What changed, e.g. THROUGHPUT_UPGRADE or ONBOARDING."
        ),
        text(
            "value.old_limit",
            "Old Limit",
            "The messaging limit before, e.g. TIER_2K."
        ),
        text(
            "value.current_limit",
            "Current Limit",
            "The messaging limit, e.g. TIER_10K."
        ),
        text(
            "value.max_daily_conversations_per_business",
            "Limit of the Business",
            "The messaging limit of the business portfolio.",
        ),
        CHANGE,
    ]
);

pub(super) const PHONE_NUMBER_NAME_CHANGED: Event = event!(
    "phone_number_name_changed",
    "Phone number name changed",
    "Meta has decided on the display name of a number.",
    [
        FIELD,
        VALUE.always(),
        DISPLAY,
        text(
            "value.decision",
            "Decision",
            "APPROVED, REJECTED or DEFERRED."
        ),
        text(
            "value.requested_verified_name",
            "Name",
            "The name that was asked for."
        ),
        text(
            "value.rejection_reason",
            "Rejection Reason",
            "Why it was rejected, or null."
        ),
        CHANGE,
    ]
);

pub(super) const SECURITY_CHANGED: Event = event!(
    "security_changed",
    "Security changed",
    "The two-step verification of a number changed, or somebody asked for that.",
    [
        FIELD,
        VALUE.always(),
        DISPLAY,
        text(
            "value.event",
            "Event",
            "PIN_CHANGED, PIN_RESET_REQUEST or PIN_REQUEST_SUCCESS."
        ),
        text(
            "value.requester",
            "Requester",
            "The user who asked, by Meta's id."
        ),
        CHANGE,
    ]
);

pub(super) const USERNAME_CHANGED: Event = event!(
    "username_changed",
    "Username changed",
    "The username of a number was approved, reserved or deleted.",
    [
        FIELD,
        VALUE.always(),
        DISPLAY,
        text("value.username", "Username", "The username."),
        text("value.status", "Status", "approved, reserved or deleted."),
        CHANGE,
    ]
);
