//! The same for commands about the number, the account and its templates.

use serde_json::json;

use super::cases::{Case, case, long, many};

/// Limits that Meta may change.
pub(super) fn soft() -> Vec<Case> {
    vec![
        case(
            "getAnalytics",
            "/end",
            1_729_000_000.into(),
            "\"end\" is more than 366 days after start",
        ),
        case(
            "getAnalytics",
            "/granularity",
            "DAY".into(),
            "\"granularity\" must be one of: HALF_HOUR, DAILY, MONTHLY",
        ),
        case(
            "compareTemplates",
            "/end",
            1_697_408_001.into(),
            "\"end\" must be 7, 30, 60 or 90 days after start",
        ),
        case(
            "upsertTemplates",
            "/category",
            "UTILITY".into(),
            "\"category\" must be one of: AUTHENTICATION",
        ),
        case(
            "sendMessageText",
            "/category",
            "marketing".into(),
            "\"category\" must be one of: utility, authentication",
        ),
        case(
            "createQrCode",
            "/prefilledMessage",
            long(141),
            "\"prefilledMessage\" has 141 characters; the maximum is 140",
        ),
        case(
            "requestDisplayName",
            "/displayName",
            long(76),
            "\"displayName\" has 76 characters; the maximum is 75",
        ),
        case(
            "setConversationalComponents",
            "/prompts",
            many(5, |n| n.to_string().into()),
            "\"prompts\" has 5 elements; the maximum is 4",
        ),
        case(
            "setConversationalComponents",
            "/commands/0/command_name",
            long(33),
            "\"commands[0].command_name\" has 33 characters; the maximum is 32",
        ),
        case(
            "setUsername",
            "/username",
            "shop!".into(),
            "\"username\" must be letters, digits, periods and underscores",
        ),
        case(
            "syncBusinessApp",
            "/syncType",
            "contacts".into(),
            "\"syncType\" must be one of: smb_app_state_sync, history",
        ),
    ]
}

/// What no change of Meta's would make right.
#[expect(clippy::too_many_lines, reason = "a list")]
pub(super) fn hard() -> Vec<Case> {
    vec![
        case(
            "archiveTemplates",
            "/templateIds",
            json!([]),
            "\"templateIds\" must not be empty",
        ),
        case(
            "unarchiveTemplates",
            "/templateIds/0",
            "1,2".into(),
            "\"templateIds[0]\" must be letters, digits, hyphens and underscores",
        ),
        case(
            "uploadMedia",
            "/ttlMinutes",
            0.into(),
            "\"ttlMinutes\" must be",
        ),
        case(
            "uploadFile",
            "/mimeType",
            "image".into(),
            "\"mimeType\" must be a media type",
        ),
        case(
            "getAnalytics",
            "/kind",
            "everything".into(),
            "\"kind\" must be one of: messaging, conversation, pricing, template, call",
        ),
        case(
            "getAnalytics",
            "/start",
            1_699_920_000.into(),
            "\"end\" must be after start",
        ),
        case(
            "getAnalytics",
            "/countryCodes/0",
            "DE).end(0".into(),
            "\"countryCodes[0]\" must be letters, digits, spaces, hyphens and underscores",
        ),
        case(
            "getAnalytics",
            "/templateIds",
            json!(["1"]),
            "\"templateIds\" is not for \"kind\" pricing",
        ),
        case(
            "sendMessageText",
            "/timeToLiveSeconds",
            600.into(),
            "\"category\" is missing; \"timeToLiveSeconds\" needs it",
        ),
        case(
            "sendMessageButtons",
            "/templateName",
            "on_its_way".into(),
            "\"category\" is missing; \"templateName\" needs it",
        ),
        case(
            "sendMessageTemplate",
            "/bidSpec",
            json!({ "per_message_bid_multiplier": 1.5 }),
            "\"bidSpec\" needs \"marketing\": true beside it",
        ),
        case(
            "createTemplate",
            "/optimizationSpec",
            87_000.into(),
            "\"optimizationSpec\" must be an object, not a number",
        ),
        case(
            "unpauseTemplate",
            "/templateId",
            "1/2".into(),
            "\"templateId\" must be letters, digits, hyphens and underscores",
        ),
        case(
            "migrateTemplates",
            "/sourceAccountId",
            "".into(),
            "\"sourceAccountId\" must not be empty",
        ),
        case(
            "listLibraryTemplates",
            "/limit",
            0.into(),
            "\"limit\" must be a whole number from 1 to 1000",
        ),
        case(
            "createQrCode",
            "/imageFormat",
            "GIF".into(),
            "\"imageFormat\" must be one of: PNG, SVG",
        ),
        case(
            "getQrCode",
            "/qrCodeId",
            "A/../B".into(),
            "\"qrCodeId\" must be letters, digits, hyphens and underscores",
        ),
        case(
            "setTwoStepPin",
            "/pin",
            "12345x".into(),
            "\"pin\" must be digits only",
        ),
        case(
            "setPhoneNumberWebhook",
            "/callbackUrl",
            "shop.example".into(),
            "\"callbackUrl\" must begin with https:// or http://",
        ),
        case(
            "deleteContactBookEntry",
            "/userId",
            "US.ENT.1".into(),
            "\"userId\" must be two capital letters, a period",
        ),
        case(
            "updatePhoneNumberSettings",
            "/settings",
            "calling".into(),
            "\"settings\" must be an object, not a string",
        ),
    ]
}
