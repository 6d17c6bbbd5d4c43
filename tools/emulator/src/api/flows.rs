//! Flows: make, change, publish, copy and delete them (Meta: Flows API reference, 2026).

use serde_json::{Value, json};

use super::fields::NodeType;
use super::{Call, Reply, multipart, paging};
use crate::account::Account;
use crate::account::flows::Flow;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

const NODE: NodeType = NodeType {
    name: "Flow",
    default: &["name", "status", "categories", "validation_errors"],
    more: &[
        "json_version",
        "data_api_version",
        "endpoint_uri",
        "preview",
        "health_status",
        "updated_at",
        "application",
        "whatsapp_business_account",
    ],
};

const CATEGORIES: [&str; 8] = [
    "SIGN_UP",
    "SIGN_IN",
    "APPOINTMENT_BOOKING",
    "LEAD_GENERATION",
    "CONTACT_US",
    "CUSTOMER_SUPPORT",
    "SURVEY",
    "OTHER",
];
/// Names in one request to migrate.
const MOST_NAMES: usize = 100;

/// `POST /{business account id}/flows`.
pub(crate) fn create(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&[
        "name",
        "categories",
        "endpoint_uri",
        "clone_flow_id",
        "flow_json",
        "publish",
    ])?;
    let name = root.required("name")?.text(1, 200)?.to_owned();
    root.required("categories")?;
    if account.flows.has_name(&name) {
        return Err(taken(&name));
    }
    let mut flow = Flow {
        id: call.state.ids.object(),
        status: "DRAFT",
        ..Flow::default()
    };
    describe(&root, &mut flow)?;
    if let Some(source) = root.filled("clone_flow_id") {
        let source = source.scalar()?;
        let unknown = || GraphError::no_object(call.method(), &source);
        let source = account.flows.find(&source).ok_or_else(unknown)?;
        flow.json.clone_from(&source.json);
    }
    if let Some(json) = root.filled("flow_json") {
        let text = json.value().as_str();
        let json: Value = text.map_or_else(
            || json.value().clone(),
            |text| serde_json::from_str(text).unwrap_or_default(),
        );
        flow.errors = errors_of(&json);
        flow.json = Some(json);
    }
    root.optional_bool("publish")?;
    if root
        .get("publish")
        .is_some_and(|it| *it.value() == Value::Bool(true))
    {
        publishable(&flow)?;
        flow.status = "PUBLISHED";
    }
    let answer = json!({"id": flow.id, "success": true, "validation_errors": flow.errors});
    account.flows.all.push(flow);
    Ok(Reply::json(&answer).of("flow_create"))
}

/// `GET /{business account id}/flows`.
pub(crate) fn list(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    NODE.asked(call)?;
    let shown = account
        .flows
        .all
        .iter()
        .map(|flow| NODE.shown(call, &flow.members()));
    let shown: Vec<Value> = shown.collect::<Result<_, _>>()?;
    Ok(Reply::json(&paging::page(call, shown)?).of("flow_list"))
}

/// `GET /{flow id}`.
pub(crate) fn get(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let members = named(call, account)?.members();
    Ok(Reply::json(&NODE.shown(call, &members)?).of("flow"))
}

/// `POST /{flow id}`.
pub(crate) fn update(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["name", "categories", "endpoint_uri", "application_id"])?;
    let name = root.filled("name").map(|name| name.string()).transpose()?;
    let own = named(call, account)?.name.clone();
    if let Some(name) = name.filter(|name| *name != own && account.flows.has_name(name)) {
        return Err(taken(name));
    }
    describe(&root, named(call, account)?)?;
    Ok(Reply::success().of("flow_update"))
}

/// `POST /{flow id}/assets`, as a form.
pub(crate) fn upload(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let parts = multipart::parts(call)?;
    let part = |name: &str| {
        let part = parts.iter().find(|part| part.name == name);
        part.ok_or_else(|| GraphError::required(name))
    };
    for (name, value) in [("name", "flow.json"), ("asset_type", "FLOW_JSON")] {
        if part(name)?.bytes != value.as_bytes() {
            return Err(GraphError::parameter(&format!(
                "Param {name} must be {value}."
            )));
        }
    }
    let file = part("file")?;
    if file.file_name.is_none() {
        return Err(GraphError::parameter("Param file must be a file."));
    }
    let json = serde_json::from_slice(&file.bytes).unwrap_or_default();
    let flow = named(call, account)?;
    if flow.status != "DRAFT" {
        return Err(GraphError::of_code(139_001).details("Only a draft can be changed"));
    }
    flow.errors = errors_of(&json);
    flow.json = Some(json);
    let answer = json!({"success": true, "validation_errors": flow.errors});
    Ok(Reply::json(&answer).of("flow_json"))
}

/// `GET /{flow id}/assets`.
pub(crate) fn assets(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let flow = named(call, account)?;
    let url = format!("https://mmg.whatsapp.net/flows/{}", flow.id);
    let asset = json!({"name": "flow.json", "asset_type": "FLOW_JSON", "download_url": url});
    let all = flow.json.iter().map(|_| asset.clone()).collect();
    Ok(Reply::json(&paging::page(call, all)?).of("flow_assets"))
}

/// `POST /{flow id}/publish`.
pub(crate) fn publish(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let flow = named(call, account)?;
    publishable(flow)?;
    flow.status = "PUBLISHED";
    Ok(Reply::success().of("flow_publish"))
}

/// `POST /{flow id}/deprecate`.
pub(crate) fn deprecate(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let flow = named(call, account)?;
    if flow.status != "PUBLISHED" {
        return Err(GraphError::of_code(139_003).details("Only a published Flow can be deprecated"));
    }
    flow.status = "DEPRECATED";
    Ok(Reply::success().of("flow_deprecate"))
}

/// `DELETE /{flow id}`.
pub(crate) fn delete(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let flow = named(call, account)?;
    if flow.status != "DRAFT" {
        return Err(GraphError::of_code(139_004).details("Only a draft can be deleted"));
    }
    let id = flow.id.clone();
    account.flows.all.retain(|flow| flow.id != id);
    Ok(Reply::success().of("flow_delete"))
}

/// `POST /{business account id}/migrate_flows`.
pub(crate) fn migrate(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["source_waba_id", "source_flow_names"])?;
    let source = root.required("source_waba_id")?.scalar()?;
    let flows = &mut account.flows;
    let names: Vec<String> = if let Some(names) = root.get("source_flow_names") {
        let names = names.items(1, MOST_NAMES)?;
        let text = |name: &Node<'_>| Ok(name.text(1, 200)?.to_owned());
        names.iter().map(text).collect::<Check<_>>()?
    } else {
        let all = flows.foreign.iter();
        let of_source = all.filter(|(account, _)| *account == source);
        of_source.map(|(_, name)| name.clone()).collect()
    };
    let (mut migrated, mut failed) = (Vec::new(), Vec::new());
    for name in names {
        let problem = if !flows.foreign.contains(&(source.clone(), name.clone())) {
            "Flow name not found in source WABA."
        } else if flows.has_name(&name) {
            "Flow with the same name exists in destination WABA."
        } else {
            let (from, id) = (call.state.ids.object(), call.state.ids.object());
            migrated.push(json!({"source_name": name, "source_id": from, "migrated_id": id}));
            let categories = json!(["OTHER"]);
            flows.all.push(Flow {
                id,
                name,
                categories,
                status: "DRAFT",
                ..Flow::default()
            });
            continue;
        };
        let message = format!("Flows Migration Error: {problem}");
        failed.push(json!({
            "source_name": name, "error_code": "4233041", "error_message": message,
        }));
    }
    let answer = json!({"migrated_flows": migrated, "failed_flows": failed});
    Ok(Reply::json(&answer).of("flow_migrate"))
}

/// `GET /{phone number id}/whatsapp_business_encryption`.
#[expect(clippy::unnecessary_wraps, reason = "all endpoints have one signature")]
pub(crate) fn key(_: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let shown = |key: &String| json!({"business_public_key": key, "business_public_key_signature_status": "VALID"});
    let data: Vec<Value> = account.flows.public_key.iter().map(shown).collect();
    Ok(Reply::json(&json!({"data": data})).of("flow_key"))
}

/// `POST /{phone number id}/whatsapp_business_encryption`.
pub(crate) fn set_key(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["business_public_key"])?;
    let key = root.required("business_public_key")?.text(1, 8192)?;
    let is_pem = key.starts_with("-----BEGIN PUBLIC KEY-----")
        && key.trim_end().ends_with("-----END PUBLIC KEY-----");
    if !is_pem {
        return Err(GraphError::parameter(
            "Param business_public_key must be a 2048-bit RSA public key in PEM format.",
        ));
    }
    account.flows.public_key = Some(key.to_owned());
    Ok(Reply::success().of("flow_key_set"))
}

fn named<'a>(call: &Call<'_>, account: &'a mut Account) -> Result<&'a mut Flow, GraphError> {
    let unknown = || GraphError::no_object(call.method(), call.object());
    account.flows.find_mut(call.object()).ok_or_else(unknown)
}

/// Takes over what the request says about the Flow itself.
fn describe(root: &Node<'_>, flow: &mut Flow) -> Check {
    root.optional_text("name", 1, 200)?;
    if let Some(categories) = root.get("categories") {
        for category in categories.items(1, CATEGORIES.len())? {
            category.word(&CATEGORIES)?;
        }
        flow.categories = categories.value().clone();
    }
    if let Some(address) = root.filled("endpoint_uri") {
        flow.endpoint_uri = Some(address.web_address()?.to_owned());
    }
    if let Some(name) = root.filled("name") {
        name.string()?.clone_into(&mut flow.name);
    }
    Ok(())
}

fn taken(name: &str) -> GraphError {
    GraphError::parameter("Invalid parameter").user(
        "Flow name already exists",
        &format!("The account has a Flow with the name {name} already."),
    )
}

fn publishable(flow: &Flow) -> Check {
    let problem = if flow.status != "DRAFT" {
        "Only a draft can be published"
    } else if flow.json.is_none() || !flow.errors.is_empty() {
        "The Flow JSON is missing or has errors"
    } else {
        return Ok(());
    };
    Err(GraphError::of_code(139_002).details(problem))
}

/// The first things that are wrong with Flow JSON; the rest of its schema is not looked at.
fn errors_of(json: &Value) -> Vec<Value> {
    let error = |message: &str| {
        json!({
            "error": "INVALID_PROPERTY_VALUE", "error_type": "FLOW_JSON_ERROR", "message": message,
            "line_start": 1, "line_end": 1, "column_start": 1, "column_end": 1,
        })
    };
    let mut errors = Vec::new();
    if !json.get("version").is_some_and(Value::is_string) {
        errors.push(error("The property 'version' is missing."));
    }
    let screens = json.get("screens").and_then(Value::as_array);
    if screens.is_none_or(Vec::is_empty) {
        errors.push(error("The property 'screens' must have a screen."));
    }
    errors
}
