//! Another library in a program of its own: it sends a given number of messages and reports their cost.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use adapter_bench::Outcome;
use serde::Deserialize;

use super::upstream_process::Upstream;

/// The peers that `tools/bench/peers/install` knows.
pub(super) const NAMES: [&str; 13] = [
    "ureq",
    "reqwest",
    "wacloudapi",
    "whatsapp-business-rs",
    "whatsapp",
    "python-http.client",
    "pywa",
    "whatsapp-python",
    "node-https",
    "undici",
    "whatsapp-api-js",
    "great-detail-whatsapp",
    "kapso-whatsapp-cloud-api",
];
/// The variables that name the trusted certificate for OpenSSL, Python and Node.
const TRUST: [&str; 3] = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];
/// A round takes about so long: all together must be over before kept connections grow old.
const ROUND: Duration = Duration::from_millis(60);
/// Warm-up of just-in-time compilers: this number of messages, within …
const WARM_UP_MESSAGES: usize = 5000;
/// … this time.
const WARM_UP: Duration = Duration::from_secs(4);

/// Where the peers are: as chosen, or beside the directory that this program was built into.
pub(super) fn directory(chosen: Option<&Path>) -> Outcome<PathBuf> {
    if let Some(chosen) = chosen {
        return Ok(chosen.to_owned());
    }
    let built = env::current_exe()?;
    let target = built.parent().and_then(Path::parent);
    Ok(target
        .ok_or("this program is in no directory")?
        .join("bench-peers"))
}

/// A running peer.
pub(super) struct Peer {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    errors: PathBuf,
    /// Of one round.
    messages: usize,
}

/// The cost of one round.
#[derive(Deserialize)]
struct Cost {
    messages: usize,
    cpu_us: f64,
}

impl Peer {
    /// Starts the peer `name` and lets it open its connections. The error says why it cannot be measured.
    pub(super) fn start(
        directory: &Path,
        name: &str,
        upstream: &Upstream,
        callers: usize,
    ) -> Outcome<Self> {
        let program = directory.join(name);
        if !program.is_file() {
            return Err("not installed (tools/bench/peers/install)".into());
        }
        let Some(ca_file) = upstream.ca_file() else {
            return Err("the server speaks no TLS".into());
        };
        let proxy = format!("http://127.0.0.1:{}", upstream.port());
        let mut command = Command::new(&program);
        command
            .env("BENCH_URL", upstream.url())
            .env("BENCH_CA_FILE", ca_file)
            .env("BENCH_CALLERS", callers.to_string())
            .env("HTTPS_PROXY", proxy)
            .env("NO_PROXY", "localhost")
            .envs(TRUST.map(|name| (name, ca_file)));
        Self::of(&mut command, name, callers)
    }

    fn of(command: &mut Command, name: &str, callers: usize) -> Outcome<Self> {
        let errors = env::temp_dir().join(format!("adapter-bench-{}-{name}", std::process::id()));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&errors)?)
            .spawn()?;
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("the peer has no output")?);
        let mut peer = Self {
            child,
            requests,
            answers,
            errors,
            messages: callers,
        };
        peer.warm_up(callers)?;
        Ok(peer)
    }

    /// Opens its connections, lets what compiles at run time do so, and finds out how many messages fit
    /// into a round.
    fn warm_up(&mut self, callers: usize) -> Outcome<()> {
        let until = Instant::now() + WARM_UP;
        let mut sent = 0;
        while sent < WARM_UP_MESSAGES && Instant::now() < until {
            let started = Instant::now();
            sent += self.round()?.1;
            let took = started.elapsed();
            if took < ROUND / 2 {
                self.messages *= 2;
            } else if took > ROUND {
                self.messages = (self.messages / 2).max(callers);
            }
        }
        Ok(())
    }

    /// Sends a round of messages. Answers their CPU time and how many there were.
    pub(super) fn round(&mut self) -> Outcome<(Duration, usize)> {
        let asked = self.requests.as_mut().ok_or("the peer has no input")?;
        let mut line = String::new();
        // A peer that has ended says why below.
        let _ = writeln!(asked, "{}", self.messages);
        self.answers.read_line(&mut line)?;
        match serde_json::from_str(&line) {
            Ok(Cost { messages, cpu_us }) if messages >= self.messages => {
                Ok((Duration::from_secs_f64(cpu_us / 1e6), messages))
            }
            _ => Err(self.failure(&line).into()),
        }
    }

    fn failure(&self, answer: &str) -> String {
        let told = fs::read_to_string(&self.errors).unwrap_or_default();
        let last = told.lines().rev().find(|line| !line.trim().is_empty());
        let told: String = last.unwrap_or(answer.trim()).chars().take(160).collect();
        format!("failed: {told}")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends with its standard input.
        drop(self.requests.take());
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.errors);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(name: &str, script: &str) -> Outcome<Peer> {
        Peer::of(Command::new("sh").args(["-c", script]), name, 2)
    }

    #[test]
    fn a_peer_is_asked_and_answers_until_its_input_ends() {
        let script = r#"while read n; do echo "{\"messages\":$n,\"cpu_us\":${n}0}"; done"#;
        let mut peer = peer("test-of-answers", script).unwrap();
        let (time, messages) = peer.round().unwrap();
        assert!(messages >= 2);
        assert_eq!(
            time,
            Duration::from_micros(10) * messages.try_into().unwrap()
        );
    }

    #[test]
    fn a_peer_that_fails_or_loses_messages_says_so() {
        for (script, told) in [
            ("echo no module >&2; exit 1", "failed: no module"),
            ("read n; echo sent", "failed: sent"),
            (
                r#"read n; echo '{"messages":1,"cpu_us":1}'"#,
                r#"failed: {"messages":1,"cpu_us":1}"#,
            ),
        ] {
            let failure = peer("test-of-failures", script).err().unwrap();
            assert_eq!(failure.to_string(), told);
        }
    }
}
