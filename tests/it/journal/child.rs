//! Processes of their own for the tests beside: this program again, running one of these two.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::{env, process};

use super::{is_new, with_journal};
use crate::webhook_attacks::sender::Host;

const JOURNAL: &str = "WFA_TEST_JOURNAL";
const ENTRIES: &str = "WFA_TEST_ENTRIES";
const FIRST: &str = "WFA_TEST_FIRST";
/// Stands before each number that was accepted.
const ACCEPTED: &str = "accepted ";

/// A child that accepts events until it is killed, and what it says.
pub(super) struct Accepting {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Accepting {
    /// Accepts messages `first`, `first + 1`, … with the journal at `path`.
    pub(super) fn start(path: &Path, entries: usize, first: usize) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["journal::child::accepts_events_until_it_is_killed"]);
        let mut child = run(command)
            .env(JOURNAL, path)
            .env(ENTRIES, entries.to_string())
            .env(FIRST, first.to_string())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// As [`Accepting::start`], with a journal that is mounted by itself: nothing can be renamed onto it.
    /// None where mounting is not permitted.
    pub(super) fn start_on_a_mount(path: &Path, entries: usize) -> Option<Self> {
        Self::start_after("mount --bind \"$0\" \"$0\"", path, entries)
    }

    /// As [`Accepting::start_on_a_mount`], in a folder where nothing can be made, not even by root.
    pub(super) fn start_in_a_closed_folder(path: &Path, entries: usize) -> Option<Self> {
        let script = "folder=$(dirname \"$0\") && mount --bind \"$folder\" \"$folder\" \
                      && mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$folder\"";
        Self::start_after(script, path, entries)
    }

    fn start_after(mounts: &str, path: &Path, entries: usize) -> Option<Self> {
        let script = format!("{mounts} && echo mounted && exec \"$@\"");
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "sh", "-c", script.as_str()])
            .arg(path);
        command.arg(env::current_exe().unwrap());
        command.args(["journal::child::accepts_events_until_it_is_killed"]);
        let mut child = run(command)
            .stderr(Stdio::null())
            .env(JOURNAL, path)
            .env(ENTRIES, entries.to_string())
            .env(FIRST, "0")
            .spawn()
            .ok()?;
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        if line.trim_end() == "mounted" {
            return Some(Self { child, lines });
        }
        child.wait().unwrap();
        None
    }

    /// The id of its process.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next number it has accepted; none after its end.
    pub(super) fn next(&mut self) -> Option<usize> {
        loop {
            let mut line = String::new();
            self.lines.read_line(&mut line).unwrap();
            if !line.ends_with('\n') {
                return None;
            }
            if let Some((_, number)) = line.trim_end().split_once(ACCEPTED) {
                return Some(number.parse().unwrap());
            }
        }
    }

    /// Kills it at once, and reads what it had said until then; answers the last number.
    pub(super) fn kill(mut self) -> Option<usize> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::iter::from_fn(|| self.next()).last()
    }
}

/// Runs the child that meets a full disk to its end; answers what it said and logged.
pub(super) fn meet_a_full_disk(path: &Path) -> String {
    with_a_full_disk("journal::child::meets_a_full_disk", path)
}

/// Runs the child to its end whose disk is full until just before that.
pub(super) fn end_after_a_full_disk(path: &Path) {
    with_a_full_disk("journal::child::ends_after_a_full_disk", path);
}

fn with_a_full_disk(test: &str, path: &Path) -> String {
    // Beyond the limit a process is killed by SIGXFSZ, unless it ignores it from birth.
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(env::current_exe().unwrap())
        .arg(test);
    let output = run(command).env(JOURNAL, path).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}{stderr}");
    said
}

fn run(mut command: Command) -> Command {
    command
        .args(["--exact", "--nocapture", "--test-threads=1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

#[test]
fn accepts_events_until_it_is_killed() {
    let Ok(path) = env::var(JOURNAL) else { return };
    let number = |name| env::var(name).unwrap().parse::<usize>().unwrap();
    let mut properties = with_journal(Path::new(&path));
    properties["dedupEntries"] = number(ENTRIES).into();
    let host = Host::new(&properties);
    let mut out = std::io::stdout();
    for n in number(FIRST).. {
        assert!(is_new(&host, n), "{n} was known");
        writeln!(out, "{ACCEPTED}{n}").unwrap();
        out.flush().unwrap();
    }
}

/// Events 0 to 4 fit, 5 meets the end of the disk after a quarter of its record; it and 6 to 9 fit again.
#[test]
fn meets_a_full_disk() {
    let Ok(path) = env::var(JOURNAL) else { return };
    let host = Host::new(&with_journal(Path::new(&path)));
    for n in 0..5 {
        assert!(is_new(&host, n));
    }
    let size = std::fs::metadata(&path).unwrap().len();
    limit_file_size(&(size + 8).to_string());
    assert!(is_new(&host, 5), "the event stands");
    let full = std::fs::metadata(&path).unwrap().len();
    assert_eq!(full, size, "no half record is left");
    limit_file_size("unlimited");
    assert_eq!(host.metrics()["wfa.dedup"]["journal_errors"], 1);
    for n in 6..10 {
        assert!(is_new(&host, n));
    }
    assert!(!is_new(&host, 5), "known as long as the process lives");
    assert_eq!(host.metrics()["wfa.dedup"]["journal_errors"], 1);
    std::io::stdout().write_all(host.log().as_bytes()).unwrap();
}

/// Events 0 to 4 fit, 5 to 9 do not, and after them there is room again and no event.
#[test]
fn ends_after_a_full_disk() {
    let Ok(path) = env::var(JOURNAL) else { return };
    let host = Host::new(&with_journal(Path::new(&path)));
    for n in 0..5 {
        assert!(is_new(&host, n));
    }
    let size = std::fs::metadata(&path).unwrap().len();
    limit_file_size(&(size + 8).to_string());
    for n in 5..10 {
        assert!(is_new(&host, n), "the event stands");
    }
    limit_file_size("unlimited");
    let full = std::fs::metadata(&path).unwrap().len();
    assert_eq!(full, size, "nothing of them is written yet");
}

fn limit_file_size(soft: &str) {
    let status = Command::new("prlimit")
        .args(["--pid", &process::id().to_string()])
        .arg(format!("--fsize={soft}:unlimited"))
        .status();
    assert!(status.expect("prlimit of util-linux").success());
}
