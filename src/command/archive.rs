//! What archiving and unarchiving of templates share (D/templates/template-archival; the host from memory,
//! the shapes from a library that follows Meta's changelog, read 2026-11).

use serde_json::Value;

use super::call;
use super::request::NODE_ID;
use super::template::moved;
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::Field;
use crate::error::Error;
use crate::json::ObjectText;
use crate::properties::Properties;
use crate::rows::{Item, Members};

/// Which templates it is about.
pub(super) const TEMPLATE_IDS: Field =
    Field::array("templateIds", "Template ids", "1 to 100 ids of templates.")
        .required()
        .items(
            1,
            100,
            &Field::text_item()
                .length(1, 256)
                .most_may_change()
                .pattern(&NODE_ID),
        );

/// The call to this edge, which lists what was done in one of these members.
pub(super) fn call(
    members: &Members<'_>,
    properties: &Properties,
    edge: &str,
    done: &'static [Evidence],
) -> Result<Call, Error> {
    let ids = members.list("templateIds").iter().filter_map(Item::text);
    let ids = ids.collect::<Vec<_>>().join(",");
    let path = call::of_account(properties, &format!("message_templates/{edge}"))?;
    let body = ObjectText::new().text("hsm_ids", &ids);
    let call = Call::post(path, body, Evidence::Any(done)).at_api_host();
    // What is archived already stays so.
    Ok(call.idempotent())
}

/// The members of the answer: what was done under `name`, and what was not.
pub(super) fn take(answer: &Value, name: &'static str, pointer: &str) -> call::Taken {
    let mut members = call::pick(answer, &[(name, pointer)]);
    members.extend(moved::failed(answer));
    members
}
