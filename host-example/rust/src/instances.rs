//! The configured instances, by name; made, started, changed and removed as the configuration says.

use std::collections::HashMap;
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use workflow_adapter_loader::{
    CommandOutput, Failure, Plugin, WFA_ERR_NOT_FOUND, WFA_ERR_UNSUPPORTED,
};

use crate::config;
use crate::declared::{CommandTraits, Declared};
#[cfg(feature = "restate")]
use crate::engine::About;
use crate::engine::Commands;
use crate::instance::{Call, Instance, closed, destroy_within, failure, sound};
use crate::lock::unpoisoned;
use crate::operations::{Counters, Rows, rows};
use crate::routing::Router;
#[cfg(feature = "restate")]
use crate::whatsapp::{PACE, TIMEOUT};

/// How long commands may go on when their instance is replaced, or the host is stopped, before they are
/// cancelled; and how long the instance has to be destroyed afterwards.
const REPLACED: Duration = Duration::from_secs(10);
const STOPPED: Duration = Duration::from_secs(2);
const DESTROYED: Duration = Duration::from_secs(5);
/// What a waiter needs after a command was cancelled.
const SETTLED: Duration = Duration::from_secs(4);
/// The first pause before a source is started again that could not be; each further one is twice as long.
const START_AGAIN: Duration = Duration::from_secs(1);
const START_AGAIN_AT_MOST: Duration = Duration::from_secs(60);

/// The configured instances.
#[derive(Default)]
pub(crate) struct Registry {
    running: RwLock<HashMap<String, Running>>,
}

struct Running {
    /// None while it is created anew. Its place stays, so that a command which begins meanwhile is tried
    /// again, and finds the new one.
    instance: Option<Arc<Instance>>,
    declared: Arc<Declared>,
    properties: String,
    is_started: bool,
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
        let is_wanted = |name: &String| wanted.iter().any(|instance| instance.name == *name);
        let gone: Vec<_> = self
            .write()
            .extract_if(|name, _| !is_wanted(name))
            .filter_map(|(_, running)| running.instance)
            .collect();
        end(gone, REPLACED);
        for instance in wanted {
            if let Err(failure) = self.put(instance, plugins, router) {
                wrong.push(format!("instance {}: {}", instance.name, failure.message));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// Lets every instance raise events outside of commands that does not do so yet.
    pub(crate) fn start(&self) {
        for (name, running) in self.write().iter_mut().filter(|(_, it)| !it.is_started) {
            let Some(instance) = &running.instance else {
                continue;
            };
            running.is_started = true;
            let (name, instance) = (name.clone(), Arc::downgrade(instance));
            // Its events may come before `start` returns: no lock is held then.
            let start = move || {
                let mut pause = START_AGAIN;
                while let Some(failure) = instance.upgrade().and_then(|it| it.start().err()) {
                    let why = failure.message;
                    tracing::warn!(
                        instance = name,
                        why,
                        "the source of events cannot be opened"
                    );
                    let wanted = Duration::from_millis(failure.retry_after_ms);
                    thread::sleep(pause.max(wanted).min(START_AGAIN_AT_MOST));
                    pause = (pause * 2).min(START_AGAIN_AT_MOST);
                }
            };
            if let Err(error) = thread::Builder::new().name("start".to_owned()).spawn(start) {
                tracing::error!(%error, "an instance cannot be started");
            }
        }
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
        let plugin = plugin.ok_or_else(|| missing("no plugin has its adapter type"))?;
        let known = {
            let running = self.read();
            let known = running.get(&wanted.name);
            known.and_then(|it| {
                let instance = Arc::clone(it.instance.as_ref()?);
                Some((instance, it.properties.clone(), it.is_of(wanted)))
            })
        };
        if let Some((instance, former, true)) = &known {
            if *former == properties {
                return Ok(());
            }
            match instance.update(&properties) {
                Err(failure) if failure.result == WFA_ERR_UNSUPPORTED => {}
                updated => {
                    updated?;
                    if let Some(known) = self.write().get_mut(&wanted.name) {
                        known.properties = properties;
                        #[cfg(feature = "restate")]
                        {
                            known.about = about(plugin, wanted);
                        }
                    }
                    return Ok(());
                }
            }
        }
        // The former one ends first: two of them would share a port, a file or a session.
        let is_anew = known.is_some();
        let mut former_properties = None;
        if let Some((instance, properties, is_same_type)) = known {
            former_properties = is_same_type.then_some(properties);
            instance.close(REPLACED);
            if !instance.drain(REPLACED + SETTLED) {
                instance.reopen();
                let why = "its commands have not ended, so that it could not be created anew";
                return Err(missing(why));
            }
            if let Some(known) = self.write().get_mut(&wanted.name) {
                known.instance = None;
            }
            if !destroy_within(vec![instance], DESTROYED) {
                let name = &wanted.name;
                tracing::warn!(
                    instance = name,
                    "the former instance is still being destroyed"
                );
            }
        }
        let (created, refused) = match Self::create(wanted, plugin, properties, router) {
            Ok(created) => (created, Ok(())),
            // Better the former properties than no instance.
            Err(failure) => {
                let former = former_properties.ok_or_else(|| failure.clone());
                let created = former.and_then(|it| Self::create(wanted, plugin, it, router));
                let created = created.inspect_err(|_| drop(self.write().remove(&wanted.name)))?;
                (created, Err(failure))
            }
        };
        self.write().insert(wanted.name.clone(), created);
        let (name, adapter_type) = (&wanted.name, &wanted.adapter_type);
        match (is_anew, &refused) {
            (false, _) => tracing::info!(instance = name, adapter_type, "an instance is ready"),
            (true, Ok(())) => {
                tracing::info!(
                    instance = name,
                    adapter_type,
                    "an instance was created anew"
                );
            }
            (true, Err(_)) => {
                tracing::warn!(
                    instance = name,
                    adapter_type,
                    "an instance was created anew, with its former properties"
                );
            }
        }
        refused
    }

    fn create(
        wanted: &config::Instance,
        plugin: &Plugin,
        properties: String,
        router: &Arc<Router>,
    ) -> Result<Running, Failure> {
        let (router, name) = (Arc::clone(router), wanted.name.clone());
        let on_event = move |event: &str, json: &str| router.event(&name, event, json);
        let instance = Instance::create(plugin, &wanted.name, &properties, on_event)?;
        Ok(Running {
            instance: Some(Arc::new(instance)),
            declared: Arc::new(Declared::of(plugin)),
            properties,
            is_started: false,
            rows: Arc::new(rows(plugin.descriptor_json())),
            #[cfg(feature = "restate")]
            about: about(plugin, wanted),
        })
    }

    /// The counters that the adapters keep themselves, by their instances, and what their plugins say of
    /// them.
    pub(crate) fn counters(&self) -> Vec<Counters> {
        let all: Vec<_> = {
            let running = self.read();
            let all = running.iter().filter_map(|(name, running)| {
                let instance = Arc::clone(running.instance.as_ref()?);
                let (adapter, rows) = (&running.declared.adapter_type, Arc::clone(&running.rows));
                Some((name.clone(), adapter.clone(), instance, rows))
            });
            all.collect()
        };
        let mut counters: Vec<_> = all
            .into_iter()
            .filter_map(|(name, adapter, instance, rows)| {
                Some(Counters {
                    json: instance.counters()?,
                    instance: name,
                    adapter,
                    rows,
                })
            })
            .collect();
        counters.sort_by(|one, other| one.instance.cmp(&other.instance));
        counters
    }

    /// Commands may go on for a short time; then they are cancelled.
    pub(crate) fn close(&self) {
        for instance in self.read().values().filter_map(|it| it.instance.as_ref()) {
            instance.close(STOPPED);
        }
    }

    /// Destroys every instance, in a bounded time: one that does not end is left to the system.
    pub(crate) fn clear(&self) {
        let gone = std::mem::take(&mut *self.write());
        let gone = gone.into_values().filter_map(|running| running.instance);
        end(gone.collect(), STOPPED);
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<String, Running>> {
        unpoisoned(self.running.read())
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<String, Running>> {
        unpoisoned(self.running.write())
    }
}

impl Running {
    fn is_of(&self, wanted: &config::Instance) -> bool {
        self.declared.adapter_type == wanted.adapter_type
    }
}

/// Ends instances: no commands any more, those that run are cancelled after `patience`, and then they are
/// destroyed.
fn end(instances: Vec<Arc<Instance>>, patience: Duration) {
    for instance in &instances {
        instance.close(patience);
    }
    for instance in &instances {
        instance.drain(patience + SETTLED);
    }
    if !destroy_within(instances, DESTROYED) {
        tracing::warn!("an instance is still being destroyed: its plugin does not return");
    }
}

impl Commands for Registry {
    fn execute(
        &self,
        instance: &str,
        call: &Call,
        is_slow: &mut dyn FnMut(),
    ) -> Result<CommandOutput, Failure> {
        let found = {
            let running = self.read();
            let found = running.get(instance);
            found.map(|it| (it.instance.clone(), Arc::clone(&it.declared)))
        };
        let (found, declared) =
            found.ok_or_else(|| missing(&format!("there is no instance {instance}")))?;
        let found = found.ok_or_else(closed)?;
        let nothing = CommandTraits::default();
        let traits = declared.command(&call.command).unwrap_or(&nothing);
        sound(found.run(call, traits, is_slow), traits.sends)
    }

    fn traits(&self, instance: &str, command: &str) -> CommandTraits {
        let running = self.read();
        let traits = running
            .get(instance)
            .and_then(|it| it.declared.command(command));
        traits.cloned().unwrap_or_default()
    }

    fn adapter_type(&self, instance: &str) -> String {
        let running = self.read();
        let declared = running.get(instance).map(|it| &it.declared);
        declared.map_or_else(String::new, |it| it.adapter_type.clone())
    }

    #[cfg(feature = "restate")]
    fn about(&self, instance: &str) -> Option<About> {
        Some(self.read().get(instance)?.about.clone())
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
    let line = wanted.route(&Declared::of(plugin));
    About {
        line: line.unwrap_or_else(|| wanted.name.clone()),
        per_second: number(PACE).map_or(0, |it| u32::try_from(it).unwrap_or(u32::MAX)),
        timeout: number(TIMEOUT).map(Duration::from_millis),
    }
}

fn missing(why: &str) -> Failure {
    failure(WFA_ERR_NOT_FOUND, 0, why)
}
