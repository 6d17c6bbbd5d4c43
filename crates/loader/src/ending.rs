//! The end of an adapter: at once, or on a thread of the loader where it may not be waited for.

use std::mem;
use std::sync::Arc;

use super::handle::Handle;
use super::host_info::LentLog;
use super::later::later;
use crate::{WFA_OK, wfa_api, wfa_result};

/// An adapter that is to be destroyed.
pub(super) struct Ending {
    pub(super) table: Arc<wfa_api>,
    pub(super) handle: Handle,
    pub(super) log: Option<LentLog>,
}

impl Ending {
    /// Destroys it; itself again if the plugin refuses, which then may still use what it was lent.
    pub(super) fn destroy(self) -> Result<(), (wfa_result, Self)> {
        // SAFETY: the handle is looked up and not followed.
        match unsafe { (self.table.destroy)(self.handle.get(), 0) } {
            WFA_OK => Ok(()),
            refused => Err((refused, self)),
        }
    }

    /// Destroys it on a thread of the loader.
    pub(super) fn destroy_later(self) {
        later(move || {
            if let Err((_, refused)) = self.destroy() {
                // The plugin keeps it, for instance because this is a forked child: what it was
                // lent stays.
                mem::forget(refused.log);
            }
        });
    }
}
