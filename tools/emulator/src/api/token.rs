//! Token inspection: validity and permissions.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::account::Account;
use crate::graph_error::GraphError;

/// `GET /debug_token?input_token=…`.
pub(crate) fn debug(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let token = call
        .query
        .get("input_token")
        .ok_or_else(|| GraphError::required("input_token"))?;
    if token != call.state.config.access_token {
        let error = json!({"code": 190, "message": "Invalid OAuth access token."});
        let data = json!({"error": error, "is_valid": false, "scopes": []});
        return Ok(Reply::json(&json!({"data": data})).of("debug_token"));
    }
    let mut data = account.details.token.clone();
    let scopes = data.get("scopes").and_then(Value::as_array).cloned();
    let granular = |scope: Value| {
        let account_wide = scope.as_str().is_some_and(|it| it.starts_with("whatsapp"));
        let id = &call.state.config.business_account_id;
        if account_wide {
            json!({"scope": scope, "target_ids": [id]})
        } else {
            json!({"scope": scope})
        }
    };
    let granular: Vec<Value> = scopes
        .unwrap_or_default()
        .into_iter()
        .map(granular)
        .collect();
    data.entry("granular_scopes").or_insert(json!(granular));
    Ok(Reply::json(&json!({"data": data})).of("debug_token"))
}

/// `GET /me`: the system user that the token belongs to.
#[expect(clippy::unnecessary_wraps, reason = "all endpoints have one signature")]
pub(crate) fn me(_: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let id = account.details.token.get("user_id").cloned();
    Ok(Reply::json(&json!({"id": id, "name": "Emulated System User"})).of("me"))
}
