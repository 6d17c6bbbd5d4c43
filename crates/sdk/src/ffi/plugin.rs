//! What the exports of a plugin share: which adapter type it has, its tables, and its optional features.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::OnceLock;

use workflow_adapter_contract::{
    WFA_ABI_MAJOR, WFA_METRICS_V1, WFA_WEBHOOK_V1, wfa_adapter, wfa_api, wfa_descriptor, wfa_error,
    wfa_host, wfa_result,
};

use super::instance::Instance;
use super::out::Out;
use super::text::text;
use super::{boundary, extensions, foreign, fork, handles, tables};
use crate::adapter::Adapter;
use crate::descriptor::Descriptor;
use crate::panics;
use crate::runtime::Create;

/// The plugin of one adapter type: [`export_adapter!`](crate::export_adapter) makes one.
pub struct Plugin {
    descriptor: fn() -> &'static Descriptor,
    create: Create,
    tables: OnceLock<tables::Table>,
    api: OnceLock<wfa_api>,
}

impl Plugin {
    /// The plugin of `A`.
    pub const fn new<A: Adapter>() -> Self {
        Self {
            descriptor: A::descriptor,
            create: |properties, context| Ok(Box::new(A::create(properties, context)?)),
            tables: OnceLock::new(),
            api: OnceLock::new(),
        }
    }

    fn descriptor(&self) -> &'static Descriptor {
        (self.descriptor)()
    }

    /// What `wfa_entry` answers; `table` makes the table around the descriptor.
    pub fn entry(
        &'static self,
        host_major: u16,
        table: impl FnOnce(*const wfa_descriptor) -> wfa_api,
    ) -> *const wfa_api {
        if host_major != WFA_ABI_MAJOR {
            return ptr::null();
        }
        let api = || ptr::from_ref(self.api.get_or_init(|| table(self.c_descriptor())));
        panics::caught(api).unwrap_or(ptr::null())
    }

    /// What `wfa_get_descriptor` answers.
    pub fn c_descriptor(&'static self) -> *const wfa_descriptor {
        let table = || self.tables.get_or_init(|| tables::build(self.descriptor()));
        panics::caught(|| table().get()).unwrap_or(ptr::null())
    }

    /// What `wfa_get_descriptor_json` answers.
    pub fn c_descriptor_json(&'static self) -> *const c_char {
        let descriptor = self.c_descriptor();
        if descriptor.is_null() {
            return ptr::null();
        }
        // SAFETY: not NULL, and the table lives as long as the process.
        unsafe { (*descriptor).json }
    }

    /// What `wfa_get_extension` answers: the extension of exactly that id, if the descriptor offers it.
    ///
    /// # Safety
    /// `id` is NULL or NUL-terminated.
    pub unsafe fn extension(&'static self, id: *const c_char) -> *const c_void {
        if id.is_null() {
            return ptr::null();
        }
        // SAFETY: not NULL, and the caller promises a NUL-terminated text.
        let id = unsafe { CStr::from_ptr(id) };
        let extension = || {
            if id == WFA_WEBHOOK_V1 && self.descriptor().webhook.is_some() {
                ptr::from_ref(&extensions::WEBHOOK).cast()
            } else if id == WFA_METRICS_V1 && !self.descriptor().metrics.is_empty() {
                ptr::from_ref(&extensions::METRICS).cast()
            } else {
                ptr::null()
            }
        };
        panics::caught(extension).unwrap_or(ptr::null())
    }

    /// The inside of `wfa_create`.
    ///
    /// # Safety
    /// As described there.
    pub unsafe fn create_instance(
        &'static self,
        host: *const wfa_host,
        properties_json: *const c_char,
        len: usize,
        out: *mut *mut wfa_adapter,
        error: *mut wfa_error,
    ) -> wfa_result {
        // SAFETY: the caller's promise is this function's.
        let out = unsafe { Out::new(out, "out") };
        let create = || {
            out.check()?;
            // SAFETY: the caller's promise is this function's.
            let properties = unsafe { text(properties_json, len, "properties_json") }?;
            // SAFETY: as above.
            let options = unsafe { foreign::options(host) }?;
            let instance = Instance::new(self.descriptor(), self.create, properties, options)?;
            fork::watch();
            let handle = handles::insert(instance)?;
            out.put(handle);
            Ok(None)
        };
        // SAFETY: the caller's promise is this function's.
        unsafe { boundary::enter(error, create) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::{Context, Execution};
    use crate::call::Call;
    use crate::error::Error;
    use crate::event::EventSink;

    struct Indescribable;

    impl Adapter for Indescribable {
        fn descriptor() -> &'static Descriptor {
            panic!("a defect in the adapter")
        }

        fn create(_: &str, _: Context) -> Result<Self, Error> {
            Ok(Self)
        }

        fn execute(
            &self,
            _: &str,
            _: &str,
            _: &Call<'_>,
            _: &mut EventSink<'_>,
        ) -> Result<Execution, Error> {
            Ok(String::new().into())
        }
    }

    #[test]
    fn a_plugin_whose_descriptor_panics_offers_nothing() {
        static PLUGIN: Plugin = Plugin::new::<Indescribable>();
        assert!(PLUGIN.c_descriptor().is_null());
        for id in [WFA_WEBHOOK_V1, WFA_METRICS_V1] {
            // SAFETY: a C text.
            let extension = unsafe { PLUGIN.extension(id.as_ptr()) };
            assert!(extension.is_null());
        }
    }
}
