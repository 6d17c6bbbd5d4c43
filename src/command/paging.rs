//! Lists that come page by page.

use serde_json::Value;

use super::call;
use crate::cloud_api::Call;
use crate::descriptor::Field;
use crate::rows::Members;

/// How long a page is.
pub(super) const LIMIT: Field = Field::integer(
    "limit",
    "Page size",
    "Entries of one page at most; Meta's own number if absent.",
)
.value(1, 1000);
/// Where it begins.
pub(super) const AFTER: Field = Field::string(
    "after",
    "After",
    "The after of the page before this one; the first page if absent.",
)
.length(1, 1024);
/// Where the next one begins.
pub(super) const NEXT: Field = Field::string(
    "after",
    "",
    "What the next page's request takes as after; empty on the last page.",
);

/// The call for one page, as the request's members say.
pub(super) fn pages(members: &Members<'_>, call: Call) -> Call {
    call.maybe_query(
        "limit",
        members.integer("limit").map(|limit| limit.to_string()),
    )
    .maybe_query("after", members.maybe_text("after").map(str::to_owned))
}

/// The page's entries under `name`, and where the next page begins.
pub(super) fn page(name: &'static str, answer: &Value) -> call::Taken {
    page_at(name, "/data", answer)
}

/// The same for a list that stands elsewhere in the answer.
pub(super) fn page_at(name: &'static str, pointer: &str, answer: &Value) -> call::Taken {
    let mut members = call::pick(answer, &[(name, pointer)]);
    if next(answer).is_some() {
        members.extend(call::pick(answer, &[("after", AFTER_POINTER)]));
    }
    members
}

const AFTER_POINTER: &str = "/paging/cursors/after";

/// Where the next page begins, if there is one.
pub(super) fn next(answer: &Value) -> Option<&str> {
    // Meta gives a cursor behind the last entry as well; only `next` says that more follows.
    answer.pointer("/paging/next")?;
    answer.pointer(AFTER_POINTER)?.as_str()
}
