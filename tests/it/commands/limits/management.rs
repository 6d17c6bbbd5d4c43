//! The same of commands about groups, threads, calls and payments.

use serde_json::{Value, json};

use super::cases::{Case, case, long, many};

/// Limits that Meta may change.
#[expect(clippy::too_many_lines, reason = "a list")]
pub(super) fn soft() -> Vec<Case> {
    let number = |n: usize| Value::from(format!("+1650555{n:04}"));
    vec![
        case(
            "updateFlow",
            "/flowName",
            long(201),
            "\"flowName\" has 201 characters; the maximum is 200",
        ),
        case(
            "updateFlow",
            "/categories/0",
            "GAMES".into(),
            "\"categories[0]\" must be one of: SIGN_UP",
        ),
        case(
            "createGroup",
            "/subject",
            long(129),
            "\"subject\" has 129 characters; the maximum is 128",
        ),
        case(
            "createGroup",
            "/description",
            long(2049),
            "\"description\" has 2049 characters; the maximum is 2048",
        ),
        case(
            "createGroup",
            "/joinApprovalMode",
            "ask".into(),
            "\"joinApprovalMode\" must be one of: auto_approve, approval_required",
        ),
        case(
            "updateGroup",
            "/subject",
            long(129),
            "\"subject\" has 129 characters; the maximum is 128",
        ),
        case(
            "removeGroupParticipants",
            "/phoneNumbers",
            many(9, number),
            "\"phoneNumbers\" has 9 elements; the maximum is 8",
        ),
        case(
            "approveGroupJoinRequests",
            "/joinRequestIds",
            many(1001, |n| n.to_string().into()),
            "\"joinRequestIds\" has 1001 elements; the maximum is 1000",
        ),
        case(
            "rejectGroupJoinRequests",
            "/joinRequestIds",
            many(1001, |n| n.to_string().into()),
            "\"joinRequestIds\" has 1001 elements; the maximum is 1000",
        ),
        case(
            "passThread",
            "/targetRole",
            "boss".into(),
            "\"targetRole\" must be one of: ai_agent",
        ),
        case(
            "passThread",
            "/metadata",
            long(2001),
            "\"metadata\" has 2001 characters; the maximum is 2000",
        ),
        case(
            "releaseThread",
            "/metadata",
            long(2001),
            "\"metadata\" has 2001 characters; the maximum is 2000",
        ),
        case(
            "takeThread",
            "/metadata",
            long(2001),
            "\"metadata\" has 2001 characters; the maximum is 2000",
        ),
        case(
            "startCall",
            "/sdp",
            long(65_537),
            "\"sdp\" has 65537 characters; the maximum is 65536",
        ),
        case(
            "acceptCall",
            "/sdp",
            long(65_537),
            "\"sdp\" has 65537 characters; the maximum is 65536",
        ),
        case(
            "preAcceptCall",
            "/sdp",
            long(65_537),
            "\"sdp\" has 65537 characters; the maximum is 65536",
        ),
        case(
            "sendMessageContactRequest",
            "/message",
            long(1025),
            "\"message\" has 1025 characters; the maximum is 1024",
        ),
        case(
            "sendMessageCallPermissionRequest",
            "/message",
            long(1025),
            "\"message\" has 1025 characters; the maximum is 1024",
        ),
        case(
            "sendMessageOrderDetails",
            "/order/reference_id",
            long(36),
            "\"order.reference_id\" has 36 characters; the maximum is 35",
        ),
        case(
            "sendMessageOrderStatus",
            "/orderStatus",
            "lost".into(),
            "\"orderStatus\" must be one of: pending",
        ),
        case(
            "sendMessageOrderStatus",
            "/description",
            long(121),
            "\"description\" has 121 characters; the maximum is 120",
        ),
    ]
}

/// Those that no change of Meta's makes right.
#[expect(clippy::too_many_lines, reason = "a list")]
pub(super) fn hard() -> Vec<Case> {
    let mut cases = vec![
        case(
            "createFlow",
            "/cloneFlowId",
            "1".into(),
            "\"cloneFlowId\" and \"flowJson\" exclude each other",
        ),
        case(
            "createFlow",
            "/flowJson",
            Value::Null,
            "\"flowJson\" is missing; \"publish\" needs it",
        ),
        case(
            "createFlow",
            "/endpointUrl",
            "ftp://x".into(),
            "\"endpointUrl\" must begin with https://",
        ),
        case(
            "uploadFlowJson",
            "/flowJson",
            "{}".into(),
            "\"flowJson\" must be an object, not a string",
        ),
        case(
            "listFlows",
            "/limit",
            1001.into(),
            "\"limit\" must be a whole number from 1",
        ),
        case(
            "migrateFlows",
            "/sourceBusinessAccountId",
            "1/2".into(),
            "\"sourceBusinessAccountId\" must be letters, digits",
        ),
        case(
            "setFlowPublicKey",
            "/publicKey",
            "-----BEGIN PRIVATE KEY-----".into(),
            "\"publicKey\" must be a public key in PEM",
        ),
        case(
            "createGroup",
            "/subject",
            "".into(),
            "\"subject\" must not be empty",
        ),
        case(
            "updateGroup",
            "/subject",
            Value::Null,
            "give at least one of: subject, description, file",
        ),
        case(
            "approveGroupJoinRequests",
            "/joinRequestIds",
            json!([]),
            "\"joinRequestIds\" must not be empty",
        ),
        case(
            "rejectGroupJoinRequests",
            "/joinRequestIds",
            json!([""]),
            "\"joinRequestIds[0]\"",
        ),
        case(
            "removeGroupParticipants",
            "/phoneNumbers",
            json!([]),
            "\"phoneNumbers\" must not be empty",
        ),
        case(
            "listGroups",
            "/limit",
            0.into(),
            "\"limit\" must be a whole number from 1",
        ),
        case(
            "listGroupJoinRequests",
            "/limit",
            0.into(),
            "\"limit\" must be a whole number from 1",
        ),
        case(
            "passThread",
            "/phoneNumber",
            "\n".into(),
            "\"phoneNumber\" contains a control character",
        ),
        case(
            "takeThread",
            "/phoneNumber",
            Value::Null,
            "\"phoneNumber\" is missing",
        ),
        case(
            "releaseThread",
            "/phoneNumber",
            "tel:".into(),
            "\"phoneNumber\" contains nothing visible",
        ),
        case(
            "getCallPermissions",
            "/phoneNumber",
            "".into(),
            "\"phoneNumber\" must not be empty",
        ),
        case(
            "startCall",
            "/callbackData",
            long(513),
            "\"callbackData\" has 513 characters; the maximum is 512",
        ),
        case("acceptCall", "/sdp", Value::Null, "\"sdp\" is missing"),
        case(
            "sendMessageOrderDetails",
            "/order/currency",
            "rupee".into(),
            "\"order.currency\" has 5 characters; the maximum is 3",
        ),
        case(
            "sendMessageOrderDetails",
            "/order/order",
            Value::Null,
            "\"order.order\" is missing",
        ),
        case(
            "sendMessageOrderStatus",
            "/referenceId",
            Value::Null,
            "\"referenceId\" is missing",
        ),
        case(
            "pinMessage",
            "/expirationDays",
            31.into(),
            "\"expirationDays\" must be a whole number from 1 to 30",
        ),
        case(
            "pinMessage",
            "/messageId",
            Value::Null,
            "\"messageId\" is missing",
        ),
        case(
            "callGraph",
            "/path",
            "".into(),
            "\"path\" must not be empty",
        ),
    ];
    for command in [
        "getGroup",
        "deleteGroup",
        "getGroupInviteLink",
        "resetGroupInviteLink",
        "unpinMessage",
    ] {
        cases.push(case(
            command,
            "/groupId",
            "1/2".into(),
            "\"groupId\" must be letters, digits",
        ));
    }
    for command in ["preAcceptCall", "rejectCall", "terminateCall"] {
        cases.push(case(
            command,
            "/callId",
            long(513),
            "\"callId\" has 513 characters; the maximum is 512",
        ));
    }
    for command in [
        "publishFlow",
        "deprecateFlow",
        "deleteFlow",
        "getFlow",
        "getFlowAssets",
        "updateFlow",
    ] {
        cases.push(case(
            command,
            "/flowId",
            "..".into(),
            "\"flowId\" must be letters, digits",
        ));
    }
    cases
}
