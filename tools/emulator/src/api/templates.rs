//! Templates: list, look up, create, edit, delete.

use serde_json::{Map, Value, json};

use super::fields::NodeType;
use super::{Call, Reply, paging, template_rules};
use crate::Template;
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

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
        "degrees_of_freedom_spec",
        "bid_spec",
        "optimization_spec",
        "display_format",
        "is_primary_device_delivery_only",
        "last_updated_time",
        "health_status",
        "rejection_info",
    ],
};

const STATUSES: [&str; 12] = [
    "APPROVED",
    "ARCHIVED",
    "DELETED",
    "DISABLED",
    "FLAGGED",
    "IN_APPEAL",
    "LIMIT_EXCEEDED",
    "LOCKED",
    "PAUSED",
    "PENDING",
    "PENDING_DELETION",
    "REJECTED",
];

const QUALITIES: [&str; 4] = ["GREEN", "RED", "UNKNOWN", "YELLOW"];

/// Maximum number of templates of a business account.
const MOST: usize = 6000;

/// The filter of a template list, from the query.
struct Filters {
    status: Option<Vec<String>>,
    category: Option<Vec<String>>,
    quality: Option<Vec<String>>,
    language: Option<Vec<String>>,
    name: String,
    content: String,
    name_or_content: String,
}

impl Filters {
    /// Those of the query; Graph refuses a word that none of its lists has.
    fn of(call: &Call<'_>) -> Result<Self, GraphError> {
        let text = |name: &str| call.query.get(name).unwrap_or_default().to_owned();
        Ok(Self {
            status: words(call, "status", &STATUSES)?,
            category: words(call, "category", &template_rules::CATEGORIES)?,
            quality: words(call, "quality_score", &QUALITIES)?,
            language: call.query.list("language"),
            name: text("name"),
            content: text("content"),
            name_or_content: text("name_or_content"),
        })
    }

    /// A name and a content are searched for, not compared (Meta: message templates edge).
    fn fit(&self, template: &Template) -> bool {
        let among = |asked: &Option<Vec<String>>, value: &str| {
            let mut asked = asked.iter().flatten().peekable();
            asked.peek().is_none() || asked.any(|word| word.eq_ignore_ascii_case(value))
        };
        let says = |searched: &str| {
            let mut components = template.components.iter();
            searched.is_empty() || components.any(|component| has_text(component, searched))
        };
        let either = template.name.contains(&self.name_or_content) || says(&self.name_or_content);
        among(&self.status, &template.status)
            && among(&self.category, &template.category)
            && among(&self.quality, template.quality())
            && among(&self.language, &template.language)
            && template.name.contains(&self.name)
            && says(&self.content)
            && either
    }
}

/// The words of a filter, each one of these.
fn words(
    call: &Call<'_>,
    name: &str,
    known: &[&'static str],
) -> Result<Option<Vec<String>>, GraphError> {
    let words = call.query.list(name);
    for (index, word) in words.iter().flatten().enumerate() {
        let value = json!(word);
        Node::new(&value, &format!("{name}[{index}]")).word_of_any_case(known)?;
    }
    Ok(words)
}

/// Whether one of the texts that people see has this in it.
fn has_text(component: &Value, searched: &str) -> bool {
    match component {
        Value::Array(items) => items.iter().any(|item| has_text(item, searched)),
        Value::Object(members) => members.iter().any(|(name, member)| match member {
            Value::String(text) => name == "text" && text.contains(searched),
            _ => name != "example" && has_text(member, searched),
        }),
        _ => false,
    }
}

/// `GET /{business account id}/message_templates`.
pub(crate) fn list(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    NODE.asked(call)?;
    let filters = Filters::of(call)?;
    let all = account.templates.all();
    let mut shown = Vec::new();
    for template in all.iter().filter(|template| filters.fit(template)) {
        shown.push(NODE.shown(call, &members(template))?);
    }
    let mut known = Map::new();
    known.insert("message_template_count".to_owned(), json!(all.len()));
    known.insert("message_template_limit".to_owned(), json!(MOST));
    known.insert("are_translations_complete".to_owned(), json!(true));
    Ok(Reply::json(&paging::page_with(call, shown, &known)?).of("template_list"))
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
    if let Some(ids) = root.get("hsm_ids") {
        root.only(&["hsm_ids"])?;
        let ids = ids.items(1, 100)?;
        let ids = ids
            .iter()
            .map(Node::scalar)
            .collect::<Check<Vec<String>>>()?;
        if let Some(id) = ids.iter().find(|id| account.templates.find(id).is_none()) {
            return Err(GraphError::no_object(call.method(), id));
        }
        account
            .templates
            .remove(|template| ids.contains(&template.id));
        return Ok(Reply::success().of("template_delete"));
    }
    let name = root.required("name")?.scalar()?;
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
    let mut members = match serde_json::to_value(template) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    members
        .entry("quality_score")
        .or_insert_with(|| json!({"score": template.quality(), "date": 1_700_000_000}));
    let features = members
        .get_mut("degrees_of_freedom_spec")
        .and_then(|spec| spec.get_mut("creative_features_spec"));
    // Graph is given a map and shows a list of its entries.
    if let Some(features) = features
        && let Some(map) = features.as_object()
    {
        let entry = |(key, value): (&String, &Value)| json!({"key": key, "value": value});
        *features = map.iter().map(entry).collect();
    }
    members
}
