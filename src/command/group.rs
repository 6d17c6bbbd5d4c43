//! What the commands about groups share (D/groups/reference; OpenAPI v23.0, pywa 4.5.0, read 2026-11).

use serde_json::Value;

use super::call;
use super::request::NODE_ID;
use crate::descriptor::Field;
use crate::json::ObjectText;
use crate::rows::{Members, Words};

/// Which group it is.
pub(super) const GROUP_ID: Field = Field::string(
    "groupId",
    "Group id",
    "The id of the group, as group events and listGroups tell it.",
)
.required()
.length(1, 256)
.pattern(&NODE_ID);
/// What the group is called.
pub(super) const SUBJECT: Field = Field::string("subject", "Subject", "The name of the group.")
    .length(1, 128)
    .most_may_change();
/// What the group is about.
pub(super) const DESCRIPTION: Field =
    Field::string("description", "Description", "What the group is about.")
        .length(1, 2048)
        .most_may_change();
/// Whether somebody decides who joins.
pub(super) const JOIN_APPROVAL_MODE: Field = Field::string(
    "joinApprovalMode",
    "Join approval",
    "auto_approve, or approval_required: whoever opens the invite link then asks to join.",
)
.length(1, 64)
.words(&Words::known(&["auto_approve", "approval_required"]));
/// What Meta does later says whose request it was.
pub(super) const REQUEST_ID: Field = Field::string(
    "requestId",
    "",
    "The id of this request, which the event about its result carries; empty if Meta gave none.",
);
/// How people join.
pub(super) const INVITE_LINK: Field =
    Field::string("inviteLink", "", "The link by which people join the group.");

/// An edge of the group that the request is about.
pub(super) fn edge(members: &Members<'_>, edge: &str) -> String {
    format!("{}/{edge}", members.text("groupId"))
}

/// The body that every change of a group has.
pub(super) fn body() -> ObjectText {
    ObjectText::new().text("messaging_product", "whatsapp")
}

/// Takes `requestId`.
pub(super) fn request_id(answer: &Value) -> call::Taken {
    call::pick(answer, &[("requestId", "/request_id")])
}

/// Takes `inviteLink`.
pub(super) fn invite_link(answer: &Value) -> call::Taken {
    call::pick(answer, &[("inviteLink", "/invite_link")])
}
