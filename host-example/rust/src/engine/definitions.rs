//! Definitions and conditions that runs were stored with, compiled once and kept at hand.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;

use crate::expression::{Condition, Scope};
use crate::lock::unpoisoned;
use crate::workflow::{Compiled, Definition};

/// How many of each are kept.
const KEPT: usize = 256;

/// Compiled definitions by what tells them apart, and conditions by their text.
#[derive(Default)]
pub(super) struct Definitions {
    definitions: Mutex<HashMap<Vec<u8>, Arc<Compiled>>>,
    conditions: Mutex<HashMap<String, Arc<Condition>>>,
}

impl Definitions {
    /// The definition with this hash or text, if it is at hand.
    pub(super) fn get(&self, key: &[u8]) -> Option<Arc<Compiled>> {
        lock(&self.definitions).get(key).cloned()
    }

    /// The definition with this hash: at hand, or compiled from what is stored of it.
    pub(super) fn of(&self, hash: &[u8], stored: Option<&str>) -> Result<Arc<Compiled>, String> {
        match (self.get(hash), stored) {
            (Some(workflow), _) => Ok(workflow),
            (None, Some(json)) => self.compile(hash, json),
            (None, None) => Err("its definition is gone".to_owned()),
        }
    }

    /// Compiles a definition, and keeps it at hand.
    pub(super) fn compile(&self, key: &[u8], json: &str) -> Result<Arc<Compiled>, String> {
        let definition: Definition =
            serde_json::from_str(json).map_err(|error| format!("its definition: {error}"))?;
        let compiled = Compiled::new(definition).map_err(|wrong| {
            let (step, why) = wrong.into_iter().next().unwrap_or_default();
            format!("its definition: step {step}: {why}")
        })?;
        let compiled = Arc::new(compiled);
        keep(
            &mut lock(&self.definitions),
            key.to_vec(),
            Arc::clone(&compiled),
        );
        Ok(compiled)
    }

    /// Whether a condition holds for an event; no condition always does.
    pub(super) fn holds(&self, condition: Option<&str>, event: &Value) -> bool {
        let Some(source) = condition else { return true };
        let known = lock(&self.conditions).get(source).cloned();
        let condition = match known {
            Some(condition) => condition,
            None => match Condition::parse(source) {
                Ok(condition) => {
                    let condition = Arc::new(condition);
                    let kept = Arc::clone(&condition);
                    keep(&mut lock(&self.conditions), source.to_owned(), kept);
                    condition
                }
                Err(error) => {
                    tracing::error!(%error, "a stored condition");
                    return false;
                }
            },
        };
        event
            .as_object()
            .is_some_and(|members| condition.holds(&Scope::of(members)))
    }
}

fn keep<K: Hash + Eq, V>(kept: &mut HashMap<K, V>, key: K, value: V) {
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(key, value);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    unpoisoned(mutex.lock())
}
