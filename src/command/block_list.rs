//! What blocking and unblocking share (D/block-users, read 2026-08).

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::{Value, json};

use super::request::{self, CUSTOMER};
use crate::cloud_api::CallReport;
use crate::descriptor::Field;
use crate::error::{Error, Kind};
use crate::json::ObjectText;
use crate::phone_number::canonical;
use crate::rows::{Item, Members};

/// Whom it is about.
pub(super) const PHONE_NUMBERS: Field = Field::array(
    "phoneNumbers",
    "Phone numbers",
    "1 to 1000 phone numbers or business-scoped user ids.",
)
.required()
.items(
    1,
    1000,
    &Field::text_item()
        .length(1, 256)
        .most_may_change()
        .check(&CUSTOMER),
);
/// For whom it worked.
pub(super) const USERS: Field = Field::array(
    "users",
    "",
    "For whom it worked: Meta's objects with input and wa_id.",
);
/// For whom it did not.
pub(super) const FAILED_USERS: Field = Field::array(
    "failedUsers",
    "",
    "For whom it did not work: Meta's objects with input, wa_id and errors.",
);

/// Meta's body for the request's list, which stands there under the name `list`.
pub(super) fn users(members: &Members<'_>, list: &str) -> ObjectText {
    let users = asked_for(members).map(|customer| {
        let name = if request::is_business_scoped_id(&customer) {
            "user_id"
        } else {
            "user"
        };
        ObjectText::new().text(name, &customer)
    });
    ObjectText::new()
        .text("messaging_product", "whatsapp")
        .objects(list, users)
}

/// Whom the request is about, each as it is sent to Meta.
fn asked_for<'m>(members: &'m Members<'_>) -> impl Iterator<Item = Cow<'m, str>> {
    let given = members.list("phoneNumbers").iter().filter_map(Item::text);
    given.map(|given| request::stripped(Cow::Borrowed(given)).0)
}

/// Compares the requested users with those in the response, in the list `done` and among the failed ones.
/// A user whom the response does not name does not count as done.
pub(super) fn check(request: &Members<'_>, reply: &mut CallReport, done: &str, verb: &str) {
    if reply.failure().is_some() {
        return;
    }
    let Some(Value::Object(lists)) = reply.json.as_mut().and_then(|it| it.get_mut("block_users"))
    else {
        return;
    };
    let is_done = names_in(lists.get(done));
    let has_failed = names_in(lists.get("failed_users"));
    let asked: Vec<Cow<'_, str>> = asked_for(request).collect();
    let (mut succeeded, mut unnamed) = (0_usize, Vec::new());
    for name in &asked {
        let known = canonical(name);
        if has_failed.contains(known.as_ref()) {
            continue;
        }
        if is_done.contains(known.as_ref()) {
            succeeded += 1;
        } else {
            unnamed.push(name);
        }
    }
    // What stands in the list and was not asked for, or failed, is no success either.
    if let Some(Value::Array(users)) = lists.get_mut(done) {
        let wanted: HashSet<String> = asked
            .iter()
            .map(|name| canonical(name).into_owned())
            .collect();
        users.retain(|user| {
            let mut names = names_of(user).map(canonical).peekable();
            names.peek().is_some()
                && names.all(|name| !has_failed.contains(name.as_ref()))
                && names_of(user).any(|name| wanted.contains(canonical(name).as_ref()))
        });
    }
    if unnamed.len() == asked.len() {
        reply.fail_unproven(&format!("for any of the numbers that it was {verb}"));
        return;
    }
    if !unnamed.is_empty() {
        let entry = |name: &&Cow<'_, str>| {
            let told = format!("Meta's answer does not say that this one was {verb}");
            json!({ "input": name, "errors": [{ "message": told }] })
        };
        let failed = lists.entry("failed_users").or_insert_with(|| json!([]));
        if let Value::Array(failed) = failed {
            failed.extend(unnamed.iter().map(entry));
        } else {
            *failed = unnamed.iter().map(entry).collect();
        }
        reply.warnings.push(format!(
            "Meta's answer does not say that {} of the {} numbers were {verb}: see failedUsers",
            unnamed.len(),
            asked.len()
        ));
    }
    if succeeded == 0 {
        let message = format!("Meta {verb} none of the numbers: failedUsers says why");
        reply.fail(&Error::new(Kind::CommandFailed, message));
    }
}

/// Whom a list of Meta's names, by every name that it gives.
fn names_in(list: Option<&Value>) -> HashSet<String> {
    let users = list.and_then(Value::as_array).into_iter().flatten();
    users
        .flat_map(names_of)
        .map(|name| canonical(name).into_owned())
        .collect()
}

fn names_of(user: &Value) -> impl Iterator<Item = &str> {
    let members = ["input", "wa_id", "user_id", "user"];
    members
        .into_iter()
        .filter_map(|name| user.get(name)?.as_str())
        .filter(|name| !name.is_empty())
}
