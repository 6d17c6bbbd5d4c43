//! The title and the HTTP status of each Graph code (Meta's table of error codes, May 2026).

/// HTTP status and title of a code.
pub(crate) fn title_of(code: u32) -> (u16, &'static str) {
    platform(code)
        .or_else(|| whatsapp(code))
        .or_else(|| groups_and_calls(code))
        .or_else(|| management(code))
        .unwrap_or((400, "Error"))
}

/// Codes that every Graph API has.
fn platform(code: u32) -> Option<(u16, &'static str)> {
    let row = match code {
        0 => (401, "AuthException"),
        1 => (400, "API Unknown"),
        2 => (503, "API Service"),
        3 => (500, "API Method"),
        4 => (400, "API Too Many Calls"),
        10 => (403, "Permission Denied"),
        33 => (400, "Parameter value is not valid"),
        102 => (401, "API Session"),
        341 => (400, "Application limit reached"),
        613 => (400, "Calls to this API have exceeded the rate limit"),
        803 => (404, "Some of the aliases you requested do not exist"),
        100 => (400, "Invalid parameter"),
        190 => (401, "Access token has expired"),
        200..=299 => (403, "API Permission"),
        368 => (403, "Temporarily blocked for policies violations"),
        2500 => (400, "Unknown path components"),
        80_007 => (400, "Rate limit issues"),
        80_008 => (400, "There have been too many calls to this account"),
        _ => return None,
    };
    Some(row)
}

/// Codes of the WhatsApp Business Platform.
fn whatsapp(code: u32) -> Option<(u16, &'static str)> {
    let row = match code {
        130_403 => (403, "User is blocked by this business"),
        130_429 => (400, "Rate limit hit"),
        130_472 => (400, "User's number is part of an experiment"),
        130_497 => (
            403,
            "Business account is restricted from messaging users in this country",
        ),
        131_000 => (500, "Something went wrong"),
        131_005 => (403, "Access denied"),
        131_008 => (400, "Required parameter is missing"),
        131_009 => (400, "Parameter value is not valid"),
        131_016 => (500, "Service unavailable"),
        131_021 => (400, "Recipient cannot be sender"),
        131_026 => (400, "Message undeliverable"),
        131_030 => (400, "Recipient phone number not in allowed list"),
        131_031 => (403, "Account has been locked"),
        131_037 => (400, "Display name approval is needed"),
        131_042 | 131_044 => (400, "Business eligibility payment issue"),
        131_045 => (500, "Incorrect certificate"),
        131_047 => (400, "Re-engagement message"),
        131_048 => (400, "Spam rate limit hit"),
        131_049 => (400, "Message not delivered to keep the ecosystem healthy"),
        131_050 => (400, "User has stopped marketing messages"),
        131_051 => (400, "Unsupported message type"),
        131_052 => (400, "Media download error"),
        131_053 => (400, "Media upload error"),
        131_055 => (400, "Method not allowed"),
        131_056 => (400, "Pair rate limit hit"),
        131_057 => (500, "Account in maintenance mode"),
        131_061 => (400, "Bid is not allowed for this message"),
        131_062 => (
            400,
            "Business-scoped user id is not supported for this message",
        ),
        131_063 => (400, "Marketing templates are disabled for Cloud API"),
        131_064 => (400, "Messaging limit reached"),
        131_065 => (400, "Bid is too low"),
        131_070 => (400, "Thread is owned by another app"),
        132_000 => (
            400,
            "Number of parameters does not match the expected number of params",
        ),
        132_001 => (404, "Template name does not exist in the translation"),
        132_005 => (400, "Hydrated text too long"),
        132_007 => (400, "Format character policy violated"),
        132_012 => (
            400,
            "Parameter format does not match format in the created template",
        ),
        132_018 => (400, "There’s an issue with the parameters in your template"),
        132_015 => (400, "Template is paused"),
        132_016 => (400, "Template is disabled"),
        133_000 => (500, "Incomplete deregistration"),
        133_004 => (503, "Server temporarily unavailable"),
        133_005 => (400, "Two step verification PIN Mismatch"),
        133_006 => (400, "Phone number re-verification needed"),
        133_008 => (400, "Too Many two step verification PIN Guesses"),
        133_009 => (400, "Two step verification PIN Guessed Too Fast"),
        133_015 => (
            400,
            "Please wait a few minutes before attempting to register this phone number",
        ),
        133_010 => (400, "Phone number not registered"),
        133_016 => (400, "Registration limit exceeded"),
        136_024 => (400, "Request code error"),
        136_025 => (400, "Verify code error"),
        139_100 => (400, "Failed to block/unblock some users"),
        139_101 => (400, "Blocklist limit reached"),
        139_102 => (400, "Blocklist concurrent update"),
        139_103 => (500, "Internal error while updating the blocklist"),
        135_000 => (400, "Generic user error"),
        137_000 => (400, "Recipient identity key hash mismatch"),
        _ => return None,
    };
    Some(row)
}

/// Codes about groups and calls.
fn groups_and_calls(code: u32) -> Option<(u16, &'static str)> {
    let row = match code {
        131_020 => (400, "Group is not valid"),
        131_041 => (400, "Group is unknown"),
        131_059 => (400, "Cursor is not valid"),
        131_201 => (400, "Request has partially succeeded"),
        131_202 => (400, "Duplicate participant"),
        131_204 => (400, "Group participant limit reached"),
        131_207 => (400, "Group is suspended"),
        131_208 => (429, "Group rate limit hit"),
        131_209 => (400, "Aspect ratio of the profile picture is not valid"),
        131_210 => (400, "Profile picture is too small"),
        131_211 => (400, "Group creation limit reached"),
        131_212 => (400, "Participant is not in the group"),
        131_213 => (400, "Join request does not exist"),
        131_214 => (400, "Group creation is temporarily disabled"),
        131_215 => (400, "Groups are not available for this phone number"),
        138_000 => (401, "Calling not enabled"),
        138_001 => (400, "Receiver uncallable"),
        138_002 => (400, "Concurrent calls limit reached"),
        138_003 => (400, "Duplicate call"),
        138_004 => (400, "Connection error"),
        138_005 => (400, "Call rate limit exceeded"),
        138_006 => (401, "No approved call permission found"),
        138_007 => (400, "Connection timeout"),
        138_009 => (400, "Call permission request limit hit"),
        138_012 => (400, "Business-initiated calls limit hit"),
        138_013 => (400, "Call permission fetch limit hit"),
        138_018 => (400, "Calling cannot be enabled"),
        138_038 => (400, "Call is not possible"),
        _ => return None,
    };
    Some(row)
}

/// Codes about marketing messages, flows, usernames and onboarding.
fn management(code: u32) -> Option<(u16, &'static str)> {
    let row = match code {
        132_008 => (400, "Parameter value is not valid"),
        132_068 => (400, "Flow is blocked"),
        132_069 => (400, "Flow is throttled"),
        134_011 => (400, "Payments terms of service have not been accepted"),
        134_100 => (400, "Only marketing messages are supported"),
        134_101 => (400, "Template is still syncing"),
        134_102 => (400, "Template is not available for use"),
        139_000 => (400, "Flow is blocked by integrity"),
        139_001 => (400, "Flow cannot be updated"),
        139_002 => (400, "Flow cannot be published"),
        139_003 => (400, "Flow cannot be deprecated"),
        139_004 => (400, "Flow cannot be deleted"),
        147_001 => (400, "Username is not available"),
        147_002 => (400, "Account is not eligible for a username"),
        147_003 => (400, "Facebook account is not linked"),
        147_004 => (400, "Instagram account is not linked"),
        147_005 => (400, "Username must be transferred"),
        1_752_041 => (400, "Duplicate onboarding request"),
        2_494_191 => (400, "Only an escalation partner can take a thread"),
        _ => return None,
    };
    Some(row)
}
