//! What a host tells an adapter about itself, and where its log records go.

use std::ffi::{CStr, CString, c_char, c_void};
use std::fmt;
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::Arc;

use super::Failure;
use super::unwind::{self, caught};
use crate::{
    WFA_ABI_MAJOR, WFA_ABI_MINOR, WFA_ERR_INVALID_ARGUMENT, WFA_LOG_DEBUG, WFA_LOG_ERROR,
    WFA_LOG_INFO, WFA_LOG_OFF, WFA_LOG_TRACE, WFA_LOG_WARN, wfa_host,
};

/// Receives an adapter's log records, on any thread. A panic in it is caught and the record lost. It calls
/// nothing of an adapter: that answers `WFA_ERR_STATE`. What it drops of one is cleaned up by a thread of
/// the loader.
pub type LogFunction = dyn Fn(LogRecord<'_>) + Send + Sync;

/// The host, as one adapter sees it.
///
/// # Examples
/// ```
/// use workflow_adapter_loader::{HostInfo, LogLevel};
///
/// let host = HostInfo::new("my-host", "1.0.0")
///     .instance("support")
///     .log(LogLevel::Warn, |record| eprintln!("{}: {}", record.target, record.message));
/// assert_eq!(host.instance_name.as_deref(), Some("support"));
/// ```
#[derive(Clone, Default)]
pub struct HostInfo {
    /// The host's name, for logs.
    pub name: String,
    /// The host's version, for logs.
    pub version: String,
    /// The instance's name; comes back in every event as `adapter`.
    pub instance_name: Option<String>,
    /// Where log records go; nowhere if none.
    pub log: Option<Arc<LogFunction>>,
    /// The most detailed level that `log` receives.
    pub log_level: LogLevel,
}

impl HostInfo {
    /// A host without an instance name that logs nothing.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            ..Self::default()
        }
    }

    /// Names the instance.
    #[must_use]
    pub fn instance(mut self, name: impl Into<String>) -> Self {
        self.instance_name = Some(name.into());
        self
    }

    /// Sends log records up to `level` to `log`.
    #[must_use]
    pub fn log(
        mut self,
        level: LogLevel,
        log: impl Fn(LogRecord<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.log = Some(Arc::new(log));
        self.log_level = level;
        self
    }
}

impl fmt::Debug for HostInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostInfo")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("instance_name", &self.instance_name)
            .field("log_level", &self.log_level)
            .finish_non_exhaustive()
    }
}

/// How much is logged; each level includes those above it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum LogLevel {
    /// No records.
    #[default]
    Off = WFA_LOG_OFF,
    /// Something failed that a person should see.
    Error = WFA_LOG_ERROR,
    /// Something unexpected was dealt with.
    Warn = WFA_LOG_WARN,
    /// What operators want to see in normal running.
    Info = WFA_LOG_INFO,
    /// One record per attempt and more.
    Debug = WFA_LOG_DEBUG,
    /// Everything.
    Trace = WFA_LOG_TRACE,
}

/// One log record; its texts are lent for the call.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct LogRecord<'a> {
    /// How serious it is.
    pub level: LogLevel,
    /// Which part of the plugin says it.
    pub target: &'a str,
    /// What happened.
    pub message: &'a str,
    /// Details, as one JSON object.
    pub fields: &'a str,
}

/// A `wfa_host` and all that it points to.
pub(super) struct LentHost {
    name: CString,
    version: CString,
    instance_name: Option<CString>,
    log: Option<LentLog>,
    log_level: LogLevel,
}

/// What `user_data` of a `wfa_host` points to: the log function, until the plugin has said its last word.
///
/// A raw pointer and no `Box`: the plugin keeps a copy of it, and a `Box` that is moved is its content's
/// only user again.
pub(super) struct LentLog(NonNull<Arc<LogFunction>>);

impl LentLog {
    fn new(log: Arc<LogFunction>) -> Self {
        Self(NonNull::from(Box::leak(Box::new(log))))
    }

    fn user_data(&self) -> *mut c_void {
        self.0.as_ptr().cast()
    }
}

impl Drop for LentLog {
    fn drop(&mut self) {
        // SAFETY: `new` leaked the box, and only this gives it back: whoever may still be asked for
        // the log
        // forgets this value instead.
        let log = unsafe { Box::from_raw(self.0.as_ptr()) };
        // The host's closure goes with it, and so may what it holds.
        caught(move || drop(log));
    }
}

// SAFETY: it is an `Arc` of what may be used and dropped on any thread.
unsafe impl Send for LentLog {}
// SAFETY: as above.
unsafe impl Sync for LentLog {}

impl LentHost {
    pub(super) fn new(host: &HostInfo) -> Result<Self, Failure> {
        Ok(Self {
            name: terminated("name", &host.name)?,
            version: terminated("version", &host.version)?,
            instance_name: match &host.instance_name {
                Some(name) => Some(terminated("instance_name", name)?),
                None => None,
            },
            log: host.log.clone().map(LentLog::new),
            log_level: host.log_level,
        })
    }

    /// The struct for `create`; it points into `self`.
    pub(super) fn as_c(&self) -> wfa_host {
        wfa_host {
            #[allow(clippy::cast_possible_truncation)] // less than a hundred bytes
            struct_size: size_of::<wfa_host>() as u32,
            abi_major: WFA_ABI_MAJOR,
            abi_minor: WFA_ABI_MINOR,
            name: self.name.as_ptr(),
            version: self.version.as_ptr(),
            instance_name: self
                .instance_name
                .as_ref()
                .map_or(ptr::null(), |name| name.as_ptr()),
            user_data: self
                .log
                .as_ref()
                .map_or(ptr::null_mut(), LentLog::user_data),
            log_level: self.log_level as i32,
            log: self.log.is_some().then_some(receive_record),
            get_extension: None,
        }
    }

    /// What the plugin goes on using until `destroy` has returned.
    pub(super) fn into_log(self) -> Option<LentLog> {
        self.log
    }
}

fn terminated(member: &str, text: &str) -> Result<CString, Failure> {
    let refuse = |_| {
        let message = format!("HostInfo.{member} holds a NUL character");
        Failure::of(WFA_ERR_INVALID_ARGUMENT, message)
    };
    CString::new(text).map_err(refuse)
}

/// The `log` of every host that has one.
unsafe extern "C-unwind" fn receive_record(
    user_data: *mut c_void,
    level: i32,
    target: *const c_char,
    message: *const c_char,
    len: usize,
    fields_json: *const c_char,
    fields_len: usize,
) {
    unwind::log(|| {
        // SAFETY: `user_data` is that of a `LentLog`, which lives until `destroy` has returned, and the
        // plugin logs no later than that; it is only ever shared.
        let log = unsafe { &*user_data.cast::<Arc<LogFunction>>() };
        let target = if target.is_null() {
            c""
        } else {
            // SAFETY: not NULL; the contract lends a NUL-terminated text for this call.
            unsafe { CStr::from_ptr(target) }
        };
        // SAFETY: the contract lends both texts for this call.
        let (message, fields) = unsafe { (lent(message, len), lent(fields_json, fields_len)) };
        log(LogRecord {
            level: level_of(level),
            target: &target.to_string_lossy(),
            message: &String::from_utf8_lossy(message),
            fields: &String::from_utf8_lossy(fields),
        });
    });
}

/// The bytes that the plugin lends; none for NULL.
///
/// # Safety
/// `pointer` is NULL or points to `len` bytes that stay unchanged for `'a`.
pub(super) unsafe fn lent<'a>(pointer: *const c_char, len: usize) -> &'a [u8] {
    if pointer.is_null() {
        return &[];
    }
    // SAFETY: not NULL, and the caller promises that many bytes.
    unsafe { slice::from_raw_parts(pointer.cast(), len) }
}

const fn level_of(level: i32) -> LogLevel {
    match level {
        ..=WFA_LOG_OFF => LogLevel::Off,
        WFA_LOG_ERROR => LogLevel::Error,
        WFA_LOG_WARN => LogLevel::Warn,
        WFA_LOG_INFO => LogLevel::Info,
        WFA_LOG_DEBUG => LogLevel::Debug,
        _ => LogLevel::Trace,
    }
}
