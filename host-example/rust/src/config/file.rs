//! The shape of the file. Every member is explained in `example/adapter-host.toml`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use toml::{Spanned, Value};

/// Names and values, each with its place.
pub(super) type Members = BTreeMap<Spanned<String>, Spanned<Value>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) plugins: Plugins,
    #[serde(default)]
    pub(super) store: Store,
    #[serde(default)]
    pub(super) server: Server,
    pub(super) restate: Option<Restate>,
    #[serde(default)]
    pub(super) global: Members,
    #[serde(default)]
    pub(super) instance: Vec<Spanned<Instance>>,
    #[serde(default)]
    pub(super) trigger: Vec<Spanned<Trigger>>,
    #[serde(default)]
    pub(super) workflow: Vec<Spanned<Workflow>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plugins {
    pub(super) directory: Spanned<PathBuf>,
    /// Which version of an adapter type is meant, where the directory holds several.
    #[serde(default)]
    pub(super) version: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Store {
    pub(super) path: Spanned<PathBuf>,
    pub(super) retention: Spanned<String>,
    pub(super) resolve_within: Spanned<String>,
    pub(super) threads: Spanned<usize>,
    pub(super) max_backlog: usize,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            path: Spanned::new(0..0, PathBuf::from("adapter-host.db")),
            retention: spanned("30d"),
            resolve_within: spanned("10m"),
            threads: Spanned::new(0..0, 16),
            max_backlog: 100_000,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Server {
    pub(super) listen: Spanned<String>,
    pub(super) path: Spanned<String>,
    pub(super) max_body_bytes: Spanned<usize>,
    pub(super) max_concurrent: Spanned<usize>,
    pub(super) max_connections: Spanned<usize>,
    pub(super) max_connections_per_source: Option<Spanned<usize>>,
    pub(super) max_unverified_bytes: Spanned<usize>,
    pub(super) requests_per_second: Spanned<u32>,
    pub(super) source_header: Option<Spanned<String>>,
    pub(super) request_timeout: Spanned<String>,
    pub(super) tls: Option<Tls>,
    pub(super) feed_origin: Option<String>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: spanned("127.0.0.1:8080"),
            path: spanned("/wfe/api"),
            max_body_bytes: Spanned::new(0..0, 3 * 1024 * 1024),
            max_concurrent: Spanned::new(0..0, 1024),
            max_connections: Spanned::new(0..0, 4096),
            max_connections_per_source: None,
            max_unverified_bytes: Spanned::new(0..0, 64 * 1024 * 1024),
            requests_per_second: Spanned::new(0..0, 2000),
            source_header: None,
            request_timeout: spanned("10s"),
            tls: None,
            feed_origin: None,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Restate {
    pub(super) listen: Spanned<String>,
    pub(super) ingress: Spanned<String>,
    pub(super) admin: Spanned<String>,
    pub(super) identity_key: Option<String>,
    pub(super) max_sends: Spanned<usize>,
}

impl Default for Restate {
    fn default() -> Self {
        Self {
            listen: spanned("127.0.0.1:9080"),
            ingress: spanned("http://127.0.0.1:8180"),
            admin: spanned("http://127.0.0.1:9070"),
            identity_key: None,
            max_sends: Spanned::new(0..0, 256),
        }
    }
}

fn spanned(text: &str) -> Spanned<String> {
    Spanned::new(0..0, text.to_owned())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tls {
    pub(super) certificate: Spanned<PathBuf>,
    pub(super) key: Spanned<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Instance {
    pub(super) name: Spanned<String>,
    pub(super) adapter_type: Spanned<String>,
    pub(super) properties: Option<Spanned<Members>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trigger {
    pub(super) name: Spanned<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<Spanned<String>>,
    #[serde(default = "yes")]
    pub(super) enabled: bool,
    pub(super) workflow: Spanned<String>,
    pub(super) condition: Option<Spanned<String>>,
    pub(super) one_run_per_customer: Option<Spanned<bool>>,
    #[serde(default)]
    pub(super) properties: Members,
    pub(super) adapter: Option<Spanned<String>>,
    pub(super) adapter_type: Option<Spanned<String>>,
    pub(super) event: Option<Spanned<String>>,
    pub(super) on: Option<Spanned<String>>,
    pub(super) every: Option<Spanned<String>>,
    pub(super) authentication_type: Option<Spanned<String>>,
    pub(super) authentication_key: Option<Spanned<Value>>,
    pub(super) response_type: Option<Spanned<String>>,
    pub(super) response: Option<Spanned<Response>>,
    pub(super) parse_body: Option<Spanned<bool>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Response {
    #[serde(default = "ok")]
    pub(super) status: Spanned<u16>,
    #[serde(default)]
    pub(super) content_type: Option<String>,
    #[serde(default)]
    pub(super) body: String,
}

fn yes() -> bool {
    true
}

fn ok() -> Spanned<u16> {
    Spanned::new(0..0, 200)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Workflow {
    pub(super) name: Spanned<String>,
    #[serde(default)]
    pub(super) step: Vec<Spanned<Step>>,
    pub(super) output: Option<Spanned<Value>>,
}

/// One step: it has exactly one of `command`, `wait` and `branch`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) name: Spanned<String>,
    pub(super) command: Option<Spanned<String>>,
    pub(super) instance: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) request: Members,
    pub(super) on_success: Option<Spanned<String>>,
    pub(super) on_error: Option<Spanned<String>>,
    pub(super) repeat: Option<Spanned<bool>>,
    pub(super) attempts: Option<Spanned<u32>>,
    pub(super) timeout: Option<Spanned<String>>,
    pub(super) wait: Option<Spanned<String>>,
    pub(super) event: Option<Spanned<String>>,
    pub(super) customer: Option<Spanned<String>>,
    pub(super) condition: Option<Spanned<String>>,
    pub(super) on_event: Option<Spanned<String>>,
    pub(super) on_timeout: Option<Spanned<String>>,
    pub(super) branch: Option<Vec<Spanned<Case>>>,
    pub(super) otherwise: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) when: Spanned<String>,
    pub(super) goto: Spanned<String>,
}
