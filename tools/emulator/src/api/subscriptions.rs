//! The app's subscription to the account's webhooks.

use serde_json::{Map, Value, json};

use super::fields::NodeType;
use super::{Call, Reply, paging};
use crate::account::Account;
use crate::account::subscriptions::Subscription;
use crate::graph_error::GraphError;
use crate::node::Node;
use crate::notify::sample;

const NODE: NodeType = NodeType {
    name: "WhatsAppBusinessAccountSubscribedApp",
    default: &["whatsapp_business_api_data", "override_callback_uri"],
    more: &[],
};

/// `GET /{business account id}/subscribed_apps`.
pub(crate) fn list(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    NODE.asked(call)?;
    let mut data = Vec::new();
    if account.subscription.subscribed {
        let subscribed = account.subscription.app.clone();
        let (id, name) = subscribed.unwrap_or_else(|| app_of_token(account));
        let mut app = json!({"whatsapp_business_api_data": {
            "id": id,
            "name": name,
            "link": format!("https://www.facebook.com/games/?app_id={id}"),
        }});
        if let Some(uri) = &account.subscription.override_callback_uri
            && let Some(members) = app.as_object_mut()
        {
            members.insert("override_callback_uri".to_owned(), json!(uri));
        }
        data.push(NODE.shown(call, app.as_object().unwrap_or(&Map::new()))?);
    }
    let total = data.len();
    let mut body = paging::page(call, data)?;
    // There is at most one app, and Meta shows no cursors here.
    if let (Some(members), 0..=1) = (body.as_object_mut(), total) {
        members.remove("paging");
    }
    Ok(Reply::json(&body).of("subscription_list"))
}

/// The id and the name of the app that the token is of.
fn app_of_token(account: &Account) -> (String, String) {
    let token = &account.details.token;
    let member = |name: &str| token.get(name).and_then(Value::as_str).unwrap_or_default();
    (
        member("app_id").to_owned(),
        member("application").to_owned(),
    )
}

/// `POST /{business account id}/subscribed_apps`, with another URL or without. The URL is taken
/// without the handshake that Meta performs first.
pub(crate) fn subscribe(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["override_callback_uri", "verify_token"])?;
    let uri = match (root.get("override_callback_uri"), root.get("verify_token")) {
        (Some(uri), Some(token)) => {
            token.text(1, 1024)?;
            Some(uri.web_address()?.to_owned())
        }
        (Some(_), None) => return Err(GraphError::required("verify_token")),
        (None, Some(_)) => return Err(GraphError::required("override_callback_uri")),
        (None, None) => None,
    };
    account.subscription = Subscription {
        subscribed: true,
        app: Some(app_of_token(account)),
        override_callback_uri: uri,
        callback_of_number: account.subscription.callback_of_number.take(),
    };
    Ok(Reply::success().of("subscribe"))
}

/// `GET /{app id}/subscriptions`: Meta answers only a token of the app itself.
pub(crate) fn of_app(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let details = &account.details;
    if details.token.get("type") != Some(&json!("APP")) {
        let why = "This method must be called with an app access_token.";
        return Err(GraphError::of_code(15).message(why));
    }
    let known = || {
        sample::all()
            .keys()
            .map(|name| json!(name))
            .chain([json!("messages")])
            .collect()
    };
    let fields = details
        .webhook
        .get("fields")
        .and_then(Value::as_array)
        .cloned();
    let fields: Vec<Value> = fields.unwrap_or_else(known);
    let fields: Vec<Value> = fields
        .iter()
        .map(|name| json!({"name": name, "version": "v27.0"}))
        .collect();
    let webhook = json!({
        "object": "whatsapp_business_account",
        "callback_url": call.state.config.webhook_url,
        "active": details.webhook.get("active").unwrap_or(&Value::Bool(true)),
        "fields": fields,
    });
    Ok(Reply::json(&json!({"data": [webhook]})).of("webhook_fields"))
}

/// `DELETE /{business account id}/subscribed_apps`.
#[expect(clippy::unnecessary_wraps, reason = "all endpoints have one signature")]
pub(crate) fn unsubscribe(_: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    account.subscription = Subscription {
        subscribed: false,
        app: None,
        override_callback_uri: None,
        callback_of_number: None,
    };
    Ok(Reply::success().of("unsubscribe"))
}
