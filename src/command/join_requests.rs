//! What approving and rejecting requests to join a group share (D/groups/reference, read 2026-11).

use super::group;
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Field;
use crate::json::array;
use crate::rows::{Item, Members};

/// Which requests it is about.
pub(super) const JOIN_REQUEST_IDS: Field = Field::array(
    "joinRequestIds",
    "Join requests",
    "The ids of the requests, as listGroupJoinRequests tells them.",
)
.required()
.items(1, 1000, &Field::text_item().length(1, 512));
/// Those that were decided.
pub(super) const DONE: Field = Field::array(
    "joinRequestIds",
    "",
    "The ids of the requests for which it worked.",
);
/// Those that were not.
pub(super) const FAILED: Field = Field::array(
    "failedJoinRequests",
    "",
    "For which it did not work: Meta's objects with join_request_id and errors.",
);

/// `call` with the requests in its body.
pub(super) fn with_requests(call: fn(String, Evidence) -> Call, members: &Members<'_>) -> Call {
    let ids = members.list("joinRequestIds").iter().map(Item::json);
    let body = group::body().raw("join_requests", &array(ids.map(str::to_owned)));
    call(group::edge(members, "join_requests"), Evidence::OfGraph).body(body)
}
