//! The client for the Graph API: its configuration, and single exchanges within the limits of a call.

use std::sync::Arc;

use ureq::Error as HttpError;
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use ureq::http::{HeaderValue, Method, Request, Response, request};
use zeroize::Zeroizing;

use super::breaker::Breaker;
use super::completeness::Framing;
use super::connector::Connector;
use super::exchange::{Exchange, Marks};
use super::fault::fault_of;
use super::headers::AnswerHeaders;
use super::http::{self, Answer, Body, PRODUCT};
use super::limits::Limits;
use super::message::Content;
use super::pool::Pool;
use super::proxy;
use super::rate_limiter::RateLimiter;
use super::report::Ending;
use super::resolver::Resolver;
use super::retry_budget::RetryBudget;
use super::target::Target;
use super::tls::TlsConnector;
use crate::error::Error;
use crate::metrics::Sending;
use crate::properties::Properties;
use crate::secret::Redactor;

/// A response of the Graph API has a few hundred bytes; a longer one than this is not read.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;
/// The number of idle connections kept, or the number of worker threads if that is higher.
const MIN_IDLE_CONNECTIONS: usize = 128;

/// The Graph API client of one phone number. Thread-safe; calls share its connections.
pub(crate) struct Client {
    connector: Connector,
    /// The property `baseUrl`, without a trailing slash.
    pub(super) base_url: String,
    /// The base URL with the version, without a trailing slash.
    pub(super) version_url: String,
    /// The host beside Graph's, without a version and without a trailing slash.
    pub(super) api_url: String,
    pub(super) version: String,
    pub(super) phone_number_id: String,
    authorization: HeaderValue,
    /// Redacts the secrets of this client, and of the clients before it, from texts in responses.
    pub(super) redactor: Arc<Redactor>,
    /// Complete requests except for their bodies.
    messages: Request<()>,
    marketing_messages: Request<()>,
    pub(super) max_attempts: u32,
    pub(super) limiter: Arc<RateLimiter>,
    pub(super) budget: Arc<RetryBudget>,
    /// The circuit breaker for this client's token.
    pub(super) breaker: Breaker,
}

impl Client {
    /// A client for `properties`. Opens no connection. It shares the rate limiter and the retry budget of
    /// `previous`, if that is for the same phone number.
    ///
    /// # Errors
    /// `InvalidRequest` if the token cannot be a header value, or a certificate in `caFile` not be used.
    pub(crate) fn new(properties: &Properties, previous: Option<&Self>) -> Result<Self, Error> {
        let token = properties.authentication_token.expose();
        // This copy is wiped; the header's copy lives as long as the client, as TLS buffers do.
        let bearer = Zeroizing::new(format!("Bearer {token}"));
        let mut authorization = HeaderValue::from_str(&bearer).map_err(|_| {
            Error::invalid_request("property \"authenticationToken\" cannot be sent in a header")
        })?;
        authorization.set_sensitive(true);
        let idle = if properties.keep_alive.is_zero() {
            0
        } else {
            properties.workers.max(MIN_IDLE_CONNECTIONS)
        };
        let connector = Connector {
            resolver: Resolver::default(),
            tls: TlsConnector::new(properties.ca_file.as_ref())?,
            proxy: proxy::configured(&properties.proxy)?,
            pool: Arc::new(Pool::new(idle, properties.keep_alive)),
        };
        let phone_number_id = properties.phone_number_id.to_string();
        let of_same_number =
            previous.filter(|previous| previous.phone_number_id == phone_number_id);
        let (limiter, budget) = match of_same_number {
            Some(previous) => (Arc::clone(&previous.limiter), Arc::clone(&previous.budget)),
            None => (
                Arc::new(RateLimiter::new(properties.messages_per_second)),
                Arc::default(),
            ),
        };
        let version_url = format!("{}/{}", properties.base_url, properties.api_version);
        let message = |endpoint| {
            let url = format!("{version_url}/{phone_number_id}/{endpoint}");
            let request = request_to(Method::POST, &url, &authorization)
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            request.body(()).map_err(|error| {
                Error::invalid_request(format!("property \"baseUrl\" makes no address: {error}"))
            })
        };
        let redactor = previous.map_or_else(Arc::default, |it| Arc::clone(&it.redactor));
        redactor.add(&properties.secrets());
        Ok(Self {
            redactor,
            messages: message("messages")?,
            marketing_messages: message("marketing_messages")?,
            connector,
            base_url: properties.base_url.to_string(),
            api_url: api_url(&properties.base_url.to_string()).to_owned(),
            version_url,
            version: properties.api_version.to_string(),
            phone_number_id,
            authorization,
            max_attempts: properties.max_attempts,
            limiter,
            budget,
            breaker: Breaker::default(),
        })
    }

    /// One POST of a message. Returns how it ended and what it cost.
    pub(super) fn exchange(
        &self,
        content: &Content,
        body: &[u8],
        limits: &Limits,
    ) -> (Ending, Marks) {
        let request = if content.is_marketing() {
            &self.marketing_messages
        } else {
            &self.messages
        };
        let ended = self.run(limits, |exchange| {
            let limiter = Some(&*self.limiter);
            self.open(request.clone(), Body::Bytes(body), limiter, exchange)
        });
        if let Some(permitted) = ended.1.permitted.filter(|_| !ended.1.handed_over) {
            self.limiter.pacing.not_transmitted(permitted);
        }
        ended
    }

    /// Whether both clients are for the same phone number.
    pub(crate) fn is_of_same_number(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.limiter, &other.limiter)
    }

    /// One exchange: the request that `open` sends, and the whole response. Returns how it ended and what
    /// it cost.
    pub(super) fn run(
        &self,
        limits: &Limits,
        open: impl FnOnce(&mut Exchange) -> Result<Answer, HttpError>,
    ) -> (Ending, Marks) {
        let mut exchange = Exchange::new(limits);
        let ending = match open(&mut exchange) {
            Ok(mut answer) => {
                let body = answer.whole(MAX_ANSWER_BYTES, &mut exchange);
                self.answered(&answer.head, body, exchange.marks)
            }
            Err(error) => failed(&error, exchange.marks, limits),
        };
        (ending, exchange.marks)
    }

    /// Sends one request and waits for the head of its response.
    pub(super) fn open(
        &self,
        request: Request<()>,
        body: Body<'_>,
        limiter: Option<&RateLimiter>,
        exchange: &mut Exchange,
    ) -> Result<Answer, HttpError> {
        let target = Target::of(request.uri())?;
        let connection = self.connector.connect(request.uri(), &target, exchange)?;
        let home = Some((Arc::clone(&self.connector.pool), target));
        http::send(connection, home, request, body, limiter, exchange)
    }

    /// The ending of an exchange with this response.
    pub(super) fn answered(
        &self,
        head: &Response<()>,
        body: Option<Vec<u8>>,
        marks: Marks,
    ) -> Ending {
        Ending::Answered {
            http_status: head.status().as_u16(),
            arrived: Framing::of(head).arrived(body.is_some(), marks),
            told: AnswerHeaders::read(head.headers(), &self.version),
            body,
        }
    }

    /// A request with the headers that all requests share.
    pub(super) fn request_to(&self, method: Method, url: &str) -> request::Builder {
        request_to(method, url, &self.authorization)
    }

    /// A request to an upload session, which takes the token in a scheme of its own
    /// (D/graph-api/guides/upload).
    pub(super) fn request_to_session(&self, method: Method, url: &str) -> request::Builder {
        let bearer = self.authorization.as_bytes();
        let token = bearer.strip_prefix(b"Bearer ").unwrap_or_default();
        let written = Zeroizing::new([b"OAuth ", token].concat());
        // What is in one header can be in another one as well.
        let mut authorization =
            HeaderValue::from_bytes(&written).unwrap_or(HeaderValue::from_static("OAuth"));
        authorization.set_sensitive(true);
        request_to(method, url, &authorization)
    }

    /// `text` without the secrets of this client.
    pub(crate) fn without_secrets(&self, text: &str) -> String {
        self.redactor.redact(text).into_owned()
    }

    /// The client replaces the previous one: its rate and its token apply from now on.
    pub(crate) fn take_over(&self, properties: &Properties, metrics: &Sending) {
        self.limiter.pacing.set_rate(properties.messages_per_second);
        metrics.breaker_is_open(false);
    }

    /// Closes idle connections and opens no new ones. Calls in flight are ended by their
    /// [`Cancel`](crate::cancel::Cancel).
    pub(crate) fn shutdown(&self) {
        self.connector.pool.end();
    }
}

/// Where the archive of templates is: beside Meta's own Graph host; with another base URL, there as well.
fn api_url(base_url: &str) -> &str {
    if base_url == "https://graph.facebook.com" {
        "https://api.facebook.com"
    } else {
        base_url
    }
}

fn request_to(method: Method, url: &str, authorization: &HeaderValue) -> request::Builder {
    Request::builder()
        .method(method)
        .uri(url)
        .header(AUTHORIZATION, authorization)
        .header(USER_AGENT, HeaderValue::from_static(PRODUCT))
        .header(ACCEPT, HeaderValue::from_static("*/*"))
}

/// The ending of an exchange without a response.
pub(super) fn failed(error: &HttpError, marks: Marks, limits: &Limits) -> Ending {
    let fault = fault_of(error, marks, limits);
    if marks.handed_over {
        Ending::NoAnswer(fault)
    } else {
        Ending::NotSent(fault)
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("version_url", &self.version_url)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::mpsc;
    use std::time::{Duration, Instant};

    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    const LONG: Duration = Duration::from_secs(60);

    fn client(listener: &TcpListener) -> Client {
        let properties = serde_json::json!({
            "authenticationToken": "EAAGclientclientclient", "apiVersion": "v26.0",
            "phoneNumberId": "106540352242922", "keepAliveMs": 60_000,
            "baseUrl": format!("http://{}", listener.local_addr().unwrap()),
        });
        Client::new(&Properties::parse(&properties.to_string()).unwrap(), None).unwrap()
    }

    fn send(client: &Client) -> Ending {
        let limits = Limits {
            deadline: Instant::now() + LONG,
            cancel: Arc::default(),
        };
        let url = format!("{}/messages", client.version_url);
        let request = client.request_to(Method::POST, &url).body(()).unwrap();
        let post =
            |exchange: &mut Exchange| client.open(request, Body::Bytes(b"{}"), None, exchange);
        client.run(&limits, post).0
    }

    /// Reads a request to its end.
    fn request(connection: &mut TcpStream) {
        let mut text = Vec::new();
        while !text.ends_with(b"{}") {
            let mut byte = [0];
            connection.read_exact(&mut byte).unwrap();
            text.push(byte[0]);
        }
    }

    /// Whether the client has left; it says nothing more.
    fn is_left(connection: &mut TcpStream) -> bool {
        connection.set_read_timeout(Some(LONG)).unwrap();
        connection.read(&mut [0]).is_ok_and(|read| read == 0)
    }

    #[test]
    fn a_connection_that_comes_back_after_the_shutdown_is_closed() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = client(&listener);
        let (shut_down, go_on) = mpsc::channel();
        std::thread::scope(|scope| {
            let sending = scope.spawn(|| send(&client));
            let (mut connection, _) = listener.accept().unwrap();
            request(&mut connection);
            scope.spawn(|| {
                // In the middle of the exchange, and without cancelling it.
                client.shutdown();
                shut_down.send(()).unwrap();
            });
            go_on.recv().unwrap();
            connection.write_all(ANSWER).unwrap();
            let ended = sending.join().unwrap();
            assert!(
                matches!(
                    &ended,
                    Ending::Answered {
                        http_status: 200,
                        ..
                    }
                ),
                "{ended:?}"
            );
            assert!(is_left(&mut connection));
        });
    }

    #[test]
    fn the_third_host_gets_the_token_only_beside_metas_own() {
        for (base_url, host) in [
            ("https://graph.facebook.com", "https://api.facebook.com"),
            (
                "https://graph.facebook.com/proxied",
                "https://graph.facebook.com/proxied",
            ),
            (
                "https://gateway.example/meta",
                "https://gateway.example/meta",
            ),
            ("http://127.0.0.1:8090", "http://127.0.0.1:8090"),
        ] {
            assert_eq!(api_url(base_url), host);
        }
    }

    #[test]
    fn after_the_shutdown_what_was_kept_is_closed_and_nothing_is_opened() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = client(&listener);
        let (mut kept, _) = std::thread::scope(|scope| {
            let sending = scope.spawn(|| send(&client));
            let mut accepted = listener.accept().unwrap();
            request(&mut accepted.0);
            accepted.0.write_all(ANSWER).unwrap();
            let ended = sending.join().unwrap();
            assert!(matches!(&ended, Ending::Answered { .. }), "{ended:?}");
            accepted
        });
        client.shutdown();
        assert!(is_left(&mut kept));
        let ended = send(&client);
        assert!(matches!(&ended, Ending::NotSent(_)), "{ended:?}");
        listener.set_nonblocking(true).unwrap();
        let nobody = listener.accept().unwrap_err();
        assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
    }
}
