//! The server as its client sees it: a child that ends when it is dropped.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use adapter_bench::Outcome;

/// A running server.
pub(super) struct Upstream {
    child: Child,
    port: u16,
    ca_file: Option<PathBuf>,
}

impl Upstream {
    /// Starts this program as a server whose answers take `delay`.
    pub(super) fn start(delay: Duration, tls: bool) -> Outcome<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.args(["upstream", "--delay-ms", &delay.as_millis().to_string()]);
        let name = format!(
            "adapter-bench-{}-{}.pem",
            std::process::id(),
            delay.as_millis()
        );
        let ca_file = tls.then(|| env::temp_dir().join(name));
        if let Some(file) = &ca_file {
            command.arg("--ca-file").arg(file);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let mut started = Self {
            child,
            port: 0,
            ca_file,
        };
        started.port = line
            .trim()
            .parse()
            .map_err(|_| "the server did not start")?;
        Ok(started)
    }

    /// Where it listens.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// For the property `baseUrl`.
    pub(super) fn url(&self) -> String {
        let scheme = if self.ca_file.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://localhost:{}", self.port)
    }

    /// The certificate to trust; none without TLS.
    pub(super) fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        // It ends with its standard input; nothing is left to do if it has ended already.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
        if let Some(file) = &self.ca_file {
            let _ = std::fs::remove_file(file);
        }
    }
}
