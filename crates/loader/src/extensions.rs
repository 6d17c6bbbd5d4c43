//! The optional features that this version of the contract names: webhooks as raw bytes, counters.

use std::ffi::CStr;
use std::fmt;
use std::ptr;

use super::answer::{Buffer, ErrorOut, defect};
use super::foreign::{Foreign, member};
use super::{Adapter, CommandOutput, Failure};
use crate::{WFA_METRICS_V1, WFA_WEBHOOK_V1, wfa_metrics_v1, wfa_webhook_v1};

impl Adapter {
    /// The plugin's way to take webhooks as raw bytes (extension `wfa.webhook/1`); none if it has
    /// none.
    pub fn webhook(&self) -> Option<Webhook<'_>> {
        // SAFETY: the contract gives this id this struct, static if there is one.
        let table = unsafe { extension::<wfa_webhook_v1>(self, WFA_WEBHOOK_V1) }?;
        Some(Webhook {
            adapter: self,
            table: wfa_webhook_v1 {
                #[allow(clippy::cast_possible_truncation)] // a few bytes
                struct_size: size_of::<wfa_webhook_v1>() as u32,
                challenge: table.function(member!(wfa_webhook_v1.challenge))?,
                process: table.function(member!(wfa_webhook_v1.process))?,
            },
        })
    }

    /// The adapter's counters as one JSON object (extension `wfa.metrics/1`); none if the plugin
    /// keeps none.
    ///
    /// # Errors
    /// If the adapter is being destroyed, or the plugin has a defect.
    ///
    /// # Examples
    /// ```no_run
    /// # use workflow_adapter_loader::{Adapter, Failure};
    /// # fn scrape(adapter: &Adapter) -> Result<(), Failure> {
    /// let counters = adapter.metrics()?.unwrap_or_else(|| "{}".to_owned());
    /// # Ok(())
    /// # }
    /// ```
    pub fn metrics(&self) -> Result<Option<String>, Failure> {
        // SAFETY: the contract gives this id this struct, static if there is one.
        let table = unsafe { extension::<wfa_metrics_v1>(self, WFA_METRICS_V1) };
        let snapshot = table.and_then(|table| table.function(member!(wfa_metrics_v1.snapshot)));
        let Some(snapshot) = snapshot else {
            return Ok(None);
        };
        let mut json = Buffer::empty();
        let mut error = ErrorOut::empty();
        // SAFETY: the handle is looked up and not followed; the places live during the call.
        let result = unsafe { snapshot(self.handle().get(), json.as_out(), error.as_out()) };
        text(&json, error.failure(result), "the counters").map(Some)
    }
}

/// Webhooks as the HTTP request had them, for a host that owns the listener; made by
/// [`Adapter::webhook`].
///
/// # Examples
/// What a listener answers to a POST request:
/// ```no_run
/// use workflow_adapter_loader::{Adapter, WFA_ERR_INVALID_REQUEST, WFA_ERR_UNAUTHENTIC, WFA_OK};
///
/// fn http_status(adapter: &Adapter, body: &[u8], signature: Option<&[u8]>) -> u16 {
///     let Some(webhook) = adapter.webhook() else {
///         return 404; // this plugin takes no webhooks
///     };
///     match webhook.process(body, signature).map(|output| output.result) {
///         Ok(WFA_OK) => 200,
///         Ok(WFA_ERR_UNAUTHENTIC) => 403,
///         Ok(WFA_ERR_INVALID_REQUEST) => 413,
///         _ => 503, // the sender repeats it
///     }
/// }
/// ```
pub struct Webhook<'a> {
    adapter: &'a Adapter,
    table: wfa_webhook_v1,
}

impl Webhook<'_> {
    /// Processes the body of a POST request; `signature` is the value of the header that signs it,
    /// none if the request has none. The signature is checked before anything is parsed.
    ///
    /// The events reach the callbacks on this thread before it returns.
    ///
    /// # Errors
    /// Only if there is no response: the adapter is being destroyed, or the plugin has a defect. A
    /// webhook that was refused is a [`CommandOutput`] with an error.
    pub fn process(&self, body: &[u8], signature: Option<&[u8]>) -> Result<CommandOutput, Failure> {
        let mut response = Buffer::empty();
        let mut error = ErrorOut::empty();
        // SAFETY: the bytes and places live during the call; the handle is looked up and not
        // followed.
        let result = unsafe {
            (self.table.process)(
                self.adapter.handle().get(),
                body.as_ptr().cast(),
                body.len(),
                signature.map_or(ptr::null(), <[u8]>::as_ptr).cast(),
                signature.map_or(0, <[u8]>::len),
                response.as_out(),
                error.as_out(),
            )
        };
        let failure = error.failure(result);
        CommandOutput::new(result, response.text()?, failure)
    }

    /// What to answer as `text/plain` to the GET request that registers a callback URL: `query` is
    /// its query string as it came, `verify_token` the token that the host is configured with.
    ///
    /// # Errors
    /// `WFA_ERR_UNAUTHENTIC` if the request has another token (answer 403),
    /// `WFA_ERR_INVALID_REQUEST` if it is no such request (answer 400),
    /// `WFA_ERR_INVALID_ARGUMENT` if `verify_token` is empty.
    pub fn challenge(&self, query: &str, verify_token: &str) -> Result<String, Failure> {
        let mut body = Buffer::empty();
        let mut error = ErrorOut::empty();
        // SAFETY: the texts and places live during the call; the handle is looked up and not
        // followed.
        let result = unsafe {
            (self.table.challenge)(
                self.adapter.handle().get(),
                query.as_ptr().cast(),
                query.len(),
                verify_token.as_ptr().cast(),
                verify_token.len(),
                body.as_out(),
                error.as_out(),
            )
        };
        text(&body, error.failure(result), "the challenge")
    }
}

impl fmt::Debug for Webhook<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Webhook").field(self.adapter).finish()
    }
}

/// The plugin's extension of this id.
///
/// # Safety
/// `S` is the struct that the contract gives this id; it begins with its size.
unsafe fn extension<S>(adapter: &Adapter, id: &CStr) -> Option<Foreign<S>> {
    // SAFETY: the id is NUL-terminated and lives during the call.
    let found = unsafe { (adapter.plugin().table().get_extension)(id.as_ptr()) };
    // SAFETY: the contract promises NULL or a static struct, and the caller its type.
    unsafe { Foreign::new(found.cast()) }
}

/// The text of a call that has one if it succeeds.
fn text(buffer: &Buffer, failure: Option<Failure>, what: &str) -> Result<String, Failure> {
    if let Some(failure) = failure {
        return Err(failure);
    }
    let written = buffer.text()?;
    written.ok_or_else(|| defect(&format!("WFA_OK and no text where {what} should be")))
}
