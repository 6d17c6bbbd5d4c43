//! Adapter handles: tokens that are looked up and never followed, and never used again.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use workflow_adapter::wfa_adapter;

use super::instance::Instance;
use crate::error::{Error, Kind};

/// Lower half: a counter. Upper half: which copy of the library gave the token out.
const COUNTER_BITS: u32 = usize::BITS / 2;
const COUNTER_MAX: usize = (1 << COUNTER_BITS) - 1;

struct Table {
    /// The counter of the last token given out.
    last: usize,
    live: HashMap<usize, Arc<Instance>, BuildHasherDefault<DefaultHasher>>,
}

static TABLE: RwLock<Table> = RwLock::new(Table {
    last: 0,
    live: HashMap::with_hasher(BuildHasherDefault::new()),
});

/// The upper half of this copy's tokens, from where its table lies; never 0.
fn tag() -> usize {
    let mut hasher = DefaultHasher::new();
    hasher.write_usize(std::ptr::addr_of!(TABLE) as usize);
    #[allow(clippy::cast_possible_truncation)] // a hash: any bits will do
    let hash = hasher.finish() as usize;
    (hash | 1 << (usize::BITS - 1)) & !COUNTER_MAX
}

/// Gives `instance` a token.
pub(super) fn insert(instance: Arc<Instance>) -> Result<*mut wfa_adapter, Error> {
    let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
    if table.last == COUNTER_MAX {
        return Err(Error::new(
            Kind::Internal,
            "no adapter handles are left in this process",
        ));
    }
    table.last += 1;
    let token = tag() | table.last;
    table.live.insert(token, instance);
    Ok(token as *mut wfa_adapter)
}

/// The instance of a token.
pub(super) fn get(adapter: *mut wfa_adapter) -> Result<Arc<Instance>, Error> {
    let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
    table
        .live
        .get(&(adapter as usize))
        .cloned()
        .ok_or_else(|| refusal(&table, adapter as usize))
}

/// Takes the instance out: its token is dead from now on.
pub(super) fn remove(adapter: *mut wfa_adapter) -> Result<Arc<Instance>, Error> {
    let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
    let taken = table.live.remove(&(adapter as usize));
    taken.ok_or_else(|| refusal(&table, adapter as usize))
}

fn refusal(table: &Table, token: usize) -> Error {
    let counter = token & COUNTER_MAX;
    if token == 0 {
        Error::new(Kind::InvalidArgument, "the adapter handle is NULL")
    } else if token & !COUNTER_MAX == tag() && (1..=table.last).contains(&counter) {
        Error::new(Kind::State, "the adapter was destroyed")
    } else {
        Error::new(
            Kind::InvalidArgument,
            "this library never gave out that adapter handle",
        )
    }
}
