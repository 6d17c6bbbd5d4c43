//! The macro that makes a plugin of an adapter.

/// Exports the whole contract for one adapter type: every function of the C header, the table, and the
/// root module for hosts that load with `abi_stable`. Once in a crate, at its root.
///
/// The crate needs `crate-type = ["cdylib"]` and no unsafe code of its own.
#[macro_export]
macro_rules! export_adapter {
    ($adapter:ty) => {
        #[doc(hidden)]
        static PLUGIN: $crate::ffi::Plugin = $crate::ffi::Plugin::new::<$adapter>();

        /// The exported C functions, for hosts that link the crate instead of loading the library.
        pub mod exports {
            use $crate::ffi::contract::*;
            use $crate::ffi::exports::{API_SIZE, c_char, c_void};

            use super::PLUGIN;

            /// See `workflow_adapter_contract::wfa_entry`.
            #[unsafe(no_mangle)]
            pub extern "C" fn wfa_entry(host_major: u16, host_minor: u16) -> *const wfa_api {
                // Every minor version of this major can use the table.
                let _ = host_minor;
                PLUGIN.entry(host_major, |descriptor| wfa_api {
                    struct_size: API_SIZE,
                    abi_major: WFA_ABI_MAJOR,
                    abi_minor: WFA_ABI_MINOR,
                    descriptor,
                    get_extension: wfa_get_extension,
                    create: wfa_create,
                    destroy: wfa_destroy,
                    execute_command: wfa_execute_command,
                    register_event_callback: wfa_register_event_callback,
                    unregister_event_callback: wfa_unregister_event_callback,
                    update_properties: wfa_update_properties,
                    submit_command: wfa_submit_command,
                    cancel_command: wfa_cancel_command,
                    result_name: wfa_result_name,
                    cancel_calls: wfa_cancel_calls,
                    poll_completions: wfa_poll_completions,
                    start: wfa_start,
                })
            }
            const _: wfa_entry_fn = wfa_entry;

            /// See `workflow_adapter_contract::wfa_get_descriptor`.
            #[unsafe(no_mangle)]
            pub extern "C" fn wfa_get_descriptor() -> *const wfa_descriptor {
                PLUGIN.c_descriptor()
            }

            /// See `workflow_adapter_contract::wfa_get_descriptor_json`.
            #[unsafe(no_mangle)]
            pub extern "C" fn wfa_get_descriptor_json() -> *const c_char {
                PLUGIN.c_descriptor_json()
            }

            /// See `workflow_adapter_contract::wfa_get_extension`.
            ///
            /// # Safety
            /// As described there.
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn wfa_get_extension(id: *const c_char) -> *const c_void {
                // SAFETY: the caller's promise is that function's.
                unsafe { PLUGIN.extension(id) }
            }

            /// See `workflow_adapter_contract::wfa_create`.
            ///
            /// # Safety
            /// As described there.
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn wfa_create(
                host: *const wfa_host,
                properties_json: *const c_char,
                len: usize,
                out: *mut *mut wfa_adapter,
                error: *mut wfa_error,
            ) -> wfa_result {
                // SAFETY: the caller's promise is that function's.
                unsafe { PLUGIN.create_instance(host, properties_json, len, out, error) }
            }

            $crate::forward_exports! {
                wfa_destroy(adapter: *mut wfa_adapter, flags: u32) -> wfa_result;
                wfa_start(adapter: *mut wfa_adapter, error: *mut wfa_error) -> wfa_result;
                wfa_update_properties(adapter: *mut wfa_adapter, properties_json: *const c_char,
                    len: usize, error: *mut wfa_error) -> wfa_result;
                wfa_execute_command(adapter: *mut wfa_adapter, name: *const c_char,
                    name_len: usize, json: *const c_char, json_len: usize,
                    options: *const wfa_call_options, response: *mut wfa_buffer,
                    error: *mut wfa_error) -> wfa_result;
                wfa_submit_command(adapter: *mut wfa_adapter, name: *const c_char,
                    name_len: usize, json: *const c_char, json_len: usize,
                    options: *const wfa_call_options, completion: wfa_completion_callback,
                    user_data: *mut c_void, operation: *mut u64,
                    error: *mut wfa_error) -> wfa_result;
                wfa_cancel_command(adapter: *mut wfa_adapter, operation: u64) -> wfa_result;
                wfa_cancel_calls(adapter: *mut wfa_adapter, call_id: u64) -> wfa_result;
                wfa_poll_completions(adapter: *mut wfa_adapter, max: u32, timeout_ms: u64,
                    delivered: *mut u64, error: *mut wfa_error) -> wfa_result;
                wfa_register_event_callback(adapter: *mut wfa_adapter, event: *const c_char,
                    event_len: usize, callback: wfa_event_callback, user_data: *mut c_void,
                    drop_user_data: wfa_drop_callback, registration: *mut u64,
                    error: *mut wfa_error) -> wfa_result;
                wfa_unregister_event_callback(adapter: *mut wfa_adapter, registration: u64,
                    flags: u32) -> wfa_result;
                wfa_buffer_release(buffer: *mut wfa_buffer) -> ();
                wfa_result_name(result: wfa_result) -> *const c_char;
            }
            $crate::same_as_declared! {
                wfa_entry(_, _);
                wfa_get_descriptor();
                wfa_get_descriptor_json();
                wfa_get_extension(_);
                wfa_create(_, _, _, _, _);
            }
            $crate::export_root_module!();
        }
    };
}

/// Compares each export with its declaration in the contract, from which the C header is made: where the
/// two differ, the adapter does not compile.
#[doc(hidden)]
#[macro_export]
macro_rules! same_as_declared {
    ($($name:ident($($argument:tt),*);)+) => {$(
        const _: () = {
            let _: [unsafe extern "C" fn($($argument),*) -> _; 2] =
                [$crate::ffi::contract::$name, $name];
        };
    )+};
}

/// The exports that only pass on what they get, with the types of their declarations.
#[doc(hidden)]
#[macro_export]
macro_rules! forward_exports {
    ($($name:ident($($argument:ident: $type:ty),+) -> $answer:ty;)+) => {$(
        #[doc = concat!("See `workflow_adapter_contract::", stringify!($name), "`.")]
        ///
        /// # Safety
        /// As described there.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($argument: $type),+) -> $answer {
            // SAFETY: the caller's promise is that function's.
            unsafe { $crate::ffi::exports::$name($($argument),+) }
        }
        const _: () = {
            let _ = [$crate::ffi::contract::$name, $name];
        };
    )+};
}

/// The root module for Rust hosts that load with `abi_stable`.
#[cfg(feature = "abi_stable")]
#[doc(hidden)]
#[macro_export]
macro_rules! export_root_module {
    () => {
        mod root_module {
            use $crate::ffi::rust_host::{
                self, AdapterModuleRef, CheckTypeLayout, LibHeader, RootModuleResult,
            };

            extern "C" fn entry(host_major: u16, host_minor: u16) -> *const super::c_void {
                super::wfa_entry(host_major, host_minor).cast()
            }

            fn root_module() -> AdapterModuleRef {
                rust_host::root_module(entry)
            }

            extern "C" fn erased() -> RootModuleResult {
                rust_host::call(root_module)
            }

            /// Under the name that `abi_stable` looks up.
            #[unsafe(no_mangle)]
            #[allow(non_upper_case_globals)]
            static _1as_0lib_1header_0root_bmodule_bloader: LibHeader = {
                // SAFETY: the root module's layout is checked, and its type is the constructor's.
                unsafe {
                    LibHeader::from_constructor::<AdapterModuleRef>(erased, CheckTypeLayout::Yes)
                }
            };
        }
    };
}

/// Without the feature there is no root module.
#[cfg(not(feature = "abi_stable"))]
#[doc(hidden)]
#[macro_export]
macro_rules! export_root_module {
    () => {};
}
