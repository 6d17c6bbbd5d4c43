//! The way to the server: starts invocations through its ingress.

use std::sync::Arc;
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::clock::Clock;

/// How long the server may take to store what it is handed.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it may take to say how it is.
const PROBE: Duration = Duration::from_secs(3);

/// The server's ingress.
#[derive(Debug, Clone)]
pub(super) struct Ingress {
    client: reqwest::Client,
    url: String,
    clock: Arc<Clock>,
}

/// What became of what the server was handed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Accepted {
    pub(super) invocation_id: String,
    status: String,
}

/// What the server says of itself.
#[derive(Debug, Deserialize)]
struct Health {
    #[serde(default)]
    services: Vec<String>,
}

impl Accepted {
    /// Whether it had been handed over before, under the same key.
    pub(super) fn is_known(&self) -> bool {
        self.status == "PreviouslyAccepted"
    }
}

impl Ingress {
    /// Of the server at `url`, whose answers tell `clock` its time.
    ///
    /// # Errors
    /// The HTTP client could not be made.
    pub(super) fn new(url: &str, clock: Arc<Clock>) -> Result<Self, String> {
        let client = reqwest::Client::builder().no_proxy().build();
        Ok(Self {
            client: client.map_err(|error| error.to_string())?,
            url: url.trim_end_matches('/').to_owned(),
            clock,
        })
    }

    /// Hands over what a handler is to be called with; it is stored when this returns. The server takes
    /// it once for each `key`, so it is handed over again if nobody knows whether it was stored.
    ///
    /// # Errors
    /// The server did not take it, or nobody knows.
    pub(super) async fn send(
        &self,
        handler: &str,
        key: &str,
        body: &impl Serialize,
    ) -> Result<Accepted, String> {
        let body = serde_json::to_vec(body).map_err(|error| error.to_string())?;
        let mut sent = self.post(handler, key, body.clone()).await;
        if sent.as_ref().is_err_and(|error| !error.is_connect()) {
            sent = self.post(handler, key, body).await;
        }
        let (status, body) = sent.map_err(|error| self.failed(error))?;
        if !status.is_success() {
            return Err(self.refused(status, &body));
        }
        serde_json::from_slice(&body).map_err(|error| self.wrong(&error))
    }

    async fn post(
        &self,
        handler: &str,
        key: &str,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Vec<u8>), reqwest::Error> {
        let request = self
            .client
            .post(format!("{}/{handler}/send", self.url))
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(body);
        let answer = self.answer(request).await?;
        Ok((answer.status(), answer.bytes().await?.to_vec()))
    }

    async fn answer(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, reqwest::Error> {
        let asked = Instant::now();
        let answer = request.send().await?;
        let date = answer.headers().get("date");
        if let Some(date) = date.and_then(|date| date.to_str().ok()) {
            self.clock.heard(date, asked.elapsed());
        }
        Ok(answer)
    }

    /// Waits for an invocation's end; its output, or why it failed.
    ///
    /// # Errors
    /// The server did not tell.
    pub(super) async fn attach(&self, invocation: &str) -> Result<Result<Value, String>, String> {
        let url = format!("{}/restate/invocation/{invocation}/attach", self.url);
        let answer = self.client.get(url).send().await;
        let answer = answer.map_err(|error| self.failed(error))?;
        let (status, body) = (answer.status(), answer.bytes().await);
        let body = body.map_err(|error| self.failed(error))?;
        if status.is_success() {
            let output = serde_json::from_slice(&body);
            return output.map(Ok).map_err(|error| self.wrong(&error));
        }
        Ok(Err(message(&body)))
    }

    /// Whether the server answers; whether a worker is registered with it.
    ///
    /// # Errors
    /// It does not answer.
    pub(super) async fn is_registered(&self) -> Result<bool, String> {
        let request = self.client.get(format!("{}/restate/health", self.url));
        let answer = self.answer(request.timeout(PROBE)).await;
        let answer = answer.map_err(|error| self.failed(error))?;
        let (status, body) = (answer.status(), answer.bytes().await);
        if !status.is_success() {
            return Err(self.refused(status, &[]));
        }
        let body = body.map_err(|error| self.failed(error))?;
        let health: Health = serde_json::from_slice(&body).map_err(|error| self.wrong(&error))?;
        Ok(health.services.iter().any(|name| name == "Run"))
    }

    /// Whether the server could store a run now: it stores a small thing.
    ///
    /// # Errors
    /// Why not.
    pub(super) async fn probe(&self) -> Result<(), String> {
        if !self.is_registered().await? {
            let url = &self.url;
            return Err(format!(
                "no worker is registered with the Restate server at {url}"
            ));
        }
        let request = self.client.post(format!("{}/Probe/ping/send", self.url));
        let answer = self.answer(request.timeout(PROBE)).await;
        let answer = answer.map_err(|error| self.failed(error))?;
        match (answer.status(), answer.bytes().await) {
            (status, Ok(_)) if status.is_success() => Ok(()),
            (_, Err(error)) => Err(self.failed(error)),
            (status, Ok(body)) => Err(self.refused(status, &body)),
        }
    }

    /// Without the request's URL: its path is an object's key, and that is a customer's number.
    fn failed(&self, error: reqwest::Error) -> String {
        self.wrong(&error.without_url())
    }

    fn wrong(&self, error: &dyn std::error::Error) -> String {
        format!("the Restate server at {}: {error}", self.url)
    }

    fn refused(&self, status: StatusCode, body: &[u8]) -> String {
        let hint = match status {
            StatusCode::NOT_FOUND => "; is a worker of this program registered with it?",
            _ => "",
        };
        let (url, why) = (&self.url, message(body));
        format!("the Restate server at {url}: {status} {why}{hint}")
    }
}

/// The server's own words.
fn message(body: &[u8]) -> String {
    let error: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = error.get("message").and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// A handler of an object, as a path; the key's bytes are percent-encoded.
pub(super) fn of_object(object: &str, key: &str, handler: &str) -> String {
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~')
        .remove(b':');
    format!("{object}/{}/{handler}", utf8_percent_encode(key, ENCODED))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    fn ingress(url: &str) -> Ingress {
        Ingress::new(url, Arc::default()).unwrap()
    }

    /// The head of a request, and its connection.
    fn request(server: &std::net::TcpListener) -> (String, std::net::TcpStream) {
        let (mut stream, _) = server.accept().unwrap();
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let length = "content-length: ";
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        let body = head.lines().find_map(|line| line.strip_prefix(length));
        let mut body = vec![0; body.map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut body).unwrap();
        (head, stream)
    }

    #[tokio::test]
    async fn what_may_have_been_stored_is_handed_over_again_under_the_same_key() {
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let ingress = ingress(&format!("http://{}", server.local_addr().unwrap()));
        let serving = std::thread::spawn(move || {
            let (first, unanswered) = request(&server);
            drop(unanswered);
            let (second, mut stream) = request(&server);
            let body = r#"{"invocationId":"inv_1","status":"PreviouslyAccepted"}"#;
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}"
            )
            .unwrap();
            [first, second].map(|head| head.contains("\r\nidempotency-key: run-1\r\n"))
        });
        let accepted = ingress.send("Run/run", "run-1", &Value::Null).await;
        assert_eq!(accepted.unwrap().invocation_id, "inv_1");
        assert_eq!(serving.join().unwrap(), [true, true]);
    }

    /// R10: it said that all is well although nobody was registered, or nothing could be written.
    #[tokio::test]
    async fn r10_a_server_that_could_store_no_run_is_not_well() {
        let well = r#"{"services":["Customer","Probe","Run"]}"#;
        for (health, probe, said) in [
            (well, "202 Accepted", None),
            (
                r#"{"services":[]}"#,
                "202 Accepted",
                Some("no worker is registered"),
            ),
            (well, "404 Not Found", Some("404")),
            (well, "503 Service Unavailable", Some("503")),
        ] {
            let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let ingress = ingress(&format!("http://{}", server.local_addr().unwrap()));
            let serving = std::thread::spawn(move || {
                for (status, body) in [("200 OK", health), (probe, "{}")] {
                    let (_, mut stream) = request(&server);
                    let length = body.len();
                    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n");
                    write!(stream, "{head}connection: close\r\n\r\n{body}").unwrap();
                    if !health.contains("Run") {
                        break;
                    }
                }
            });
            let found = ingress.probe().await;
            assert_eq!(found.is_err(), said.is_some(), "{found:?}");
            if let Some(said) = said {
                assert!(found.unwrap_err().contains(said), "{said}");
            }
            serving.join().unwrap();
        }
    }

    #[test]
    fn a_key_is_one_segment_of_a_path() {
        let path = of_object("Customer", "1:US.13/a b%", "take");
        assert_eq!(path, "Customer/1:US.13%2Fa%20b%25/take");
    }

    #[tokio::test]
    async fn an_unreachable_server_is_named_and_the_customer_is_not() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", closed.local_addr().unwrap());
        drop(closed);
        let ingress = ingress(&url);
        let path = of_object("Customer", "sales:16505551234", "take");
        let sent = ingress.send(&path, "key", &Value::Null).await;
        for error in [sent.unwrap_err(), ingress.attach(&path).await.unwrap_err()] {
            assert!(error.contains(&url), "{error}");
            assert!(!error.contains("1650"), "{error}");
        }
    }
}
