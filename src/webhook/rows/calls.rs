//! Events about calls and groups. Members: D/calling/reference, D/calling/business-initiated-calls,
//! D/groups/webhooks and D/business-scoped-user-ids, read 2026-11.

use super::members::{
    CONTACT_ID, CONTACT_NAME, CONTACT_PARENT_USER_ID, CONTACT_PROFILE, CONTACT_USER_ID,
    CONTACT_USERNAME, CONTACTS, ORIGIN, event, list, number, object, text,
};
use crate::descriptor::Event;

pub(super) const CALL: Event = event!(
    "call",
    "Call",
    "A call began, ended, rang, was accepted or rejected, or its recording or transcript is \
     there. A customer's answer to a request for permission to call is a customer_message.",
    [
        CONTACTS,
        CONTACT_ID,
        CONTACT_PROFILE,
        CONTACT_NAME,
        CONTACT_USERNAME,
        CONTACT_USER_ID,
        CONTACT_PARENT_USER_ID,
        list(
            "calls",
            "Calls",
            "The call, as Meta sent it; absent where statuses is there."
        ),
        text("calls[0].id", "Call ID", "The call's id."),
        text(
            "calls[0].event",
            "Call Event",
            "What happened, e.g. connect or terminate."
        ),
        text(
            "calls[0].direction",
            "Direction",
            "USER_INITIATED or BUSINESS_INITIATED."
        ),
        text("calls[0].from", "From", "The number of the caller."),
        text(
            "calls[0].from_user_id",
            "From User ID",
            "The caller's business-scoped user id."
        ),
        text(
            "calls[0].from_parent_user_id",
            "From Parent User ID",
            "The user id that belongs to the parent portfolio."
        ),
        text("calls[0].to", "To", "The number that was called."),
        text(
            "calls[0].to_user_id",
            "To User ID",
            "Its owner's business-scoped user id."
        ),
        text(
            "calls[0].to_parent_user_id",
            "To Parent User ID",
            "The same of who was called."
        ),
        text(
            "calls[0].timestamp",
            "Timestamp",
            "When it happened, in unix seconds."
        ),
        text(
            "calls[0].status",
            "Call Status",
            "How it ended: COMPLETED or FAILED."
        ),
        text("calls[0].start_time", "Start Time", "When the call began."),
        text("calls[0].end_time", "End Time", "When it ended."),
        number(
            "calls[0].duration",
            "Duration",
            "How long it was, in seconds."
        ),
        object(
            "calls[0].session",
            "Session",
            "The description of its media."
        ),
        text("calls[0].session.sdp_type", "SDP Type", "offer or answer."),
        text(
            "calls[0].session.sdp",
            "SDP",
            "The session description (RFC 8866)."
        ),
        text(
            "calls[0].biz_opaque_callback_data",
            "Callback Data",
            "What the business gave."
        ),
        list(
            "statuses",
            "Statuses",
            "The status of a call that the business began."
        ),
        text("statuses[0].id", "Status Call ID", "The call's id."),
        text("statuses[0].type", "Status Type", "call."),
        text(
            "statuses[0].status",
            "Status",
            "RINGING, ACCEPTED or REJECTED."
        ),
        text(
            "statuses[0].timestamp",
            "Status Timestamp",
            "When it happened, in unix seconds."
        ),
        text(
            "statuses[0].recipient_id",
            "Recipient ID",
            "The number that was called."
        ),
        text(
            "statuses[0].recipient_user_id",
            "Recipient User ID",
            "Its owner's user id."
        ),
        text(
            "statuses[0].recipient_parent_user_id",
            "Recipient Parent User ID",
            "The same of the recipient."
        ),
        text(
            "statuses[0].biz_opaque_callback_data",
            "Status Callback Data",
            "As of a call."
        ),
        list(
            "errors",
            "Errors",
            "Why the call ended, as Meta sent it beside the call."
        ),
        text("errors[0].code", "Error Code", "Error code."),
        text("errors[0].message", "Error Message", "What happened."),
        text(
            "errors[0].href",
            "Error Address",
            "Where Meta describes it."
        ),
        object("errors[0].error_data", "Error Data", "What Meta adds."),
        text(
            "errors[0].error_data.details",
            "Error Details",
            "Describes the error."
        ),
    ]
);

pub(super) const GROUP_CHANGED: Event = event!(
    "group_changed",
    "Group changed",
    "A group was created, deleted, suspended or changed, or somebody joined, left or wants \
     to join.",
    [
        list(
            "groups",
            "Groups",
            "What happened to the group, as Meta sent it."
        )
        .always(),
        text("groups[0].group_id", "Group ID", "The group's id."),
        text(
            "groups[0].type",
            "Type",
            "What happened, e.g. group_create."
        ),
        text(
            "groups[0].timestamp",
            "Timestamp",
            "When it happened, in unix seconds."
        ),
        text(
            "groups[0].request_id",
            "Request ID",
            "The request that asked for it."
        ),
        text(
            "groups[0].subject",
            "Subject",
            "The group's name; of settings, what became of it."
        ),
        text(
            "groups[0].description",
            "Description",
            "The same of its description."
        ),
        object(
            "groups[0].profile_picture",
            "Profile Picture",
            "The same of its picture."
        ),
        text(
            "groups[0].profile_picture.mime_type",
            "Picture Type",
            "Its media type."
        ),
        text(
            "groups[0].profile_picture.sha256",
            "Picture Hash",
            "Its hash."
        ),
        text(
            "groups[0].invite_link",
            "Invite Link",
            "The link to join it."
        ),
        text(
            "groups[0].join_approval_mode",
            "Approval Mode",
            "Whether joining needs approval."
        ),
        text("groups[0].reason", "Reason", "Why somebody joined or left."),
        text(
            "groups[0].initiated_by",
            "Initiated By",
            "business or participant."
        ),
        text(
            "groups[0].join_request_id",
            "Join Request ID",
            "The request to join."
        ),
        text("groups[0].wa_id", "WhatsApp ID", "Who wants to join."),
        list(
            "groups[0].added_participants",
            "Added Participants",
            "Who was added."
        ),
        text(
            "groups[0].added_participants[0].wa_id",
            "Added WhatsApp ID",
            "The number."
        ),
        text(
            "groups[0].added_participants[0].user_id",
            "Added User ID",
            "The user id."
        ),
        text(
            "groups[0].added_participants[0].input",
            "Added Input",
            "The number or user id as the request had it."
        ),
        list(
            "groups[0].removed_participants",
            "Removed Participants",
            "Who was removed."
        ),
        text(
            "groups[0].removed_participants[0].wa_id",
            "Removed WhatsApp ID",
            "The number."
        ),
        text(
            "groups[0].removed_participants[0].user_id",
            "Removed User ID",
            "The user id."
        ),
        text(
            "groups[0].removed_participants[0].input",
            "Removed Input",
            "The same of who was removed."
        ),
        list(
            "groups[0].failed_participants",
            "Failed Participants",
            "Who could not be removed."
        ),
        list("groups[0].errors", "Errors", "Why it failed."),
        text("groups[0].errors[0].code", "Error Code", "Error code."),
        text(
            "groups[0].errors[0].title",
            "Error Title",
            "Error code title."
        ),
    ]
);
