//! The plugin's function table, checked and completed: every function of this version can be
//! called.

use std::ptr;

use super::LoadError;
use super::foreign::{Foreign, Member, member};
use crate::{WFA_ABI_MAJOR, WFA_ERR_UNSUPPORTED, wfa_api};

/// A function that a plugin may do without.
macro_rules! optional {
    ($table:ident.$member:ident, $absent:path) => {
        $table.function(member!(wfa_api.$member)).unwrap_or($absent)
    };
}

/// A copy of the plugin's table with all members of this version.
///
/// From `descriptor` to `unregister_event_callback` all of them are needed. A function behind these that
/// the plugin does without is filled in here with one that answers `WFA_ERR_UNSUPPORTED`; callers then
/// need not know.
pub(super) fn complete(table: Foreign<wfa_api>) -> Result<wfa_api, LoadError> {
    let abi_major = table.get(member!(wfa_api.abi_major)).unwrap_or_default();
    if abi_major != WFA_ABI_MAJOR {
        return Err(LoadError::Version {
            plugin_major: abi_major,
        });
    }
    Ok(wfa_api {
        #[allow(clippy::cast_possible_truncation)] // about a hundred bytes
        struct_size: size_of::<wfa_api>() as u32,
        abi_major,
        abi_minor: table.get(member!(wfa_api.abi_minor)).unwrap_or_default(),
        descriptor: table.get(member!(wfa_api.descriptor)).unwrap_or(ptr::null()),
        get_extension: needed(table, member!(wfa_api.get_extension), "get_extension")?,
        create: needed(table, member!(wfa_api.create), "create")?,
        destroy: needed(table, member!(wfa_api.destroy), "destroy")?,
        execute_command: needed(table, member!(wfa_api.execute_command), "execute_command")?,
        register_event_callback: needed(
            table,
            member!(wfa_api.register_event_callback),
            "register_event_callback",
        )?,
        unregister_event_callback: needed(
            table,
            member!(wfa_api.unregister_event_callback),
            "unregister_event_callback",
        )?,
        update_properties: optional!(table.update_properties, absent::update_properties),
        submit_command: optional!(table.submit_command, absent::submit_command),
        cancel_command: optional!(table.cancel_command, absent::cancel),
        result_name: optional!(table.result_name, absent::result_name),
        cancel_calls: optional!(table.cancel_calls, absent::cancel),
        poll_completions: optional!(table.poll_completions, absent::poll_completions),
        start: optional!(table.start, absent::start),
    })
}

/// Whether a plugin has `poll_completions`: one that has it looks for the adapter.
pub(super) fn polls(table: &wfa_api) -> bool {
    let none = ptr::null_mut();
    // SAFETY: the contract lets every pointer of this call be NULL; the adapter is looked up.
    let result = unsafe { (table.poll_completions)(none, 1, 0, ptr::null_mut(), ptr::null_mut()) };
    result != WFA_ERR_UNSUPPORTED
}

/// A function that every version has.
fn needed<F: Copy>(
    table: Foreign<wfa_api>,
    member: Member<wfa_api, F>,
    name: &str,
) -> Result<F, LoadError> {
    if !table.has(member) {
        let size = table.size();
        let message = format!("its struct_size is {size}: {name} lies beyond it");
        return Err(LoadError::Table(message));
    }
    let function = table.function(member);
    function.ok_or_else(|| LoadError::Table(format!("{name} is NULL")))
}

/// In the place of functions that the plugin does without.
mod absent {
    use std::ffi::{c_char, c_void};

    use crate::{
        WFA_ERR_UNSUPPORTED, result_c_name, wfa_adapter, wfa_call_options, wfa_completion_callback,
        wfa_error, wfa_result,
    };

    pub(super) unsafe extern "C" fn update_properties(
        _: *mut wfa_adapter,
        _: *const c_char,
        _: usize,
        _: *mut wfa_error,
    ) -> wfa_result {
        WFA_ERR_UNSUPPORTED
    }

    pub(super) unsafe extern "C" fn submit_command(
        _: *mut wfa_adapter,
        _: *const c_char,
        _: usize,
        _: *const c_char,
        _: usize,
        _: *const wfa_call_options,
        _: wfa_completion_callback,
        _: *mut c_void,
        _: *mut u64,
        _: *mut wfa_error,
    ) -> wfa_result {
        WFA_ERR_UNSUPPORTED
    }

    pub(super) unsafe extern "C" fn cancel(_: *mut wfa_adapter, _: u64) -> wfa_result {
        WFA_ERR_UNSUPPORTED
    }

    pub(super) unsafe extern "C" fn poll_completions(
        _: *mut wfa_adapter,
        _: u32,
        _: u64,
        _: *mut u64,
        _: *mut wfa_error,
    ) -> wfa_result {
        WFA_ERR_UNSUPPORTED
    }

    pub(super) unsafe extern "C" fn start(_: *mut wfa_adapter, _: *mut wfa_error) -> wfa_result {
        WFA_ERR_UNSUPPORTED
    }

    pub(super) unsafe extern "C" fn result_name(result: wfa_result) -> *const c_char {
        result_c_name(result).as_ptr()
    }
}
