//! The client: connections to the Graph API, and one POST with every limit set.

use std::sync::Arc;
use std::time::Instant;

use ureq::http::{HeaderValue, Response};
use ureq::{Agent, Body};

use super::breaker::Breaker;
use super::cancel::Cancel;
use super::exchange::{self, Marks};
use super::fault::fault_of;
use super::governor::Governor;
use super::headers::Told;
use super::outcome::Exchange;
use super::proxy;
use super::resolver::Resolver;
use super::tls::TlsConnector;
use super::transport;
use crate::error::Error;
use crate::log::Log;
use crate::metrics::Sending;
use crate::properties::Properties;

/// The form that Meta's OpenAPI asks for.
const USER_AGENT: &str = concat!("whatsapp-adapter/", env!("CARGO_PKG_VERSION"));
/// An answer of Graph's has a few hundred bytes; more than this is no answer.
const MAX_ANSWER_BYTES: u64 = 1024 * 1024;
/// Connections kept open between calls, at most; with more worker threads as many as those.
const MIN_IDLE_CONNECTIONS: usize = 128;

/// One phone number's way to the Graph API. Thread-safe; connections are shared between calls.
pub(crate) struct Client {
    pub(super) agent: Agent,
    /// As the property has it, without a slash at its end.
    pub(super) base_url: String,
    /// The version's, without a slash at its end.
    pub(super) version_url: String,
    pub(super) version: String,
    pub(super) phone_number_id: String,
    pub(super) authorization: HeaderValue,
    pub(super) max_attempts: u32,
    pub(super) governor: Arc<Governor>,
    /// About this client's token only.
    pub(super) breaker: Breaker,
}

/// What bounds one call.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) deadline: Instant,
    pub(crate) cancel: Arc<Cancel>,
}

/// What a call is bounded by, and where it tells what it did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) log: &'a Log,
    pub(crate) metrics: &'a Sending,
}

impl Client {
    /// A client for `properties`. Opens no connection. What holds `previous` back holds this one too,
    /// if it is for the same phone number.
    ///
    /// # Errors
    /// `InvalidRequest` if the token cannot be a header value, or a certificate in `caFile` not be used.
    pub(crate) fn new(properties: &Properties, previous: Option<&Self>) -> Result<Self, Error> {
        let token = properties.authentication_token.expose();
        let mut authorization =
            HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| {
                Error::invalid_request(
                    "property \"authenticationToken\" cannot be sent in a header",
                )
            })?;
        authorization.set_sensitive(true);
        let idle = if properties.keep_alive.is_zero() {
            0
        } else {
            properties.workers.max(MIN_IDLE_CONNECTIONS)
        };
        // No timeout of ureq's: the transport keeps the exchange's deadline, and a timeout set here
        // would cost a thread for every look-up.
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(proxy::configured(&properties.proxy)?)
            .user_agent(USER_AGENT)
            .input_buffer_size(16 * 1024)
            .output_buffer_size(16 * 1024)
            .max_idle_connections(idle)
            .max_idle_connections_per_host(idle)
            .max_idle_age(properties.keep_alive)
            .build();
        let resolver = Resolver::default();
        let tls = TlsConnector::new(properties.ca_file.as_ref())?;
        let connector = transport::connector(resolver.clone(), tls, config.proxy().is_some());
        let phone_number_id = properties.phone_number_id.to_string();
        let governor = match previous {
            Some(previous) if previous.phone_number_id == phone_number_id => {
                Arc::clone(&previous.governor)
            }
            _ => Arc::new(Governor::new(properties.messages_per_second)),
        };
        Ok(Self {
            agent: Agent::with_parts(config, connector, resolver),
            base_url: properties.base_url.to_string(),
            version_url: format!("{}/{}", properties.base_url, properties.api_version),
            version: properties.api_version.to_string(),
            phone_number_id,
            authorization,
            max_attempts: properties.max_attempts,
            governor,
            breaker: Breaker::default(),
        })
    }

    /// One POST of a message. Answers how it ended and what it cost.
    pub(super) fn exchange(
        &self,
        endpoint: &str,
        body: &[u8],
        limits: &Limits,
    ) -> (Exchange, Marks) {
        self.exchange_with(limits, || {
            self.agent
                .post(format!(
                    "{}/{}/{endpoint}",
                    self.version_url, self.phone_number_id
                ))
                .header("authorization", &self.authorization)
                .header("content-type", "application/json")
                .send(body)
        })
    }

    /// One request. Answers how it ended and what it cost.
    pub(super) fn exchange_with(
        &self,
        limits: &Limits,
        request: impl FnOnce() -> Result<Response<Body>, ureq::Error>,
    ) -> (Exchange, Marks) {
        let (ended, marks) = exchange::run(limits.deadline, &limits.cancel, || {
            let mut response = request()?;
            let body = response
                .body_mut()
                .with_config()
                .limit(MAX_ANSWER_BYTES)
                .read_to_vec()
                .ok();
            Ok((response, body))
        });
        let exchange = match ended {
            Ok((response, body)) => Exchange::Answered {
                http_status: response.status().as_u16(),
                told: Told::read(response.headers(), &self.version),
                body,
            },
            Err(error) => failed(&error, marks, limits),
        };
        (exchange, marks)
    }

    /// The client is in use from now on, with its rate and its token.
    pub(crate) fn take_over(&self, properties: &Properties, metrics: &Sending) {
        self.governor
            .pacing
            .set_rate(properties.messages_per_second);
        metrics.breaker_is_open(false);
    }

    /// Closes the connections that are kept, and opens no more. Calls in flight are ended by their
    /// [`Cancel`].
    pub(crate) fn shutdown(&self) {
        self.agent.clone().shutdown();
    }
}

/// How an exchange ended that brought no answer.
pub(super) fn failed(error: &ureq::Error, marks: Marks, limits: &Limits) -> Exchange {
    let fault = fault_of(error, marks, limits);
    if marks.handed_over {
        Exchange::NoAnswer(fault)
    } else {
        Exchange::NotSent(fault)
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("version_url", &self.version_url)
            .finish_non_exhaustive()
    }
}
