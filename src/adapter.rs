//! One configured instance: the safe twin of the C functions.

use std::time::Duration;

use crate::cloud_api::Client;
pub use crate::command::Execution;
use crate::command::{self, Context};
use crate::error::{Error, Kind};
use crate::event::{Event, Verdict};
use crate::log::Log;
use crate::properties::Properties;
use crate::secret::Redactor;

/// What a host may tell an adapter about itself.
#[derive(Debug, Default)]
pub struct AdapterOptions {
    /// Comes back in every event as `adapter`.
    pub instance_name: Option<String>,
    /// Where log records go.
    pub log: Log,
}

/// Options of one call.
#[derive(Debug, Default, Clone, Copy)]
pub struct CallOptions<'a> {
    /// How long the call may take in all; the property `timeoutMs` if none.
    pub timeout: Option<Duration>,
    /// The host's id for this call, 1 to 512 bytes; comes back in the status webhooks.
    pub correlation_id: Option<&'a str>,
}

/// One configured adapter. All methods may be called from any thread.
#[derive(Debug)]
pub struct Adapter {
    properties: Properties,
    client: Client,
    log: Log,
    redactor: Redactor,
    instance_name: Option<String>,
}

impl Adapter {
    /// An adapter with the properties in one JSON object. Opens no connection.
    ///
    /// # Errors
    /// `InvalidArgument` if `properties` is no JSON, `InvalidRequest` if it breaks the descriptor.
    pub fn new(properties: &str, options: AdapterOptions) -> Result<Self, Error> {
        let properties = Properties::parse(properties)?;
        let redactor = Redactor::new([&properties.authentication_token]);
        let client = Client::new(&properties)?;
        Ok(Self {
            client,
            log: options.log.with_redactor(redactor.clone()),
            redactor,
            properties,
            instance_name: options.instance_name,
        })
    }

    /// Runs one command; its events go to `sink`, on this thread, before it returns.
    ///
    /// # Errors
    /// `NotFound` for a name that is no command, `InvalidArgument` for a request that is no JSON or a
    /// correlation id out of its limits, `State` after [`Adapter::shutdown`]. Every other failure is
    /// inside the [`Execution`], beside the response.
    pub fn execute(
        &self,
        name: &str,
        request: &str,
        options: &CallOptions<'_>,
        mut sink: impl FnMut(&Event<'_>) -> Verdict,
    ) -> Result<Execution, Error> {
        if let Some(id) = options.correlation_id {
            check_correlation_id(id)?;
        }
        let mut context = Context {
            properties: &self.properties,
            client: &self.client,
            log: &self.log,
            instance_name: self.instance_name.as_deref(),
            timeout: options.timeout.unwrap_or(self.properties.timeout),
            correlation_id: options.correlation_id,
            sink: &mut sink,
        };
        let execution = command::run(name, request, &mut context)
            .map_err(|error| error.map_message(|text| self.redactor.redact(text).into_owned()))?;
        Ok(Execution {
            response: self.redactor.redact(&execution.response).into_owned(),
            failure: execution
                .failure
                .map(|error| error.map_message(|text| self.redactor.redact(text).into_owned())),
        })
    }

    /// Ends the calls in flight, each with its outcome, and sends nothing any more.
    pub fn shutdown(&self) {
        self.client.shutdown();
    }
}

fn check_correlation_id(id: &str) -> Result<(), Error> {
    // Meta's limit for biz_opaque_callback_data.
    if (1..=512).contains(&id.len()) {
        return Ok(());
    }
    Err(Error::new(
        Kind::InvalidArgument,
        format!(
            "the correlation id has {} bytes; it needs 1 to 512",
            id.len()
        ),
    ))
}
