//! The attacks of `tests/WEBHOOK_CASES.md`, by number, through both ways in: the raw bytes, and the
//! command with its member `signature`.

mod bodies;
mod challenge;
mod headers;
mod memory;
mod rewritten;
mod secrets;
pub(crate) mod sender;
mod traces;

use crate::plugin;
use sender::{BODY, Host, Posted, SIGNATURE};

/// Neither way in takes `body` with `header`; each says `reason`, emits nothing and remembers nothing.
fn refused(body: &[u8], header: Option<&[u8]>, reason: &str) {
    let host = Host::secured();
    check_refusal(&host, &host.post(body, header), reason);
    let texts = (
        std::str::from_utf8(body),
        header.map(std::str::from_utf8).transpose(),
    );
    // The command takes texts only.
    if let (Ok(body), Ok(header)) = texts {
        check_refusal(&host, &host.command(body, header), reason);
    }
    // What was refused is the attack, not everything.
    let genuine = host.post(BODY.as_bytes(), Some(SIGNATURE.as_bytes()));
    assert_eq!(genuine.details("accepted"), 1, "after {reason}");
}

fn check_refusal(host: &Host, posted: &Posted, reason: &str) {
    assert_eq!(posted.result, "UNAUTHENTIC", "{posted:?}");
    assert_eq!(posted.response["status"], "FAILED", "{posted:?}");
    assert_eq!(posted.details("reason"), reason, "{posted:?}");
    assert_eq!(*posted.details("hint"), posted.message, "{posted:?}");
    assert!(posted.details("verified").is_null(), "{posted:?}");
    assert!(posted.events.is_empty(), "{posted:?}");
    assert_eq!(host.remembered(), 0, "{posted:?}");
}

/// Both ways in take `body` with `header`; each on a host of its own.
fn accepted(body: &str, header: &str) -> [Posted; 2] {
    let raw = Host::secured().post(body.as_bytes(), Some(header.as_bytes()));
    let command = Host::secured().command(body, Some(header));
    for posted in [&raw, &command] {
        assert_eq!(posted.result, "OK", "{posted:?}");
        assert_eq!(posted.response["status"], "SUCCESS", "{posted:?}");
        assert_eq!(posted.details("verified"), "adapter", "{posted:?}");
    }
    assert_eq!(raw.events, command.events, "the two ways differ");
    [raw, command]
}

#[test]
fn every_case_of_the_list_has_its_test_and_every_test_its_case() {
    let list = std::fs::read_to_string(plugin::repository("tests/WEBHOOK_CASES.md")).unwrap();
    let folder = plugin::repository("tests/it/webhook_attacks");
    let mut code = String::new();
    for file in std::fs::read_dir(folder).unwrap() {
        code += &std::fs::read_to_string(file.unwrap().path()).unwrap();
    }
    let tests = code.lines().filter_map(|line| line.strip_prefix("fn w"));
    let tests: Vec<_> = tests
        .filter_map(|rest| Some(format!("w{}", rest.split_once('(')?.0)))
        .collect();
    for case in (1..=46).chain([62]) {
        let row = list
            .lines()
            .find(|line| line.starts_with(&format!("| W{case:02} |")))
            .unwrap_or_else(|| panic!("W{case:02} has no row"));
        let of_case = |test: &&String| test.starts_with(&format!("w{case:02}_"));
        for test in tests.iter().filter(of_case) {
            assert!(
                row.contains(&format!("`{test}`")),
                "{test} is not in its row"
            );
        }
        for named in row
            .split('`')
            .filter(|part| part.starts_with(&format!("w{case:02}_")))
        {
            assert!(tests.iter().any(|test| test == named), "{named} is no test");
        }
        // Timing is measured, not tested.
        assert_eq!(
            tests.iter().any(|test| of_case(&test)),
            case != 41,
            "W{case:02}"
        );
    }
}
