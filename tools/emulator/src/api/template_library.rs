//! Meta's library of templates: two of them, in Meta's shape (Meta: template library, 2026).

use serde_json::{Value, json};

use super::{Call, Reply, paging};
use crate::account::Account;
use crate::graph_error::GraphError;

/// Parameters, and the members that they are compared with.
const FILTERS: [(&str, &str); 5] = [
    ("name", "name"),
    ("language", "language"),
    ("topic", "topic"),
    ("usecase", "usecase"),
    ("industry", "industry"),
];

/// `GET /message_template_library`.
pub(crate) fn list(call: &Call<'_>, _: &mut Account) -> Result<Reply, GraphError> {
    let known = ["search", "limit", "after", "before"];
    let is_filter = |name: &str| FILTERS.iter().any(|(filter, _)| *filter == name);
    for (name, _) in call.query.pairs() {
        if !known.contains(&name) && !is_filter(name) {
            return Err(GraphError::parameter(&format!(
                "Unexpected key \"{name}\"."
            )));
        }
    }
    let found = library()
        .into_iter()
        .filter(|template| fits(call, template));
    let page = paging::page(call, found.collect())?;
    Ok(Reply::json(&page).of("template_library"))
}

fn fits(call: &Call<'_>, template: &Value) -> bool {
    let searched = call.query.get("search").unwrap_or_default().to_lowercase();
    let says = |member: &str| {
        let text = template.get(member).and_then(Value::as_str);
        text.is_some_and(|text| text.to_lowercase().contains(&searched))
    };
    let among = |(parameter, member): &(&str, &str)| {
        let Some(asked) = call.query.get(parameter) else {
            return true;
        };
        match template.get(member) {
            Some(Value::Array(words)) => words.contains(&json!(asked)),
            word => word == Some(&json!(asked)),
        }
    };
    (says("name") || says("body")) && FILTERS.iter().all(among)
}

fn library() -> Vec<Value> {
    let template = |id: &str, name: &str, usecase: &str, body: &str| {
        json!({
            "id": id,
            "name": name,
            "language": "en_US",
            "category": "UTILITY",
            "topic": "ORDER_MANAGEMENT",
            "usecase": usecase,
            "industry": ["E_COMMERCE"],
            "header": "Your order",
            "body": body,
            "body_params": ["12345"],
            "body_param_types": ["TEXT"],
            "buttons": [{"type": "URL", "text": "View", "url": "https://www.example.com/"}],
        })
    };
    vec![
        template(
            "7147013345418927",
            "delivery_update_1",
            "DELIVERY_UPDATE",
            "Your order {{1}} is on its way.",
        ),
        template(
            "7147013345418928",
            "order_confirmation_1",
            "ORDER_CONFIRMATION",
            "We have received your order {{1}}.",
        ),
    ]
}
