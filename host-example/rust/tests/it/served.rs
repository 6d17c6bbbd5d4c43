//! A host that serves, in a process of its own, beside an emulator in this one.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use cloud_api_emulator::{Config, Emulator, sign};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{plugin, program};

/// How long anything may take; all of it takes much less.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// A folder with a configuration and a plugin, an emulator, and the address of a host.
pub(crate) struct Site {
    pub(crate) folder: TempDir,
    pub(crate) emulator: Emulator,
    pub(crate) address: SocketAddr,
}

/// What every configuration of these tests begins with. `{listen}` is replaced.
const HEAD: &str = r#"
[plugins]
directory = "plugins"
[store]
path = "host.db"
resolve_within = "1h"
[server]
listen = "{listen}"
feed_origin = "http://127.0.0.1:1"

[[instance]]
name = "sales"
adapter_type = "whatsapp"
[instance.properties]
authenticationToken = { env = "TEST_TOKEN" }
apiVersion = "v26.0"
phoneNumberId = "106540352242922"
baseUrl = { env = "TEST_BASE_URL" }
timeoutMs = 5000

[[trigger]]
name = "whatsapp"
type = "Advanced Webhook"
authentication_type = "HMAC SHA256 using key"
authentication_key = { env = "TEST_KEY" }
workflow = "process"
properties = { whatsAppEvent = "{wfsystem.body}" }

[[workflow]]
name = "process"
[[workflow.step]]
name = "process"
instance = "sales"
command = "processWebhook"
request = { whatsAppNotification = "{whatsAppEvent}" }
"#;

/// A trigger on messages of which this holds, and the workflow `greet` with these steps.
pub(crate) fn greet_if(condition: &str, steps: &str) -> String {
    format!(
        r#"
[[trigger]]
name = "hello"
type = "Event"
adapter = "sales"
event = "customer_message"
condition = '{condition}'
workflow = "greet"

[[workflow]]
name = "greet"
{steps}"#
    )
}

/// An address that nobody listens on. Its port is none that the system gives to those who connect: while
/// the host is down, one of them would take it.
pub(crate) fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_240 + u16::try_from(std::process::id() % 20_000).unwrap();
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 2_000;
        if let Ok(free) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return free.local_addr().unwrap();
        }
    }
}

impl Site {
    /// `more` is what the configuration has beside an instance `sales` and a webhook `whatsapp`.
    pub(crate) fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("plugins")).unwrap();
        fs::copy(plugin(), folder.path().join("plugins/libwhatsapp.so")).unwrap();
        let address = free_address();
        let emulator = Emulator::start(Config {
            verify_token: "whatsapp".to_owned(),
            webhook_url: Some(format!("http://{address}/wfe/api/advancedwebhook/whatsapp")),
            // While the host is down, a notification is posted again and again.
            webhook_attempts: u32::MAX,
            webhook_retry_delay: Duration::from_millis(10),
            ..Config::default()
        });
        let site = Self {
            folder,
            emulator: emulator.unwrap(),
            address,
        };
        site.configure(more);
        site
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("host.toml")
    }

    /// Writes the configuration: whole, and then under its name.
    pub(crate) fn configure(&self, more: &str) {
        let head = HEAD.replace("{listen}", &self.address.to_string());
        let unfinished = self.folder.path().join("unfinished");
        fs::write(&unfinished, format!("{head}{more}")).unwrap();
        fs::rename(unfinished, self.file()).unwrap();
    }

    /// The program with everything in its environment that the configuration asks for.
    pub(crate) fn program(&self) -> std::process::Command {
        let mut command = program();
        command
            .env("TEST_TOKEN", &self.emulator.config().access_token)
            .env("TEST_BASE_URL", self.emulator.base_url())
            .env("TEST_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
        command
    }

    /// Starts the host, and waits until it takes webhooks.
    pub(crate) fn serve(&self) -> Served {
        self.serve_with("adapter_host=trace,info")
    }

    /// The same, with warnings only.
    pub(crate) fn serve_quietly(&self) -> Served {
        self.serve_with("warn")
    }

    fn serve_with(&self, log: &str) -> Served {
        let served = Served::start(self.program(), self.folder.path(), log);
        served.wait_for_line("ready on ");
        served
    }

    /// Sends a request as it is; the answer's status and its text.
    pub(crate) fn send(&self, head: &str, body: &[u8]) -> (u16, String) {
        send(self.address, head, body)
    }

    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.send(&format!("GET {path} HTTP/1.1"), b"")
    }

    /// Posts a signed body to a webhook.
    pub(crate) fn post(&self, webhook: &str, body: &[u8]) -> (u16, String) {
        let signature = sign(&self.emulator.config().app_secret, body);
        let head = format!(
            "POST /wfe/api/advancedwebhook/{webhook} HTTP/1.1\r\n\
             Content-Type: application/json\r\nX-Hub-Signature-256: {signature}"
        );
        self.send(&head, body)
    }

    /// The newest runs.
    pub(crate) fn runs(&self) -> Vec<Value> {
        runs(self.address)
    }

    /// The runs of a workflow.
    pub(crate) fn runs_of(&self, workflow: &str) -> Vec<Value> {
        let mut runs = self.runs();
        runs.retain(|run| run["workflow"] == workflow);
        runs
    }

    /// Waits until `true`, asking again and again.
    pub(crate) fn wait_until(&self, what: &str, is_true: impl Fn(&Self) -> bool) {
        let begin = Instant::now();
        while !is_true(self) {
            assert!(
                begin.elapsed() < LIMIT,
                "waited in vain until {what}: {:#?}",
                self.runs()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether there are so many runs of a workflow, all in this state.
    pub(crate) fn are(&self, workflow: &str, count: usize, state: &str) -> bool {
        let runs = self.runs_of(workflow);
        runs.len() == count && runs.iter().all(|run| run["state"] == state)
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.folder.path().join("host.db")
    }
}

/// Sends a request as it is to a host; the answer's status and its text.
pub(crate) fn send(host: SocketAddr, head: &str, body: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    let head = format!(
        "{head}\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let _ = stream.write_all(body); // it may be refused before it was read
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

/// The newest runs of a host.
pub(crate) fn runs(host: SocketAddr) -> Vec<Value> {
    let (status, answer) = send(host, "GET /__host/runs?limit=200 HTTP/1.1", b"");
    assert_eq!(status, 200, "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let all: Value = serde_json::from_str(body).unwrap();
    all["runs"].as_array().unwrap().clone()
}

/// A host that serves.
pub(crate) struct Served {
    child: Child,
    lines: Receiver<String>,
}

impl Served {
    /// Starts `serve host.toml` in this folder.
    pub(crate) fn start(mut command: std::process::Command, folder: &Path, log: &str) -> Self {
        command
            .args(["serve", "host.toml"])
            .current_dir(folder)
            .env("RUST_LOG", log)
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = command.spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break; // the test has seen enough; the pipe closes, and nobody writes to it
                }
            }
        });
        Self { child, lines }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line on its standard error.
    pub(crate) fn line(&self, wait: Duration) -> Result<String, RecvTimeoutError> {
        self.lines.recv_timeout(wait)
    }

    /// Waits for a line with these words.
    pub(crate) fn wait_for_line(&self, words: &str) -> String {
        let mut before = Vec::new();
        while let Ok(line) = self.line(LIMIT) {
            if line.contains(words) {
                return line;
            }
            before.push(line);
        }
        panic!("no line has {words}:\n{}", before.join("\n"));
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end; its exit code.
    pub(crate) fn terminate(mut self) -> i32 {
        self.signal("TERM");
        self.child
            .wait()
            .unwrap()
            .code()
            .expect("not killed by a signal")
    }

    /// The same for a host that must not wait for longer.
    pub(crate) fn terminate_within(mut self, limit: Duration) -> i32 {
        self.signal("TERM");
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().expect("not killed by a signal");
            }
            assert!(began.elapsed() < limit, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args([&format!("-{name}"), &id])
            .status();
        assert!(sent.unwrap().success());
    }

    pub(crate) fn memory_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether any file of the store holds these bytes.
pub(crate) fn holds(store: &Path, text: &str) -> bool {
    let mut files = vec![store.to_owned()];
    files.push(PathBuf::from(format!("{}-wal", store.display())));
    let contains = |file: &PathBuf| {
        let bytes = fs::read(file).unwrap_or_default();
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    files.iter().any(contains)
}
