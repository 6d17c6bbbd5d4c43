//! Requests of the configuration as the plugin itself judges them. Its rows do not say everything, so
//! each command is run once by an adapter whose service is a listener of this process that refuses
//! whatever comes: what the plugin refuses, it refuses before. Nothing leaves this machine.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Map, Value, json};
use workflow_adapter_loader::{
    Adapter, CallOptions, FieldRef, HostInfo, Plugin, WFA_ERR_INVALID_REQUEST,
};

use super::adapters::{is_open, row};
use super::instance::Instance;
use super::place::Source;
use super::workflow::Workflow;
use crate::expression::PropertyValue;
use crate::rows;
use crate::whatsapp::{ADAPTER_TYPE, JOURNAL, PROXY, SERVICE};
use crate::workflow::{Step, StepKind};

/// What a rehearsal goes without: another way to the service, and files that a running host uses.
const WITHOUT: [&str; 2] = [PROXY, JOURNAL];
/// What stands in the place of a text that is not known yet: one after the other, until one is taken.
const STAND_INS: [&str; 5] = [
    "16505551234",
    "en_US",
    "https://example.com/a",
    "text",
    "1767225600",
];
const AT_MOST: Duration = Duration::from_secs(5);

/// Checks the request of every command of the one adapter that is known to call nobody but who stands in
/// its property [`SERVICE`].
pub(super) fn check(
    source: &mut Source,
    plugins: &[Plugin],
    instances: &[Instance],
    workflows: &[Workflow],
) {
    let mut plugins = plugins.iter();
    let Some(plugin) = plugins.find(|plugin| plugin.descriptor().id() == ADAPTER_TYPE) else {
        return;
    };
    let mut stage = None;
    for workflow in workflows {
        for step in &workflow.definition.steps {
            if let StepKind::Command {
                command,
                instance,
                request: Value::Object(request),
                ..
            } = &step.kind
            {
                let named = instance.as_deref().filter(|name| !name.contains('{'));
                let mut all = instances.iter();
                let found = all.find(|it| {
                    it.adapter_type == ADAPTER_TYPE && named.is_none_or(|name| name == it.name)
                });
                let Some(instance) = found else { continue };
                let Some(row) = row(plugin, command) else {
                    continue;
                };
                let fields: Vec<FieldRef> = row.request().chain(row.extension_request()).collect();
                if !rows::mistakes(&fields, request, is_open).is_empty() {
                    continue; // said already
                }
                if stage.is_none() {
                    stage = Some(Stage::set_up(plugin));
                }
                let adapter = stage.as_mut().and_then(|stage| stage.as_mut());
                let adapter = adapter.and_then(|stage| stage.adapter(instance));
                let Some(adapter) = adapter else { continue };
                if let Some((member, why)) = rehearse(&adapter, command, request, &fields) {
                    say(source, workflow, step, &member, why);
                }
            }
        }
    }
}

fn say(source: &mut Source, workflow: &Workflow, step: &Step, member: &str, why: String) {
    let place = if member.is_empty() {
        "command".to_owned()
    } else {
        format!("request.{member}")
    };
    let about = format!("workflow {}, step {}", workflow.definition.name, step.name);
    source.wrong(workflow.place(&step.name, &place), &about, why);
}

/// What the plugin says of a request, and of which member; nothing if it takes it, or if what it says is
/// of something that only a run knows.
fn rehearse(
    adapter: &Adapter,
    command: &str,
    request: &Map<String, Value>,
    fields: &[FieldRef],
) -> Option<(String, String)> {
    let mut values: HashMap<&str, (PropertyValue, usize)> = HashMap::new();
    for (name, value) in request {
        values.insert(name, (PropertyValue::parse(value).ok()?, 0));
    }
    loop {
        let mut played = Map::new();
        for (name, (value, tried)) in &values {
            let kind = fields.iter().find(|field| field.name() == *name);
            let lone = is_open(request.get(*name)?);
            let stand_in = match kind.map_or("string", |field| field.kind()) {
                "integer" | "number" => json!(1),
                "boolean" => json!(true),
                "string" => json!(STAND_INS.get(*tried)?),
                // A whole list or object that only a run knows.
                _ if lone => return None,
                _ => json!(STAND_INS.get(*tried)?),
            };
            played.insert((*name).to_owned(), value.with_stand_ins(&stand_in));
        }
        let options = CallOptions {
            timeout: Some(AT_MOST),
            correlation_id: None,
        };
        let ended = adapter.execute_with(command, &Value::Object(played).to_string(), &options);
        let failure = match ended {
            Ok(output) => output.error?,
            Err(failure) => failure,
        };
        if failure.result != WFA_ERR_INVALID_REQUEST {
            return None;
        }
        let why = failure.message;
        let is_constant = values.values().all(|(value, _)| value.is_constant());
        let named = values.iter_mut().filter_map(|(name, value)| {
            let at = ["\"", ".", "["]
                .iter()
                .filter_map(|end| why.find(&format!("\"{name}{end}")));
            Some((at.min()?, *name, value))
        });
        match named.min_by_key(|(at, ..)| *at) {
            Some((_, name, (value, _))) if value.is_constant() => {
                return Some((name.to_owned(), why));
            }
            Some((_, _, (_, tried))) if *tried + 1 < STAND_INS.len() => *tried += 1,
            None if is_constant => return Some((String::new(), why)),
            _ => return None,
        }
    }
}

/// Adapters of one plugin, and the listener that they take for their service.
struct Stage<'a> {
    plugin: &'a Plugin,
    listener: Listener,
    /// By the instances' names; none where the plugin refuses the properties.
    adapters: HashMap<String, Option<Arc<Adapter>>>,
}

impl<'a> Stage<'a> {
    fn set_up(plugin: &'a Plugin) -> Option<Self> {
        Some(Self {
            plugin,
            listener: Listener::start()?,
            adapters: HashMap::new(),
        })
    }

    fn adapter(&mut self, instance: &Instance) -> Option<Arc<Adapter>> {
        if let Some(known) = self.adapters.get(&instance.name) {
            return known.clone();
        }
        let mut properties = instance.properties.clone();
        properties.retain(|name, _| !WITHOUT.contains(&name.as_str()));
        let address = format!("http://127.0.0.1:{}", self.listener.port);
        properties.insert(SERVICE.to_owned(), Value::String(address));
        let host = HostInfo::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        let json = Value::Object(properties).to_string();
        let adapter = self.plugin.create(&host, &json).ok().map(Arc::new);
        self.adapters.insert(instance.name.clone(), adapter.clone());
        adapter
    }
}

/// Refuses every request, until it is dropped.
struct Listener {
    port: u16,
    stop: Arc<AtomicBool>,
}

impl Listener {
    fn start() -> Option<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
        let port = listener.local_addr().ok()?.port();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let refuse_all = move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Acquire) {
                    return;
                }
                if let Ok(stream) = stream {
                    thread::spawn(move || refuse(stream));
                }
            }
        };
        let thread = thread::Builder::new().name("rehearsal".to_owned());
        thread.spawn(refuse_all).ok()?;
        Some(Self { port, stop })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)); // so that it looks
    }
}

fn refuse(mut stream: TcpStream) {
    let _ = stream.set_read_timeout(Some(AT_MOST));
    let mut head = [0; 4096];
    let _ = stream.read(&mut head);
    let body = r#"{"error":{"message":"rehearsal","code":100}}"#;
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    );
    let _ = stream.write_all(answer.as_bytes());
}
