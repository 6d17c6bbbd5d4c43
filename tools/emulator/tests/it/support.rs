//! A bare TCP client and webhook: what the tests see is what was on the wire.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cloud_api_emulator::{Config, Emulator, Injection};
use serde_json::{Value, json};

/// A valid text message.
pub(crate) fn text_message(body: &str) -> Value {
    json!({"messaging_product": "whatsapp", "recipient_type": "individual",
           "to": "+16505551234", "type": "text", "text": {"body": body}})
}

/// One answer, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The Graph code; 0 without an error.
    pub(crate) fn code(&self) -> u64 {
        self.json()["error"]["code"].as_u64().unwrap_or(0)
    }

    /// `error_data.details`, or else the message.
    pub(crate) fn details(&self) -> String {
        let error = &self.json()["error"];
        let details = error["error_data"]["details"].as_str();
        details
            .or(error["message"].as_str())
            .unwrap_or_default()
            .to_owned()
    }
}

/// Sends each request on a connection of its own.
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    pub(crate) phone_number_id: String,
    pub(crate) business_account_id: String,
}

impl Client {
    pub(crate) fn new(emulator: &Emulator) -> Self {
        let url = emulator.base_url();
        Self {
            address: url.rsplit('/').next().unwrap().parse().unwrap(),
            token: emulator.config().access_token.clone(),
            phone_number_id: emulator.config().phone_number_id.clone(),
            business_account_id: emulator.config().business_account_id.clone(),
        }
    }

    pub(crate) fn path(&self) -> String {
        format!("/v26.0/{}/messages", self.phone_number_id)
    }

    pub(crate) fn headers(&self) -> String {
        format!(
            "Authorization: Bearer {}\r\nContent-Type: application/json\r\n",
            self.token
        )
    }

    /// Posts a message and reads a well-formed answer.
    pub(crate) fn send(&self, message: &Value) -> Answer {
        self.post(
            &self.path(),
            &self.headers(),
            message.to_string().as_bytes(),
        )
    }

    pub(crate) fn post(&self, path: &str, headers: &str, body: &[u8]) -> Answer {
        self.call("POST", path, headers, body)
    }

    pub(crate) fn call(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        let mut stream = self.connect();
        stream
            .write_all(&request(method, path, headers, body))
            .unwrap();
        read_answer(&mut BufReader::new(stream)).unwrap()
    }

    /// Calls Graph with the token: `object` and perhaps `/edge`, and a body if it is not null.
    pub(crate) fn graph(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let path = format!("/v26.0/{path}");
        self.call(method, &path, &self.headers(), body.as_bytes())
    }

    /// The same with GET.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.graph("GET", path, &Value::Null)
    }

    /// The phone number and one of its edges, for [`Client::graph`].
    pub(crate) fn number(&self, edge: &str) -> String {
        format!("{}{edge}", self.phone_number_id)
    }

    /// The business account and one of its edges, for [`Client::graph`].
    pub(crate) fn account(&self, edge: &str) -> String {
        format!("{}{edge}", self.business_account_id)
    }

    /// A complete send as bytes.
    pub(crate) fn send_bytes(&self, message: &Value) -> Vec<u8> {
        request(
            "POST",
            &self.path(),
            &self.headers(),
            message.to_string().as_bytes(),
        )
    }

    /// Posts a message that asks for the connection to be closed, and reads whatever comes.
    pub(crate) fn send_raw(&self, message: &Value) -> (Vec<u8>, Option<io::ErrorKind>) {
        let headers = self.headers() + "Connection: close\r\n";
        let body = message.to_string();
        let mut stream = self.connect();
        stream
            .write_all(&request("POST", &self.path(), &headers, body.as_bytes()))
            .unwrap();
        read_rest(&mut stream)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }
}

pub(crate) fn request(method: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// Everything up to the end of stream, and the error that ended it.
pub(crate) fn read_rest(stream: &mut impl io::Read) -> (Vec<u8>, Option<io::ErrorKind>) {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => return (bytes, None),
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
            Err(error) => return (bytes, Some(error.kind())),
        }
    }
}

/// Reads one answer with Content-Length.
pub(crate) fn read_answer(stream: &mut impl io::BufRead) -> io::Result<Answer> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or(io::ErrorKind::InvalidData)?;
    let headers = read_headers(stream)?;
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
    stream.read_exact(&mut body)?;
    Ok(Answer {
        status,
        headers,
        body,
    })
}

pub(crate) fn read_headers(stream: &mut impl io::BufRead) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.to_owned())),
            None => return Ok(headers),
        }
    }
}

/// One request that the webhook got.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Delivery {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// `entry[0].changes[0].value`.
    pub(crate) fn value(&self) -> Value {
        let json: Value = serde_json::from_slice(&self.body).unwrap();
        json["entry"][0]["changes"][0]["value"].clone()
    }
}

/// A webhook that answers with the given statuses in turn, then with 200.
pub(crate) struct Webhook {
    pub(crate) url: String,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
}

impl Webhook {
    pub(crate) fn start(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/webhook", listener.local_addr().unwrap());
        let deliveries = Arc::new(Mutex::new(Vec::new()));
        let statuses = Arc::new(Mutex::new(statuses.to_vec()));
        let book = Arc::clone(&deliveries);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (book, statuses) = (Arc::clone(&book), Arc::clone(&statuses));
                std::thread::spawn(move || while serve(&stream, &book, &statuses).is_ok() {});
            }
        });
        Self { url, deliveries }
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.lock().unwrap().clone()
    }
}

fn serve(
    stream: &TcpStream,
    book: &Mutex<Vec<Delivery>>,
    statuses: &Mutex<Vec<u16>>,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let headers = read_headers(&mut reader)?;
    let body = read_body(&mut reader, &headers)?;
    let challenge = target
        .split("hub.challenge=")
        .nth(1)
        .and_then(|rest| rest.split('&').next());
    let answer = challenge.unwrap_or("").to_owned();
    book.lock().unwrap().push(Delivery {
        target,
        headers,
        body,
    });
    let mut statuses = statuses.lock().unwrap();
    let status = if statuses.is_empty() {
        200
    } else {
        statuses.remove(0)
    };
    drop(statuses);
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{answer}",
        answer.len()
    )
}

fn read_body(
    reader: &mut BufReader<&TcpStream>,
    headers: &[(String, String)],
) -> io::Result<Vec<u8>> {
    if headers.iter().any(|(name, _)| name == "transfer-encoding") {
        let mut body = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let size = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk)?;
            if size == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&chunk[..size]);
        }
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
    reader.read_exact(&mut body)?;
    Ok(body)
}

/// An emulator that posts nothing, and a client for it.
pub(crate) fn quiet() -> (Emulator, Client) {
    let config = Config {
        statuses: false,
        ..Config::default()
    };
    let emulator = Emulator::start(config).unwrap();
    let client = Client::new(&emulator);
    (emulator, client)
}

/// An emulator that posts to a webhook which accepts everything.
pub(crate) fn watched() -> (Webhook, Emulator, Client) {
    let webhook = Webhook::start(&[]);
    let config = Config {
        webhook_url: Some(webhook.url.clone()),
        ..Config::default()
    };
    let emulator = Emulator::start(config).unwrap();
    let client = Client::new(&emulator);
    (webhook, emulator, client)
}

/// What came back to one message under this fault, up to the end of the connection.
pub(crate) fn raw_answer(fault: impl Into<Injection>) -> (Emulator, String, Option<io::ErrorKind>) {
    let (emulator, client) = quiet();
    emulator.inject(fault);
    let (bytes, error) = client.send_raw(&text_message("hello"));
    (
        emulator,
        String::from_utf8_lossy(&bytes).into_owned(),
        error,
    )
}

/// How many requests were complete, and how many of them accepted.
pub(crate) fn counts(emulator: &Emulator) -> (usize, usize) {
    let ledger = emulator.ledger();
    (ledger.complete(), ledger.accepted())
}

/// A valid message, changed at one member: `path` is a JSON pointer, null removes.
pub(crate) fn changed(mut message: Value, path: &str, value: Value) -> Value {
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = message
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    match value {
        Value::Null => drop(parent.remove(name)),
        value => drop(parent.insert(name.to_owned(), value)),
    }
    message
}

pub(crate) fn of_type(kind: &str, object: &Value) -> Value {
    json!({"messaging_product": "whatsapp", "recipient_type": "individual",
           "to": "+16505551234", "type": kind, kind: object})
}

#[track_caller]
pub(crate) fn assert_code(emulator: &Emulator, body: &Value, expected: u64) {
    let answer = Client::new(emulator).send(body);
    let code = answer.json()["error"]["code"].as_u64().unwrap_or(0);
    assert_eq!(code, expected, "{body}\n{}", answer.json());
    assert_eq!(answer.status == 200, expected == 0, "{body}");
}
