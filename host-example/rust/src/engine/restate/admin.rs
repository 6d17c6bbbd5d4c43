//! The server's admin port: which runs are open, which of them are stuck, and how one is ended so that its
//! customer goes on.

use std::time::Duration;

use reqwest::{Client, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is not ended, of all that a run consists of.
const OPEN: &str =
    "target_service_name IN ('Run', 'Customer', 'Message', 'Schedule') AND status <> 'completed'";
/// What does not go on by itself: stopped, or failed again and again.
const STUCK: &str = "(status = 'paused' OR (status <> 'suspended' AND retry_count > 4 AND last_failure IS NOT NULL))";
/// What an id may consist of, so that it is safe within a query and a URL.
const ID: &str = "inv_";

/// The server's admin port.
#[derive(Debug, Clone)]
pub(crate) struct Admin {
    client: Client,
    url: String,
}

/// How many runs have not ended.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Counts {
    pub(super) open: i64,
    pub(super) stuck: i64,
    /// Begun more than a week ago.
    pub(super) old: i64,
}

/// An invocation that has not ended.
#[derive(Debug, Deserialize)]
pub(crate) struct Open {
    pub(crate) id: String,
    #[serde(rename = "target_service_name")]
    pub(crate) service: String,
    #[serde(rename = "target_handler_name")]
    pub(crate) handler: String,
    pub(crate) status: String,
    pub(crate) created_at: String,
    pub(crate) retry_count: Option<u64>,
    pub(crate) last_failure: Option<String>,
}

#[derive(Deserialize)]
struct Rows<T> {
    rows: Vec<T>,
}

impl Admin {
    /// Of the server at `url`.
    ///
    /// # Errors
    /// The HTTP client could not be made.
    pub(crate) fn new(url: &str) -> Result<Self, String> {
        let client = Client::builder().no_proxy().timeout(PATIENCE).build();
        Ok(Self {
            client: client.map_err(|error| error.to_string())?,
            url: url.trim_end_matches('/').to_owned(),
        })
    }

    /// How many runs have not ended.
    ///
    /// # Errors
    /// The server did not tell.
    pub(super) async fn counts(&self) -> Result<Counts, String> {
        let old = "created_at < now() - INTERVAL '7 days'";
        let count =
            |of: &str, name: &str| format!("COUNT(CASE WHEN {of} THEN 1 END) AS \"{name}\"");
        let run = "target_service_name = 'Run'";
        let columns = [
            count(run, "open"),
            count(STUCK, "stuck"),
            count(&format!("{run} AND {old}"), "old"),
        ];
        let columns = columns.join(", ");
        let sql = format!("SELECT {columns} FROM sys_invocation WHERE {OPEN}");
        Ok(self.query(&sql).await?.pop().unwrap_or_default())
    }

    /// What has not ended, the oldest first: runs, or all that is stuck.
    ///
    /// # Errors
    /// The server did not tell.
    pub(crate) async fn open(&self, only_stuck: bool, limit: u32) -> Result<Vec<Open>, String> {
        let which = if only_stuck {
            STUCK
        } else {
            "target_service_name = 'Run'"
        };
        self.invocations(&format!(
            "{OPEN} AND {which} ORDER BY created_at LIMIT {limit}"
        ))
        .await
    }

    /// An invocation that has not ended.
    ///
    /// # Errors
    /// There is none, or the server did not tell.
    pub(crate) async fn find(&self, id: &str) -> Result<Open, String> {
        let digits = id.strip_prefix(ID).unwrap_or_default();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(format!("{id} is no id of an invocation, such as inv_1bcd…"));
        }
        let mut found = self.invocations(&format!("{OPEN} AND id = '{id}'")).await?;
        let none = || format!("no run or event that has not ended has the id {id}");
        found.pop().ok_or_else(none)
    }

    async fn invocations(&self, which: &str) -> Result<Vec<Open>, String> {
        let columns = "id, target_service_name, target_handler_name, status, created_at, retry_count, last_failure";
        self.query(&format!(
            "SELECT {columns} FROM sys_invocation WHERE {which}"
        ))
        .await
    }

    /// Ends an invocation where it stands.
    ///
    /// # Errors
    /// The server did not do it.
    pub(crate) async fn kill(&self, id: &str) -> Result<(), String> {
        self.ask(Method::PATCH, &format!("invocations/{id}/kill"), None)
            .await
            .map(drop)
    }

    async fn query<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, String> {
        let body = json!({"query": sql}).to_string();
        let answer = self.ask(Method::POST, "query", Some(body)).await?;
        let rows: Rows<T> = serde_json::from_slice(&answer).map_err(|error| self.wrong(&error))?;
        Ok(rows.rows)
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<Vec<u8>, String> {
        let request = self
            .client
            .request(method, format!("{}/{path}", self.url))
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .body(body.unwrap_or_default());
        let answer = request
            .send()
            .await
            .map_err(|error| self.wrong(&error.without_url()))?;
        let (status, body) = (answer.status(), answer.bytes().await);
        let body = body.map_err(|error| self.wrong(&error.without_url()))?;
        if status.is_success() {
            return Ok(body.to_vec());
        }
        let (url, why) = (&self.url, String::from_utf8_lossy(&body));
        Err(format!(
            "the Restate server's admin port at {url}: {status} {why}"
        ))
    }

    fn wrong(&self, error: &dyn std::error::Error) -> String {
        format!(
            "the Restate server's admin port at {} ([restate] admin): {error}",
            self.url
        )
    }
}
