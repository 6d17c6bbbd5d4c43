//! The configured instances, by name; made, changed and removed as the configuration says.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;
use workflow_adapter_loader::{CommandOutput, Failure, Plugin, WFA_ERR_NOT_FOUND};

use crate::config;
#[cfg(feature = "restate")]
use crate::engine::About;
use crate::engine::Commands;
use crate::instance::{Call, Instance};
use crate::operations::{Rows, rows};
use crate::routing::Router;

/// The configured instances.
#[derive(Default)]
pub(crate) struct Registry {
    running: RwLock<HashMap<String, Running>>,
}

struct Running {
    instance: Arc<Instance>,
    adapter_type: String,
    properties: String,
    /// What its plugin says of its counters.
    rows: Arc<Rows>,
    #[cfg(feature = "restate")]
    about: About,
}

impl Registry {
    /// Makes what is new, gives changed properties to what is there, removes what is gone. What
    /// cannot be done is named, and everything else is done all the same.
    pub(crate) fn apply(
        &self,
        wanted: &[config::Instance],
        plugins: &[Plugin],
        router: &Arc<Router>,
    ) -> Result<(), Vec<String>> {
        let mut wrong = Vec::new();
        for instance in wanted {
            if let Err(failure) = self.put(instance, plugins, router) {
                wrong.push(format!("instance {}: {}", instance.name, failure.message));
            }
        }
        let mut running = self.running.write().unwrap_or_else(PoisonError::into_inner);
        let is_wanted = |name: &String| wanted.iter().any(|instance| instance.name == *name);
        let gone: Vec<Running> = running
            .extract_if(|name, _| !is_wanted(name))
            .map(|it| it.1)
            .collect();
        drop(running);
        drop(gone); // destroyed outside of the lock, once no command of theirs runs
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn put(
        &self,
        wanted: &config::Instance,
        plugins: &[Plugin],
        router: &Arc<Router>,
    ) -> Result<(), Failure> {
        let properties = Value::Object(wanted.properties.clone()).to_string();
        let of_type = |plugin: &&Plugin| plugin.descriptor().id() == wanted.adapter_type;
        let plugin = plugins.iter().find(of_type);
        {
            let mut running = self.running.write().unwrap_or_else(PoisonError::into_inner);
            let known = running.get_mut(&wanted.name);
            if let Some(known) = known.filter(|it| it.adapter_type == wanted.adapter_type) {
                if known.properties != properties {
                    known.instance.update(&properties)?;
                    known.properties = properties;
                    #[cfg(feature = "restate")]
                    plugin.inspect(|plugin| known.about = about(plugin, wanted));
                }
                return Ok(());
            }
        }
        let plugin = plugin.ok_or_else(|| missing("no plugin is of its adapter type"))?;
        let (router, name) = (Arc::clone(router), wanted.name.clone());
        let on_event = move |event: &str, json: &str| router.event(&name, event, json);
        let instance = Instance::create(plugin, &wanted.name, &properties, on_event)?;
        let running = Running {
            instance: Arc::new(instance),
            adapter_type: wanted.adapter_type.clone(),
            properties,
            rows: Arc::new(rows(plugin.descriptor_json())),
            #[cfg(feature = "restate")]
            about: about(plugin, wanted),
        };
        let mut all = self.running.write().unwrap_or_else(PoisonError::into_inner);
        let before = all.insert(wanted.name.clone(), running);
        drop(all);
        drop(before);
        Ok(())
    }

    /// The counters that the adapters keep themselves, by their names, and what their plugins say of them.
    pub(crate) fn counters(&self) -> Vec<(String, String, Arc<Rows>)> {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        let all = running.iter().map(|(name, running)| {
            (
                name.clone(),
                Arc::clone(&running.instance),
                Arc::clone(&running.rows),
            )
        });
        let mut all: Vec<_> = all.collect();
        drop(running);
        all.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        let counters = all
            .into_iter()
            .filter_map(|(name, instance, rows)| Some((name, instance.counters()?, rows)));
        counters.collect()
    }

    /// Destroys every instance.
    pub(crate) fn clear(&self) {
        let mut running = self.running.write().unwrap_or_else(PoisonError::into_inner);
        let gone = std::mem::take(&mut *running);
        drop(running);
        drop(gone);
    }
}

impl Commands for Registry {
    fn execute(&self, instance: &str, call: &Call) -> Result<CommandOutput, Failure> {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        let found = running
            .get(instance)
            .map(|running| Arc::clone(&running.instance));
        drop(running);
        let found = found.ok_or_else(|| missing(&format!("there is no instance {instance}")))?;
        found.execute(call)
    }

    #[cfg(feature = "restate")]
    fn about(&self, instance: &str) -> Option<About> {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        Some(running.get(instance)?.about.clone())
    }
}

/// What the configuration, or else the plugin's descriptor, says of an instance.
#[cfg(feature = "restate")]
fn about(plugin: &Plugin, wanted: &config::Instance) -> About {
    let about = plugin.descriptor();
    let number = |name: &str| {
        let configured = wanted.properties.get(name).and_then(Value::as_u64);
        let mut fields = about.properties().chain(about.extension_properties());
        let default = || {
            fields
                .find(|field| field.name() == name)?
                .default_value()?
                .parse()
                .ok()
        };
        configured.or_else(default)
    };
    let line = wanted
        .properties
        .get("phoneNumberId")
        .and_then(Value::as_str);
    About {
        line: line.unwrap_or(&wanted.name).to_owned(),
        per_second: number("messagesPerSecond")
            .map_or(0, |it| u32::try_from(it).unwrap_or(u32::MAX)),
        timeout: number("timeoutMs").map(std::time::Duration::from_millis),
    }
}

fn missing(why: &str) -> Failure {
    Failure {
        result: WFA_ERR_NOT_FOUND,
        flags: 0,
        http_status: 0,
        remote_code: 0,
        retry_after_ms: 0,
        message: why.to_owned(),
    }
}
