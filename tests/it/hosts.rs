//! The C and the C++ host, built with the system's compilers, play the scenario of
//! `host-example/README.md` against the emulator; and what `workflow_adapter.hpp` promises.

use std::env;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use cloud_api_emulator::{Clock, Config, Emulator, sign};
use serde_json::json;
use tempfile::TempDir;

use crate::{c_program, golden, plugin};

/// How long to wait for anything: far more than it takes, so that running into it means a defect.
const LIMIT: Duration = Duration::from_secs(60);
/// Three sends with three statuses each, one message of a customer, and the reply's three statuses.
const NOTIFICATIONS: usize = 9 + 1 + 3;

static C_HOST: LazyLock<PathBuf> =
    LazyLock::new(|| build("CC", "cc", "c99", &example("c/host.c"), "host-c"));
static CPP_HOST: LazyLock<PathBuf> =
    LazyLock::new(|| build("CXX", "c++", "c++17", &example("cpp/host.cpp"), "host-cpp"));

#[test]
fn the_c_host_prints_the_transcript() {
    plays_the_scenario(&C_HOST);
}

#[test]
fn the_cpp_host_prints_the_transcript() {
    plays_the_scenario(&CPP_HOST);
}

#[test]
fn a_broken_library_is_reported_and_stops_no_host() {
    for program in [&*C_HOST, &*CPP_HOST] {
        let scene = Scene::new();
        let plugins = scene.plugins();
        fs::write(plugins.join("a-broken.so"), "not a library").unwrap();
        fs::write(plugins.join("a-note.txt"), "not a library either").unwrap();
        fs::create_dir(plugins.join("b-directory.so")).unwrap();
        let played = scene.play(program);
        assert!(played.status.success(), "{played:?}");
        is_the_transcript(&played.stdout);
        assert_eq!(played.stderr.lines().count(), 1, "{played:?}");
        assert!(played.stderr.contains("a-broken.so"), "{played:?}");
    }
}

#[test]
fn the_echo_adapter_is_described_and_hinders_no_host() {
    for program in [&*C_HOST, &*CPP_HOST] {
        let scene = Scene::new();
        fs::copy(plugin::echo(), scene.plugins().join("libecho.so")).unwrap();
        let played = scene.play(program);
        assert!(played.status.success(), "{played:?}");
        let (echo, rest) = played
            .stdout
            .split_at(played.stdout.find("plugin whatsapp ").unwrap());
        for described in [
            "plugin echo ",
            "property secret: string, secret",
            "command echo(text) ->",
            "event tick: ",
        ] {
            assert!(echo.contains(described), "{described}: {echo}");
        }
        is_the_transcript(rest);
    }
}

#[test]
fn a_missing_or_empty_plugin_directory_ends_a_host_with_a_message() {
    for program in [&*C_HOST, &*CPP_HOST] {
        let scene = Scene::new();
        let empty = tempfile::tempdir().unwrap();
        for directory in [scene.plugins().join("missing"), empty.path().to_owned()] {
            let ended = Running::start(program, &directory, &scene.properties()).end();
            assert_eq!(ended.status.code(), Some(1), "{ended:?}");
            assert_eq!(ended.stdout, "", "{program:?}");
            let named = directory.to_str().unwrap();
            assert!(ended.stderr.contains(named), "{ended:?}");
        }
    }
}

#[test]
fn a_bad_token_ends_a_host_with_a_message_that_does_not_show_it() {
    for program in [&*C_HOST, &*CPP_HOST] {
        let scene = Scene::new();
        let token = "EAAG with spaces in it";
        scene.write_properties(token);
        let ended = Running::start(program, &scene.plugins(), &scene.properties()).end();
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        assert!(!ended.stdout.contains("created"), "{ended:?}");
        assert!(ended.stderr.contains("authenticationToken"), "{ended:?}");
        assert!(!ended.stderr.contains(token), "{ended:?}");
    }
}

#[test]
fn no_exception_crosses_the_ffi_boundary_of_the_cpp_header() {
    let scene = Scene::new();
    let source = plugin::repository("tests/cpp/boundary.cpp");
    let program = build("CXX", "c++", "c++20", &source, "boundary-cpp");
    let ended = Running::start(&program, &plugin::path(), &scene.properties()).end();
    assert!(ended.status.success(), "{ended:?}");
}

fn plays_the_scenario(program: &Path) {
    let scene = Scene::new();
    let played = scene.play(program);
    assert!(played.status.success(), "{played:?}");
    assert_eq!(played.stderr, "");
    let token = &scene.emulator.config().access_token;
    assert!(!played.stdout.contains(token), "the output shows the token");

    let delivered = scene.emulator.wait_for_webhooks(NOTIFICATIONS, LIMIT);
    assert!(
        delivered,
        "waited for {NOTIFICATIONS} delivered notifications"
    );
    let ledger = scene.emulator.ledger();
    assert_eq!((ledger.complete(), ledger.accepted()), (5, 4), "{ledger:?}");
    for correlation in ["order-1", "order-2", "order-3", "reply-1"] {
        assert_eq!(ledger.accepted_with(correlation), 1, "{correlation}");
    }
    let mut requests = ledger.requests.iter();
    let refused = requests.find(|request| !request.accepted).unwrap();
    assert_eq!(refused.error_code, Some(131_030), "{refused:?}");
    let text = ledger.requests[0].json.as_ref().unwrap()["text"]["body"].clone();
    assert_eq!(text, "Your order has shipped 📦");
    is_the_transcript(&played.stdout);
}

fn is_the_transcript(stdout: &str) {
    golden::compare_file(&example("transcript.txt"), stdout.as_bytes());
}

fn example(path: &str) -> PathBuf {
    plugin::repository("host-example").join(path)
}

/// Compiles one file with the compiler that `variable` names, else the system's; every warning is
/// an error. Written under another name first: no program is half written while it runs.
fn build(variable: &str, compiler: &str, standard: &str, source: &Path, name: &str) -> PathBuf {
    let compiler = env::var(variable).unwrap_or_else(|_| compiler.to_owned());
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let fresh = program.with_extension(std::process::id().to_string());
    let mut call = c_program::compiler(&compiler, standard);
    call.args(["-Wshadow", "-Wconversion"]).arg(source);
    c_program::run(call.arg("-o").arg(&fresh).arg("-ldl"));
    fs::rename(&fresh, &program).unwrap();
    program
}

/// An emulator that posts to a webhook, a directory with the plugin, and `properties.json`.
struct Scene {
    emulator: Emulator,
    webhooks: Receiver<Vec<u8>>,
    directory: TempDir,
}

impl Scene {
    fn new() -> Self {
        let config = Config {
            clock: Clock::Fixed(1_750_000_000),
            seed: 1,
            refused: vec![("15550000000".to_owned(), 131_030)],
            webhook_timeout: LIMIT,
            ..Config::default()
        };
        let (url, webhooks) = receive_webhooks(config.app_secret.clone());
        let emulator = Emulator::start(config).unwrap();
        emulator.set_webhook_url(Some(url));
        let scene = Self {
            emulator,
            webhooks,
            directory: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(scene.plugins()).unwrap();
        let plugin = scene.plugins().join("libwhatsapp_adapter.so");
        fs::copy(plugin::path(), plugin).unwrap();
        scene.write_properties(&scene.emulator.config().access_token);
        scene
    }

    fn plugins(&self) -> PathBuf {
        self.directory.path().join("plugins")
    }

    fn properties(&self) -> PathBuf {
        self.directory.path().join("properties.json")
    }

    fn write_properties(&self, token: &str) {
        let properties = json!({
            "authenticationToken": token,
            "apiVersion": "v26.0",
            "phoneNumberId": self.emulator.config().phone_number_id,
            "baseUrl": self.emulator.base_url(),
        });
        fs::write(self.properties(), properties.to_string()).unwrap();
    }

    /// Runs a host to its end: each notification becomes a line of its standard input.
    fn play(&self, program: &Path) -> Ended {
        let mut host = Running::start(program, &self.plugins(), &self.properties());
        for forwarded in 0..NOTIFICATIONS {
            if forwarded == 9 {
                // The refused send takes a tick of the emulator's clock: let it come first.
                if !self.emulator.wait_for_requests(4, LIMIT) {
                    host.give_up("the refused send");
                }
                self.emulator.customer_sends(json!({
                    "from": "16505551234", "type": "text", "text": {"body": "hello"},
                    "name": "Sheena Nelson",
                }));
            }
            host.forward(&self.webhooks, forwarded + 1);
        }
        host.end()
    }
}

/// A host at work.
struct Running {
    child: Child,
    stdout: JoinHandle<String>,
    stderr: JoinHandle<String>,
}

/// A host that has ended.
#[derive(Debug)]
struct Ended {
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

impl Running {
    fn start(program: &Path, plugins: &Path, properties: &Path) -> Self {
        let mut child = Command::new(program)
            .args([plugins, properties])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = read_all(child.stdout.take().unwrap());
        let stderr = read_all(child.stderr.take().unwrap());
        Self {
            child,
            stdout,
            stderr,
        }
    }

    /// Waits for notification `number` and writes it as a line.
    fn forward(&mut self, webhooks: &Receiver<Vec<u8>>, number: usize) {
        let deadline = Instant::now() + LIMIT;
        let mut body = loop {
            match webhooks.recv_timeout(Duration::from_millis(50)) {
                Ok(body) => break body,
                Err(RecvTimeoutError::Disconnected) => panic!("the webhook receiver has ended"),
                Err(RecvTimeoutError::Timeout) => {
                    let ended = self.child.try_wait().unwrap().is_some();
                    if ended || Instant::now() > deadline {
                        self.give_up(&format!("notification {number}"));
                    }
                }
            }
        };
        assert!(!body.contains(&b'\n'), "a line break in a notification");
        body.push(b'\n');
        if self.child.stdin.as_mut().unwrap().write_all(&body).is_err() {
            self.give_up(&format!("the host to read notification {number}"));
        }
    }

    /// Closes the standard input and waits for the end.
    fn end(mut self) -> Ended {
        drop(self.child.stdin.take());
        let deadline = Instant::now() + LIMIT;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > deadline {
                self.give_up("the host to end");
            }
            thread::sleep(Duration::from_millis(10));
        };
        let (stdout, stderr) = (self.stdout.join().unwrap(), self.stderr.join().unwrap());
        Ended {
            status,
            stdout,
            stderr,
        }
    }

    fn give_up(&mut self, waited_for: &str) -> ! {
        let _ = self.child.kill();
        let status = self.child.wait().unwrap();
        let text = |reader: &mut JoinHandle<String>| {
            std::mem::replace(reader, thread::spawn(String::new))
                .join()
                .unwrap()
        };
        let (stdout, stderr) = (text(&mut self.stdout), text(&mut self.stderr));
        panic!("waited for {waited_for}\n{status}\nstdout:\n{stdout}\nstderr:\n{stderr}");
    }
}

fn read_all(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text).unwrap();
        text
    })
}

/// A webhook that checks signatures, answers 200 and hands the bodies on.
fn receive_webhooks(app_secret: String) -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/webhook", listener.local_addr().unwrap());
    let (sender, bodies) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let body = receive(&stream.unwrap(), &app_secret).unwrap();
            if sender.send(body).is_err() {
                return;
            }
        }
    });
    (url, bodies)
}

fn receive(mut stream: &TcpStream, app_secret: &str) -> io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(LIMIT))?;
    let mut reader = BufReader::new(stream);
    let (mut length, mut signature) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().map_err(io::Error::other)?;
            }
            Some((name, value)) if name.eq_ignore_ascii_case("x-hub-signature-256") => {
                value.clone_into(&mut signature);
            }
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    assert_eq!(signature, sign(app_secret, &body), "X-Hub-Signature-256");
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    Ok(body)
}
