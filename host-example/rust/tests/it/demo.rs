//! The command `demo`: its standard output is the transcript that all example hosts share.

use std::path::Path;

use crate::program::{program, run};

#[test]
fn the_demo_prints_the_transcript_of_all_hosts() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../transcript.txt");
    let expected = std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; the test of the C host writes it",
            file.display()
        )
    });
    let ended = run(program().args(["demo", "--headless"]));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let pairs = expected.lines().zip(ended.stdout.lines());
    for (number, (expected, printed)) in pairs.enumerate() {
        assert_eq!(printed, expected, "line {}", number + 1);
    }
    assert_eq!(ended.stdout, expected, "one is longer, or ends otherwise");
    assert!(
        ended.stderr.contains("listening on http://127.0.0.1:"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("handshake: challenge"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_plugin_that_is_not_there_is_named() {
    let ended = run(program()
        .arg("demo")
        .env("WFA_PLUGIN", "/nowhere/libnothing.so"));
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("/nowhere/libnothing.so"),
        "{}",
        ended.stderr
    );
    assert_eq!(ended.stdout, "");
}

#[test]
fn the_demo_says_where_its_page_is_and_runs_the_example() {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::process::Stdio;

    let mut child = program()
        .arg("demo")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let emulator = line.trim().strip_prefix("the page: http://").unwrap();
    let emulator = emulator.strip_suffix('/').unwrap();
    let body = r#"{"type":"text","text":{"body":"hello"}}"#;
    let exchange = |address: &str, request: String| {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    };
    let get = |path: &str, address: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
    };
    let mut known = String::new();
    exchange(emulator, get("/__host", emulator))
        .read_to_string(&mut known)
        .unwrap();
    let (_, known) = known.split_once("\r\n\r\n").unwrap();
    let known: serde_json::Value = serde_json::from_str(known).unwrap();
    let host = known["url"]
        .as_str()
        .unwrap()
        .trim_start_matches("http://")
        .to_owned();
    let mut told = exchange(&host, get("/__host/events", &host));
    let length = body.len();
    let head = format!(
        "POST /__inbound HTTP/1.1\r\nHost: {emulator}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let mut answer = String::new();
    exchange(emulator, head)
        .read_to_string(&mut answer)
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    let waits = |line: &str| line.contains(r#""step":"answer""#) && line.contains("waiting");
    let lines = BufReader::new(&mut told).lines().map_while(Result::ok);
    let mut seen: Vec<String> = Vec::new();
    for line in lines {
        seen.push(line);
        if waits(seen.last().unwrap()) {
            break;
        }
    }
    assert!(waits(seen.last().unwrap()), "{seen:#?}");
    assert!(seen[0].starts_with("HTTP/1.1 200"), "{}", seen[0]);
    let origin = format!("access-control-allow-origin: http://{emulator}");
    assert!(seen.contains(&origin), "{origin}: {:#?}", &seen[..8]);
    let id = child.id().to_string();
    std::process::Command::new("kill")
        .arg(&id)
        .status()
        .unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success());
    let stderr = String::from_utf8(ended.stderr).unwrap();
    assert!(
        !stderr.contains("cut off"),
        "the feed ends with the host: {stderr}"
    );
}

#[test]
fn h16_the_demo_rehearses_an_own_configuration_on_a_port_of_choice() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.toml");
    let example = include_str!("../../example/adapter-host.toml");
    let own = example
        .replace("name = \"whatsapp\"", "name = \"mine\"")
        .replace("WHATSAPP_", "MINE_");
    std::fs::write(&file, own).unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    let demo = |port: &str| {
        let mut command = program();
        command
            .args(["demo", "--port", port, "--config"])
            .arg(&file);
        command
    };
    let ended = run(&mut demo(&port));
    assert_eq!(ended.code, 1, "somebody listens there: {}", ended.stderr);
    assert!(ended.stderr.contains(&port), "{}", ended.stderr);
    drop(free);
    // Shown only once the handshake with the webhook `mine` has succeeded.
    let mut child = demo("0").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("the page: http://127.0.0.1:"), "{line}");
    child.kill().unwrap();
    child.wait().unwrap();
    std::fs::write(&file, "[plugins]\ndirectory = \"p\"\n[sever]\n").unwrap();
    let ended = run(&mut demo("0"));
    assert!(
        ended.code == 2 && ended.stderr.contains("own.toml:3:"),
        "{}",
        ended.stderr
    );
}
