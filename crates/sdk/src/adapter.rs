//! What an author of an adapter implements: one trait.

use std::sync::Arc;
use std::time::Duration;

use crate::call::Call;
use crate::clock::Clock;
use crate::descriptor::Descriptor;
use crate::error::{Error, Kind};
use crate::event::EventSink;
use crate::log::Log;
use crate::metrics::Commands;
use crate::outbox::Emitter;
use crate::secret::Redactor;

/// One configured instance of an adapter. All methods may be called on any thread, several at once.
///
/// [`export_adapter!`](crate::export_adapter) makes the plugin of it. Which optional features of the
/// contract the plugin offers follows from the descriptor: `wfa.webhook/1` if it declares a webhook,
/// `wfa.metrics/1` if it has rows of metrics.
pub trait Adapter: Send + Sync + 'static {
    /// What the adapter type offers; the same at every call.
    fn descriptor() -> &'static Descriptor
    where
        Self: Sized;

    /// An instance with the properties in one JSON object. Opens no connection and starts no thread.
    ///
    /// # Errors
    /// `InvalidArgument` if `properties` is no JSON, `InvalidRequest` if it breaks the descriptor.
    fn create(properties: &str, context: Context) -> Result<Self, Error>
    where
        Self: Sized;

    /// Runs the command `name`, which is one of the descriptor's, with the request in one JSON object. Its
    /// events go to `events` on this thread.
    ///
    /// # Errors
    /// Why it failed: the SDK makes the response of it. An adapter whose failures have a response of their
    /// own answers an [`Execution`] with both.
    fn execute(
        &self,
        name: &str,
        request: &str,
        call: &Call<'_>,
        events: &mut EventSink<'_>,
    ) -> Result<Execution, Error>;

    /// The response of a command that was cancelled or out of time before it began: [`Adapter::execute`]
    /// is never called with it. It only says so and does nothing, and the command fails with `error`. An
    /// adapter whose failures have a response of their own answers an [`Execution`] with both.
    ///
    /// # Errors
    /// `error`, whose response the SDK makes.
    fn unstarted(
        &self,
        name: &str,
        request: &str,
        call: &Call<'_>,
        error: Error,
    ) -> Result<Execution, Error> {
        let _ = (name, request, call);
        Err(error)
    }

    /// Replaces all properties. Calls that run keep the old ones. On failure nothing changes.
    ///
    /// # Errors
    /// As [`Adapter::create`]; `Unsupported` if the adapter must be created anew instead.
    fn update_properties(&self, properties: &str) -> Result<(), Error> {
        let _ = properties;
        let message = "this adapter cannot change its properties; destroy it and create it again";
        Err(Error::new(Kind::Unsupported, message))
    }

    /// The host is ready for events outside of calls: the source begins.
    ///
    /// # Errors
    /// `Unavailable` if the source cannot be opened, `InvalidRequest` if the properties do not fit it. The
    /// host may try again.
    fn start(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The instance is being destroyed. Ends what runs, the source among it, and waits for nothing: every
    /// call was cancelled, and a callback may still run.
    fn shutdown(&self) {}

    /// The last call has ended; the host's log and clock may still be used. Waits for threads of the
    /// adapter's own.
    fn finish(&self) {}

    /// How long a call may take, and how much may run at once.
    fn bounds(&self) -> Bounds {
        Bounds::default()
    }

    /// Processes the body of one webhook as the HTTP request had it; `signature` is the value of the
    /// header that the descriptor declares. Checks it before anything is parsed, and refuses without a
    /// secret.
    ///
    /// # Errors
    /// As [`Adapter::execute`]; `Unauthentic` if the signature is missing or wrong.
    fn process_webhook(
        &self,
        body: &[u8],
        signature: Option<&[u8]>,
        call: &Call<'_>,
        events: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        let _ = (body, signature, call, events);
        Err(Error::new(Kind::Unsupported, "this adapter has no webhook"))
    }

    /// What to answer, as `text/plain`, to the GET request that registers a webhook.
    ///
    /// # Errors
    /// `InvalidRequest` if `query` is no such request, `Unauthentic` if its token is another one.
    fn answer_challenge(&self, query: &str, verify_token: &str) -> Result<String, Error> {
        let _ = (query, verify_token);
        let message = "the webhooks of this adapter are registered without a challenge";
        Err(Error::new(Kind::InvalidRequest, message))
    }

    /// The counters as one JSON object; `commands` has those that the SDK counts.
    fn metrics(&self, commands: &Commands) -> String {
        // Strings and numbers in structs: nothing here can fail to serialise.
        serde_json::to_string(&commands.snapshot()).unwrap_or_default()
    }
}

/// What an instance gets from its host and from the SDK.
#[derive(Debug)]
pub struct Context {
    /// The instance's name, if the host gave one.
    pub instance_name: Option<String>,
    /// Where log records go; `secrets` are cut out of them.
    pub log: Log,
    /// The time for what is remembered over days.
    pub clock: Clock,
    /// What is cut out of every response, error and log record. An adapter adds its secret properties.
    pub secrets: Arc<Redactor>,
    /// Raises events outside of calls.
    pub emitter: Emitter,
}

/// How long a call may take, and how much may run at once, in one instance.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How long a call may take for which the host says nothing.
    pub timeout: Duration,
    /// How many threads run submitted commands.
    pub threads: usize,
    /// How many submitted commands may wait for one.
    pub queue: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            threads: 4,
            queue: 1_000,
        }
    }
}

/// How a command ended: it always has a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// One JSON object.
    pub response: String,
    /// Why it failed; none on success.
    pub failure: Option<Error>,
}

impl From<String> for Execution {
    /// A success with this response.
    fn from(response: String) -> Self {
        Self {
            response,
            failure: None,
        }
    }
}
