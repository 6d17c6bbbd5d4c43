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
