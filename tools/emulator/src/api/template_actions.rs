//! What is done with templates beside reading and writing one: several languages at once, a comparison,
//! the end of a pause, a migration (Meta: templates, 2026).

use serde_json::{Value, json};

use super::{Call, Reply, template_rules};
use crate::Template;
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// `POST /{business account id}/upsert_message_templates`: authentication templates only.
pub(crate) fn upsert(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&[
        "name",
        "languages",
        "category",
        "components",
        "message_send_ttl_seconds",
    ])?;
    root.required("category")?.word(&["AUTHENTICATION"])?;
    let mut templates = Vec::new();
    for language in root.required("languages")?.items(1, 100)? {
        let mut one = body.clone();
        if let Some(members) = one.as_object_mut() {
            members.remove("languages");
            members.insert("language".to_owned(), json!(language.string()?));
        }
        let mut template = template_rules::created(&Node::new(&one, ""))?;
        let all = account.templates.all().iter();
        let mut same =
            all.filter(|it| it.name == template.name && it.language == template.language);
        template.id = same.next().map(|it| it.id.clone()).unwrap_or_default();
        // Their texts are Meta's, so that there is nothing to review.
        "APPROVED".clone_into(&mut template.status);
        templates.push(template);
    }
    let mut written = Vec::new();
    for template in templates {
        let language = template.language.clone();
        let id = account.templates.add(template, &call.state.ids);
        written.push(json!({"id": id, "status": "APPROVED", "language": language}));
    }
    Ok(Reply::json(&json!({"data": written})).of("template_upsert"))
}

/// `GET /{template id}/compare`.
pub(crate) fn compare(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    const DAY: u64 = 24 * 60 * 60;
    let others = call.query.list("template_ids").unwrap_or_default();
    if others.is_empty() {
        return Err(GraphError::required("template_ids"));
    }
    let time = |name: &str| -> Check<u64> {
        let value = call.query.get(name);
        let value = json!(value.ok_or_else(|| GraphError::required(name))?);
        Node::new(&value, name).index()
    };
    let (start, end) = (time("start")?, time("end")?);
    let length = end.saturating_sub(start);
    if !length.is_multiple_of(DAY) || ![7, 30, 60, 90].contains(&(length / DAY)) {
        return Err(GraphError::parameter("Invalid parameter")
            .details("The timeframe must be 7, 30, 60 or 90 days"));
    }
    let mut ids = vec![call.object().to_owned()];
    for id in others {
        if account.templates.find(&id).is_none() {
            return Err(GraphError::no_object(call.method(), &id));
        }
        ids.push(id);
    }
    let values = |of: &Value| {
        let value = |id: &String| json!({"key": id, "value": of});
        ids.iter().map(value).collect::<Value>()
    };
    let data = json!([
        {"metric": "BLOCK_RATE", "type": "RELATIVE", "order_by_relative_metric": ids},
        {"metric": "MESSAGE_SENDS", "type": "NUMBER_VALUES", "number_values": values(&json!(0))},
        {"metric": "TOP_BLOCK_REASON", "type": "STRING_VALUES",
         "string_values": values(&json!("UNKNOWN_BLOCK_REASON"))},
    ]);
    Ok(Reply::json(&json!({ "data": data })).of("template_compare"))
}

/// `POST /{template id}/unpause`.
pub(crate) fn unpause(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let refused = || GraphError::no_object(call.method(), call.object());
    let template = account
        .templates
        .find_mut(call.object())
        .ok_or_else(refused)?;
    if template.status != "PAUSED" {
        let answer = json!({"success": false, "reason": "The template is not paused"});
        return Ok(Reply::json(&answer).of("template_unpause"));
    }
    "APPROVED".clone_into(&mut template.status);
    Ok(Reply::success().of("template_unpause"))
}

/// `POST /{business account id}/migrate_message_templates`: the other account has two templates, one of
/// which this one has already.
pub(crate) fn migrate(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let parameters = call.parameters()?;
    let root = Node::new(&parameters, "");
    root.only(&["source_waba_id", "page_number"])?;
    let source = root.required("source_waba_id")?.scalar()?;
    if source == call.object() || !source.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(GraphError::parameter(
            "Param source_waba_id must be another account.",
        ));
    }
    let page = root.get("page_number").map_or(Ok(0), |page| page.index())?;
    let mut migrated = Vec::new();
    if page == 0 {
        let template = Template::new("from_another_account", "en_US", 0);
        migrated.push(account.templates.add(template, &call.state.ids));
    }
    let reason = "The template exists already";
    let failed = json!([{"id": "1000000000000001", "reason": reason}]);
    let answer = json!({"migrated_templates": migrated, "failed_templates": failed});
    Ok(Reply::json(&answer).of("template_migrate"))
}

/// `POST /{business account id}/message_templates/archive`, at api.facebook.com.
pub(crate) fn archive(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    moved(
        call,
        account,
        ("APPROVED", "ARCHIVED"),
        "archived_templates",
    )
}

/// `POST /{business account id}/message_templates/unarchive`, at api.facebook.com.
pub(crate) fn unarchive(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    moved(
        call,
        account,
        ("ARCHIVED", "APPROVED"),
        "unarchived_templates",
    )
}

fn moved(
    call: &Call<'_>,
    account: &mut Account,
    (from, to): (&str, &str),
    done: &str,
) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["hsm_ids"])?;
    let ids = root.required("hsm_ids")?.string()?.to_owned();
    let (mut moved, mut failed) = (Vec::new(), serde_json::Map::new());
    for id in ids.split(',').map(str::trim) {
        match account.templates.find_mut(id) {
            Some(template) if template.status == from || template.status == to => {
                to.clone_into(&mut template.status);
                moved.push(id);
            }
            Some(template) => {
                let reason = format!("The template is {}", template.status);
                failed.insert(id.to_owned(), json!(reason));
            }
            None => drop(failed.insert(id.to_owned(), json!("There is no such template"))),
        }
    }
    let answer = json!({ done: moved, "failed_templates": failed });
    Ok(Reply::json(&answer).of("template_archive"))
}
