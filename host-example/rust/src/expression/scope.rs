//! The properties that an expression can name.

use std::fmt;
use std::sync::{Arc, LazyLock};

use cel::{Context, Env};
use serde_json::{Map, Value};

use super::cel_value;

/// The language's own functions and macros, made once.
static LANGUAGE: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// The properties that an expression can name.
pub(crate) struct Scope(Context<'static, 'static>);

impl Scope {
    /// No property.
    pub(crate) fn new() -> Self {
        Self(Context::with_env(Arc::clone(&LANGUAGE)))
    }

    /// Every member of `properties` is a property.
    pub(crate) fn of(properties: &Map<String, Value>) -> Self {
        let mut scope = Self::new();
        for (name, value) in properties {
            scope.set(name, value);
        }
        scope
    }

    /// Sets one property.
    pub(crate) fn set(&mut self, name: &str, value: &Value) {
        self.0
            .add_variable_from_value(name, cel_value::from_json(value));
    }

    pub(super) fn context(&self) -> &Context<'static, 'static> {
        &self.0
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scope(…)") // it holds what customers wrote
    }
}
