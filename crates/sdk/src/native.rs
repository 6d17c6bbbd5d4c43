//! An adapter in a Rust program, without the C contract: for tests and tools.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::adapter::{Adapter, Execution};
use crate::call::{CallOptions, Parking};
use crate::error::Error;
use crate::event::{Event, Verdict};
use crate::runtime::{AdapterOptions, Runtime};

/// One instance of the adapter `A`, with the methods of the contract's functions. All of them may be
/// called from any thread.
pub struct Native<A: Adapter> {
    runtime: Arc<Runtime>,
    of: PhantomData<fn() -> A>,
}

impl<A: Adapter> Native<A> {
    /// An instance with the properties in one JSON object. Opens no connection.
    ///
    /// # Errors
    /// `InvalidArgument` if `properties` is no JSON, `InvalidRequest` if it breaks the descriptor.
    pub fn new(properties: &str, options: AdapterOptions) -> Result<Self, Error> {
        let create = |properties: &str, context| -> Result<Box<dyn Adapter>, Error> {
            Ok(Box::new(A::create(properties, context)?))
        };
        Ok(Self {
            runtime: Runtime::new(A::descriptor(), create, properties, options, || ())?,
            of: PhantomData,
        })
    }

    /// Replaces all properties; see [`Adapter::update_properties`].
    ///
    /// # Errors
    /// As [`Native::new`], and `State` after [`Native::shutdown`].
    pub fn update_properties(&self, properties: &str) -> Result<(), Error> {
        self.runtime
            .with(|adapter| adapter.update_properties(properties))
    }

    /// Runs one command; its events go to `sink`, on this thread, before it returns.
    ///
    /// # Errors
    /// `NotFound` for a name that is no command, `InvalidArgument` for a request that is no JSON or a
    /// correlation id out of its limits, `State` after [`Native::shutdown`]. Every other failure is inside
    /// the [`Execution`], beside the response.
    pub fn execute(
        &self,
        name: &str,
        request: &str,
        options: &CallOptions<'_>,
        mut sink: impl FnMut(&Event<'_>) -> Verdict,
    ) -> Result<Execution, Error> {
        options.check()?;
        let limits = self.runtime.limits(options);
        let _inside = self.runtime.begin(0, false, &limits)?;
        let (id, parking) = (options.correlation_id, Parking::default());
        self.runtime
            .execute(name, request, id, &limits, &parking, &mut sink)
    }

    /// Processes one webhook body; see [`Adapter::process_webhook`].
    ///
    /// # Errors
    /// `State` after [`Native::shutdown`]; every other failure is inside the [`Execution`].
    pub fn process_webhook(
        &self,
        body: &[u8],
        signature: Option<&[u8]>,
        mut sink: impl FnMut(&Event<'_>) -> Verdict,
    ) -> Result<Execution, Error> {
        let limits = self.runtime.limits(&CallOptions::default());
        let _inside = self.runtime.begin(0, false, &limits)?;
        self.runtime
            .process_webhook(body, signature, &limits, &mut sink)
    }

    /// What to answer to the GET request that registers a webhook; see [`Adapter::answer_challenge`].
    ///
    /// # Errors
    /// As [`Adapter::answer_challenge`], and `State` after [`Native::shutdown`].
    pub fn answer_challenge(&self, query: &str, verify_token: &str) -> Result<String, Error> {
        self.runtime
            .with(|adapter| adapter.answer_challenge(query, verify_token))
    }

    /// Lets events come outside of calls, to `receiver`, on threads of the adapter.
    ///
    /// # Errors
    /// As [`Adapter::start`], and `State` after [`Native::shutdown`].
    pub fn start(
        &self,
        receiver: impl Fn(&Event<'_>) -> Verdict + Send + Sync + 'static,
    ) -> Result<(), Error> {
        let _inside = self.runtime.enter()?;
        self.runtime.start(Arc::new(receiver), true)
    }

    /// The counters as one JSON object.
    ///
    /// # Errors
    /// `Internal` if the adapter has made something else.
    pub fn metrics(&self) -> Result<String, Error> {
        self.runtime.metrics()
    }

    /// Ends the calls that run, each with its outcome, and runs nothing any more. A receiver may call it
    /// as well.
    pub fn shutdown(&self) {
        let is_idle = self.runtime.calls.close(false);
        self.runtime.calls.cancel_all();
        self.runtime.outbox.close();
        self.runtime.shutdown();
        if is_idle {
            self.runtime.clean_up();
        }
        self.runtime.outbox.wait_idle();
    }
}

impl<A: Adapter> Drop for Native<A> {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl<A: Adapter> fmt::Debug for Native<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Native")
    }
}
