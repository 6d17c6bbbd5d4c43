//! The client: one POST per send, every limit set, and the outcome of it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ureq::http::{HeaderMap, HeaderValue};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::{Agent, Timeout};

use super::message::{Content, Message, Recipient};
use super::outcome::{Answer, Exchange, Fault, classify};
use super::transport;
use crate::error::Error;
use crate::log::{Level, Log};
use crate::properties::Properties;

/// The form that Meta's OpenAPI asks for.
const USER_AGENT: &str = concat!("whatsapp-adapter/", env!("CARGO_PKG_VERSION"));
/// An answer of Graph's has a few hundred bytes; more than this is no answer.
const MAX_ANSWER_BYTES: u64 = 1024 * 1024;
/// Name look-up, connection and TLS together, unless the call has less.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A longer wait than this in `Retry-After` is taken for an error.
const MAX_RETRY_AFTER_S: u64 = 3600;

/// One phone number's way to the Graph API. Thread-safe; connections are shared between calls.
pub(crate) struct Client {
    agent: Agent,
    messages_url: String,
    authorization: HeaderValue,
    timeout: Duration,
    closed: AtomicBool,
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
                Error::invalid_request("property authenticationToken cannot be sent in a header")
            })?;
        authorization.set_sensitive(true);
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(USER_AGENT)
            .timeout_global(Some(properties.timeout))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .input_buffer_size(16 * 1024)
            .output_buffer_size(16 * 1024)
            .max_idle_connections(128)
            .max_idle_connections_per_host(128)
            .max_idle_age(Duration::from_secs(4))
            .build();
        Ok(Self {
            agent: Agent::with_parts(config, transport::connector(), DefaultResolver::default()),
            messages_url: format!(
                "{}/{}/{}/messages",
                properties.base_url, properties.api_version, properties.phone_number_id
            ),
            authorization,
            timeout: properties.timeout,
            closed: AtomicBool::new(false),
        })
    }

    /// Sends one message, at most once.
    pub(crate) fn send(
        &self,
        recipient: &Recipient<'_>,
        content: &Content<'_>,
        correlation_id: Option<&str>,
        timeout: Duration,
        log: &Log,
    ) -> Answer {
        let message = Message {
            recipient,
            content,
            callback_data: correlation_id,
        };
        let Ok(body) = serde_json::to_vec(&message) else {
            // Strings in maps cannot fail to serialise; if they did, nothing has been sent.
            return not_sent("request", "serialise");
        };
        let (exchange, trace_id) = self.exchange(&body, timeout);
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
            });
            ("send attempt".to_owned(), fields)
        });
        answer
    }

    /// Ends the calls in flight and refuses new ones.
    pub(crate) fn shutdown(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.agent.clone().shutdown();
    }

    fn exchange(&self, body: &[u8], timeout: Duration) -> (Exchange, Option<String>) {
        transport::begin_exchange();
        let request = self
            .agent
            .post(&self.messages_url)
            .header("authorization", &self.authorization)
            .header("content-type", "application/json");
        let sent = if timeout == self.timeout {
            request.send(body)
        } else {
            request
                .config()
                .timeout_global(Some(timeout))
                .build()
                .send(body)
        };
        match sent {
            Ok(mut response) => {
                let http_status = response.status().as_u16();
                let retry_after_ms = retry_after_ms(response.headers());
                let trace_id = trace_id(response.headers());
                let body = response
                    .body_mut()
                    .with_config()
                    .limit(MAX_ANSWER_BYTES)
                    .read_to_vec()
                    .ok();
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
                let handed_over = transport::handed_over();
                let fault = self.fault(&error, handed_over);
                let exchange = if handed_over {
                    Exchange::NoAnswer(fault)
                } else {
                    Exchange::NotSent(fault)
                };
                (exchange, None)
            }
        }
    }

    fn fault(&self, error: &ureq::Error, handed_over: bool) -> Fault {
        let phase = if handed_over { "response" } else { "connect" };
        if self.closed.load(Ordering::SeqCst) {
            return Fault {
                phase,
                reason: "cancelled",
                retryable: false,
                timed_out: false,
            };
        }
        let fault = |phase, reason, retryable| Fault {
            phase,
            reason,
            retryable,
            timed_out: false,
        };
        match error {
            ureq::Error::HostNotFound => fault("resolve", "dns", true),
            ureq::Error::Timeout(timeout) => Fault {
                phase: match timeout {
                    Timeout::Resolve => "resolve",
                    _ => phase,
                },
                reason: "timeout",
                retryable: true,
                timed_out: true,
            },
            ureq::Error::Rustls(error) => tls_fault(error),
            ureq::Error::Tls(_) => fault("tls", "handshake", false),
            ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => {
                fault(phase, "not_http", false)
            }
            ureq::Error::Io(error) => match rustls_error(error) {
                Some(tls) if !handed_over => tls_fault(tls),
                _ => fault(phase, io_reason(error), true),
            },
            _ => fault(phase, "transport", true),
        }
    }
}

fn not_sent(phase: &'static str, reason: &'static str) -> Answer {
    let fault = Fault {
        phase,
        reason,
        retryable: false,
        timed_out: false,
    };
    let (outcome, _) = classify(Exchange::NotSent(fault));
    Answer {
        outcome,
        attempts: 0,
        http_status: None,
        fbtrace_id: None,
    }
}

fn rustls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// A certificate that is not trusted stays so; a broken handshake may work next time.
fn tls_fault(error: &rustls::Error) -> Fault {
    let certificate = matches!(error, rustls::Error::InvalidCertificate(_));
    Fault {
        phase: "tls",
        reason: if certificate {
            "certificate"
        } else {
            "handshake"
        },
        retryable: !certificate,
        timed_out: false,
    }
}

fn io_reason(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "refused",
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "reset",
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionAborted => "closed",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "unreachable",
        _ if error.raw_os_error().is_none() && error.to_string().contains("lookup address") => {
            "dns"
        }
        _ => "io",
    }
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
