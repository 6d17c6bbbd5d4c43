//! The plugin's function table, checked and completed: every function of this version can be
//! called.

use std::ptr;

use super::LoadError;
use super::foreign::{Foreign, Member, member};
use crate::{WFA_ABI_MAJOR, wfa_api};

/// A copy of the plugin's table with all members of this version.
///
/// Contract 1.0 has every function that this version knows, so all of them are needed. One that a
/// later minor version appends is filled in here, for a plugin that does not have it yet, with a
/// function that answers `WFA_ERR_UNSUPPORTED`; callers then need not know.
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
        update_properties: needed(
            table,
            member!(wfa_api.update_properties),
            "update_properties",
        )?,
        submit_command: needed(table, member!(wfa_api.submit_command), "submit_command")?,
        cancel_command: needed(table, member!(wfa_api.cancel_command), "cancel_command")?,
    })
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
