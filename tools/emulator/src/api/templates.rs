//! Templates: list, look up, create, edit, delete.

use serde_json::{Map, Value, json};

use super::fields::NodeType;
use super::{Call, Reply, paging, template_rules};
use crate::Template;
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::node::Node;

const NODE: NodeType = NodeType {
    name: "WhatsAppMessageTemplate",
    default: &[
        "name",
        "parameter_format",
        "components",
        "language",
        "status",
        "category",
    ],
    more: &[
        "quality_score",
        "rejected_reason",
        "previous_category",
        "sub_category",
        "correct_category",
        "library_template_name",
        "message_send_ttl_seconds",
        "cta_url_link_tracking_opted_out",
    ],
};

/// `GET /{business account id}/message_templates`.
pub(crate) fn list(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let asked = |name: &str, value: &str| {
        let query = call.query.get(name);
        query.is_none_or(|query| query.eq_ignore_ascii_case(value))
    };
    let searched = call.query.get("name_or_content").unwrap_or_default();
    let fits = |template: &&Template| {
        // A name is searched for, not compared (Meta: message templates edge).
        let name = call.query.get("name").unwrap_or_default();
        let content = json!(template.components).to_string();
        template.name.contains(name)
            && asked("status", &template.status)
            && asked("category", &template.category)
            && asked("language", &template.language)
            && (template.name.contains(searched) || content.contains(searched))
    };
    let mut shown = Vec::new();
    for template in account.templates.all().iter().filter(fits) {
        shown.push(NODE.shown(call, &members(template))?);
    }
    Ok(Reply::json(&paging::page(call, shown)?).of("template_list"))
}

/// `GET /{template id}`.
pub(crate) fn get(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let template = account
        .templates
        .find(call.object())
        .ok_or_else(|| GraphError::no_object(call.method(), call.object()))?;
    Ok(Reply::json(&NODE.shown(call, &members(template))?).of("template"))
}

/// `POST /{business account id}/message_templates`: it waits for a review that a test decides.
pub(crate) fn create(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let template = template_rules::created(&Node::new(&body, ""))?;
    let same = |it: &&Template| it.name == template.name && it.language == template.language;
    if account.templates.all().iter().any(|it| same(&it)) {
        let language = &template.language;
        return Err(GraphError::parameter("Invalid parameter")
            .message("Invalid parameter")
            .subcode(2_388_024)
            .user(
                "Content in this language already exists",
                &format!(
                    "There is already {language} content for this template. You can create a new \
                     template and try again."
                ),
            ));
    }
    let (status, category) = (template.status.clone(), template.category.clone());
    let id = account.templates.add(template, &call.state.ids);
    let body = json!({"id": id, "status": status, "category": category});
    Ok(Reply::json(&body).of("template_create"))
}

/// `POST /{template id}`.
pub(crate) fn edit(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let refused = || GraphError::no_object(call.method(), call.object());
    let template = account
        .templates
        .find_mut(call.object())
        .ok_or_else(refused)?;
    let edited = template_rules::edited(&Node::new(&body, ""), template)?;
    *template = edited;
    Ok(Reply::success().of("template_edit"))
}

/// `DELETE /{business account id}/message_templates`: all languages of a name, or one by its id.
pub(crate) fn delete(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let parameters = call.parameters()?;
    let root = Node::new(&parameters, "");
    let name = root
        .get("name")
        .ok_or_else(|| GraphError::envelope_missing("name"))?
        .scalar()?;
    let id = root.get("hsm_id").map(|id| id.scalar()).transpose()?;
    let removed = account.templates.remove(|template| {
        template.name == name && id.as_ref().is_none_or(|id| *id == template.id)
    });
    if removed == 0 {
        return Err(GraphError::parameter("Invalid parameter")
            .message("Invalid parameter")
            .subcode(2_593_002)
            .user(
                "Message Template Not Found",
                &format!("There is no message template with the name {name}."),
            ));
    }
    Ok(Reply::success().of("template_delete"))
}

fn members(template: &Template) -> Map<String, Value> {
    match serde_json::to_value(template) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}
