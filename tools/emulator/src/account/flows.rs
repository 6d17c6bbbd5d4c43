//! The Flows of the account, and the key that they encrypt with.

use serde_json::{Map, Value, json};

/// One Flow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flow {
    pub(crate) id: String,
    pub(crate) name: String,
    /// `DRAFT`, `PUBLISHED` or `DEPRECATED`.
    pub(crate) status: &'static str,
    pub(crate) categories: Value,
    pub(crate) endpoint_uri: Option<String>,
    pub(crate) json: Option<Value>,
    pub(crate) errors: Vec<Value>,
}

impl Flow {
    /// What `fields` can ask for.
    pub(crate) fn members(&self) -> Map<String, Value> {
        let json = self.json.as_ref();
        let of_json = |name: &str| json.and_then(|json| json.get(name)).cloned();
        let preview = format!(
            "https://business.facebook.com/wa/manage/flows/{}/preview/",
            self.id
        );
        let members = json!({
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "categories": self.categories,
            "validation_errors": self.errors,
            "json_version": of_json("version"),
            "data_api_version": of_json("data_api_version"),
            "endpoint_uri": self.endpoint_uri,
            "preview": {"preview_url": preview, "expires_at": "2023-12-14T22:13:20+0000"},
            "health_status": {"can_send_message": "AVAILABLE"},
            "updated_at": "2023-11-14T22:13:20+0000",
        });
        let mut members = members.as_object().cloned().unwrap_or_default();
        members.retain(|_, value| !value.is_null());
        members
    }
}

/// All Flows, in the order in which they were made, and the key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flows {
    pub(crate) all: Vec<Flow>,
    /// Names of Flows of other accounts, with the accounts.
    pub(crate) foreign: Vec<(String, String)>,
    /// The public key of the phone number, in PEM.
    pub(crate) public_key: Option<String>,
}

impl Flows {
    pub(crate) fn find(&self, id: &str) -> Option<&Flow> {
        self.all.iter().find(|flow| flow.id == id)
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Option<&mut Flow> {
        self.all.iter_mut().find(|flow| flow.id == id)
    }

    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.all.iter().any(|flow| flow.name == name)
    }
}
