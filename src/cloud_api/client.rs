//! The client: one POST per send, every limit set, and the outcome of it.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::http::{HeaderMap, HeaderValue};
use ureq::{Agent, Timeout};

use super::cancel::Cancel;
use super::exchange;
use super::message::{Content, Message, Recipient};
use super::outcome::{Answer, Exchange, Fault, classify};
use super::resolver::Resolver;
use super::transport;
use crate::error::Error;
use crate::log::{Level, Log};
use crate::properties::Properties;

/// The form that Meta's OpenAPI asks for.
const USER_AGENT: &str = concat!("whatsapp-adapter/", env!("CARGO_PKG_VERSION"));
/// An answer of Graph's has a few hundred bytes; more than this is no answer.
const MAX_ANSWER_BYTES: u64 = 1024 * 1024;
/// A longer wait than this in `Retry-After` is taken for an error.
const MAX_RETRY_AFTER_S: u64 = 3600;
/// Connections kept open between calls, at most.
const MAX_IDLE_CONNECTIONS: usize = 128;
/// A connection that was idle for longer is not used again: reuse must not create unknown outcomes.
const MAX_IDLE_AGE: Duration = Duration::from_secs(4);

/// One phone number's way to the Graph API. Thread-safe; connections are shared between calls.
pub(crate) struct Client {
    agent: Agent,
    messages_url: String,
    authorization: HeaderValue,
}

/// What bounds one call.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) deadline: Instant,
    pub(crate) cancel: Arc<Cancel>,
}

impl Client {
    /// A client for `properties`. Opens no connection.
    ///
    /// # Errors
    /// `InvalidRequest` if the token cannot be a header value.
    pub(crate) fn new(properties: &Properties) -> Result<Self, Error> {
        let token = properties.authentication_token.expose();
        let mut authorization =
            HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| {
                Error::invalid_request(
                    "property \"authenticationToken\" cannot be sent in a header",
                )
            })?;
        authorization.set_sensitive(true);
        // No timeout of ureq's: the transport keeps the exchange's deadline, and a timeout set here
        // would cost a thread for every look-up.
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(USER_AGENT)
            .input_buffer_size(16 * 1024)
            .output_buffer_size(16 * 1024)
            .max_idle_connections(MAX_IDLE_CONNECTIONS)
            .max_idle_connections_per_host(MAX_IDLE_CONNECTIONS)
            .max_idle_age(MAX_IDLE_AGE)
            .build();
        let resolver = Resolver::default();
        let connector = transport::connector(resolver.clone());
        Ok(Self {
            agent: Agent::with_parts(config, connector, resolver),
            messages_url: format!(
                "{}/{}/{}/messages",
                properties.base_url, properties.api_version, properties.phone_number_id
            ),
            authorization,
        })
    }

    /// Sends one message, at most once.
    pub(crate) fn send(
        &self,
        recipient: &Recipient<'_>,
        content: &Content<'_>,
        correlation_id: Option<&str>,
        limits: &Limits,
        log: &Log,
    ) -> Answer {
        let message = Message {
            recipient,
            content,
            callback_data: correlation_id,
        };
        let started = Instant::now();
        let (exchange, trace_id) = match serde_json::to_vec(&message) {
            Ok(body) => self.exchange(&body, limits),
            // Strings in maps cannot fail to serialise; if they did, nothing has been sent.
            Err(_) => (
                Exchange::NotSent(Fault::new("request", "serialise", false)),
                None,
            ),
        };
        let http_status = match &exchange {
            Exchange::Answered { http_status, .. } => Some(*http_status),
            _ => None,
        };
        let (outcome, fbtrace_id) = classify(exchange);
        let answer = Answer {
            outcome,
            attempts: 1,
            http_status,
            fbtrace_id: fbtrace_id.or(trace_id),
        };
        log.record(Level::Debug, "cloud_api", || {
            let fields = serde_json::json!({
                "type": content.kind(),
                "outcome": answer.outcome.name(),
                "reason": answer.outcome.reason(),
                "httpStatus": answer.http_status,
                "fbtraceId": answer.fbtrace_id,
                "correlationId": correlation_id,
                "ms": u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            });
            ("send attempt".to_owned(), fields)
        });
        answer
    }

    fn exchange(&self, body: &[u8], limits: &Limits) -> (Exchange, Option<String>) {
        if let Some(fault) = over_before_it_began(limits) {
            return (Exchange::NotSent(fault), None);
        }
        let (ended, handed_over) = exchange::run(limits.deadline, &limits.cancel, || {
            let mut response = self
                .agent
                .post(&self.messages_url)
                .header("authorization", &self.authorization)
                .header("content-type", "application/json")
                .send(body)?;
            let body = response
                .body_mut()
                .with_config()
                .limit(MAX_ANSWER_BYTES)
                .read_to_vec()
                .ok();
            Ok((response, body))
        });
        match ended {
            Ok((response, body)) => {
                let http_status = response.status().as_u16();
                let retry_after_ms = retry_after_ms(response.headers());
                let trace_id = trace_id(response.headers());
                (
                    Exchange::Answered {
                        http_status,
                        retry_after_ms,
                        body,
                    },
                    trace_id,
                )
            }
            Err(error) => {
                let fault = fault_of(&error, handed_over, limits);
                let exchange = if handed_over {
                    Exchange::NoAnswer(fault)
                } else {
                    Exchange::NotSent(fault)
                };
                (exchange, None)
            }
        }
    }

    /// Closes the connections that are kept, and opens no more. Calls in flight are ended by their
    /// [`Cancel`].
    pub(crate) fn shutdown(&self) {
        self.agent.clone().shutdown();
    }
}

fn over_before_it_began(limits: &Limits) -> Option<Fault> {
    if limits.cancel.is_cancelled() {
        return Some(Fault::new("queue", "cancelled", false));
    }
    let over = Instant::now() >= limits.deadline;
    over.then(|| Fault {
        timed_out: true,
        ..Fault::new("queue", "timeout", true)
    })
}

fn fault_of(error: &ureq::Error, handed_over: bool, limits: &Limits) -> Fault {
    let phase = if handed_over { "response" } else { "connect" };
    if limits.cancel.is_cancelled() {
        return Fault::new(phase, "cancelled", false);
    }
    match error {
        ureq::Error::HostNotFound => Fault::new("resolve", "dns", true),
        ureq::Error::Timeout(timeout) => {
            let phase = if *timeout == Timeout::Resolve {
                "resolve"
            } else {
                phase
            };
            Fault {
                timed_out: true,
                ..Fault::new(phase, "timeout", true)
            }
        }
        ureq::Error::Rustls(error) => tls_fault(error),
        ureq::Error::Tls(_) => Fault::new("tls", "handshake", false),
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => {
            Fault::new(phase, "not_http", false)
        }
        ureq::Error::Io(error) => match rustls_error(error) {
            Some(tls) if !handed_over => tls_fault(tls),
            _ => io_fault(phase, error, limits),
        },
        _ => Fault::new(phase, "transport", true),
    }
}

fn rustls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// A certificate that is not trusted stays so; a broken handshake may work next time.
fn tls_fault(error: &rustls::Error) -> Fault {
    let certificate = matches!(error, rustls::Error::InvalidCertificate(_));
    let reason = if certificate {
        "certificate"
    } else {
        "handshake"
    };
    Fault::new("tls", reason, !certificate)
}

fn io_fault(phase: &'static str, error: &io::Error, limits: &Limits) -> Fault {
    let reason = match error.kind() {
        io::ErrorKind::ConnectionRefused => "refused",
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "reset",
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionAborted => "closed",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "unreachable",
        // The TLS layer turns the transport's own timeout into an io error.
        _ if Instant::now() >= limits.deadline => {
            return Fault {
                timed_out: true,
                ..Fault::new(phase, "timeout", true)
            };
        }
        _ => "io",
    };
    Fault::new(phase, reason, true)
}

/// `Retry-After` in seconds. Meta documents none; a date or a number out of reason is ignored.
fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let seconds: u64 = headers
        .get("retry-after")?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    (seconds <= MAX_RETRY_AFTER_S).then_some(seconds * 1000)
}

fn trace_id(headers: &HeaderMap) -> Option<String> {
    let value = headers
        .get("x-fb-request-id")
        .or_else(|| headers.get("x-fb-trace-id"))?;
    let text = value.to_str().ok()?;
    (text.len() <= 128).then(|| text.to_owned())
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("messages_url", &self.messages_url)
            .finish_non_exhaustive()
    }
}
