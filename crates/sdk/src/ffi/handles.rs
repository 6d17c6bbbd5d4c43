//! Adapter handles: tokens that are looked up and never followed, and never used again.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};

use workflow_adapter_contract::wfa_adapter;

use super::fork;
use super::instance::Instance;
use crate::error::{Error, Kind};
use crate::lock::unpoisoned;

/// Lower half: a counter. Upper half: which copy of the library gave the token out.
const COUNTER_BITS: u32 = usize::BITS / 2;
const COUNTER_MAX: usize = (1 << COUNTER_BITS) - 1;

type Live = RwLock<HashMap<usize, Entry, BuildHasherDefault<TokenHasher>>>;

/// An instance, and the generation of forks that it was created in.
type Entry = (usize, Arc<Instance>);

/// Tokens differ in their low bits, which is all a small table needs.
#[derive(Default)]
struct TokenHasher(u64);

impl Hasher for TokenHasher {
    fn finish(&self) -> u64 {
        // The table takes some of its bits from the top.
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0 << 8 | u64::from(*byte);
        }
    }

    fn write_usize(&mut self, token: usize) {
        self.0 = token as u64;
    }
}

/// One table for each generation of forks: a child must not wait for a lock that another thread of its
/// parent held at the moment of the fork. The last one serves all that come after.
static TABLES: [Live; 4] =
    [const { RwLock::new(HashMap::with_hasher(BuildHasherDefault::new())) }; 4];
/// The counter of the last token given out, in this process and its parents.
static LAST: AtomicUsize = AtomicUsize::new(0);

fn table() -> &'static Live {
    let [.., last] = &TABLES;
    TABLES.get(fork::generation()).unwrap_or(last)
}

/// The upper half of this copy's tokens, from where its table lies; never 0.
fn tag() -> usize {
    let mut hasher = DefaultHasher::new();
    hasher.write_usize(std::ptr::addr_of!(TABLES) as usize);
    #[allow(clippy::cast_possible_truncation)] // a hash: any bits will do
    let hash = hasher.finish() as usize;
    (hash | 1 << (usize::BITS - 1)) & !COUNTER_MAX
}

/// Gives `instance` a token.
pub(super) fn insert(instance: Arc<Instance>) -> Result<*mut wfa_adapter, Error> {
    let counter = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    if counter > COUNTER_MAX {
        return Err(Error::new(
            Kind::Internal,
            "no adapter handles are left in this process",
        ));
    }
    let token = tag() | counter;
    let entry = (fork::generation(), instance);
    unpoisoned(table().write()).insert(token, entry);
    Ok(token as *mut wfa_adapter)
}

/// The instance of a token.
pub(super) fn get(adapter: *mut wfa_adapter) -> Result<Arc<Instance>, Error> {
    let live = unpoisoned(table().read());
    match live.get(&(adapter as usize)) {
        Some((generation, instance)) if *generation == fork::generation() => {
            Ok(Arc::clone(instance))
        }
        _ => Err(refusal(adapter as usize)),
    }
}

/// Takes the instance out: its token is dead from now on.
pub(super) fn remove(adapter: *mut wfa_adapter) -> Result<Arc<Instance>, Error> {
    let instance = get(adapter)?;
    let mut live = unpoisoned(table().write());
    match live.remove(&(adapter as usize)) {
        Some(_) => Ok(instance),
        // Somebody else was faster.
        None => Err(refusal(adapter as usize)),
    }
}

fn refusal(token: usize) -> Error {
    let given_out = 1..=LAST.load(Ordering::Relaxed);
    if token == 0 {
        Error::new(Kind::InvalidArgument, "the adapter handle is NULL")
    } else if token & !COUNTER_MAX == tag() && given_out.contains(&(token & COUNTER_MAX)) {
        let why = "the adapter was destroyed, or belongs to the process that forked this one";
        Error::new(Kind::State, why)
    } else {
        Error::new(
            Kind::InvalidArgument,
            "this library never gave out that adapter handle",
        )
    }
}
