//! Modes of Graph's error codes: a code that is known decides, whatever the status.

use cloud_api_emulator::Fault;
use serde_json::json;

use crate::outcomes::cases::graph;

use super::mode::{End, Group, Mode, rejected, throttled, unknown};

const CODE: Group = Group {
    letter: 'G',
    title: "Graph codes",
};

pub(super) fn modes() -> Vec<Mode> {
    [codes(), codes_with_other_statuses(), estimated()].concat()
}

fn with_status(code: u32, status: u16) -> Fault {
    Fault::Graph {
        code,
        status: Some(status),
        transient: None,
        retry_after: None,
    }
}

fn code(code: u32, end: End) -> Mode {
    Mode::new(&CODE, format!("code {code}"), graph(code), end.code(code))
}

/// Each code of the table, with the HTTP status that Meta gives it.
#[expect(clippy::too_many_lines, reason = "one table")]
fn codes() -> Vec<Mode> {
    const MINUTE: u64 = 60_000;
    let mut modes = Vec::new();
    for (number, status, ms, row) in [
        (130_429, 400, 1_000, "G130429"),
        (131_056, 400, 6_000, "G131056"),
        (131_057, 500, MINUTE, "G131057"),
        (4, 400, 5 * MINUTE, "G-quota"),
        (17, 400, 5 * MINUTE, "G-quota"),
        (32, 400, 5 * MINUTE, "G-quota"),
        (613, 400, 5 * MINUTE, "G-quota"),
        (80_007, 400, 5 * MINUTE, "G-quota"),
        // S38: limits under other names.
        (341, 400, 5 * MINUTE, "G-quota"),
        (80_008, 400, 5 * MINUTE, "G-quota"),
        (80_014, 400, 5 * MINUTE, "G-quota"),
        (131_208, 429, 5 * MINUTE, "G-quota"),
        (132_069, 400, 5 * MINUTE, "G-quota"),
        (138_005, 400, 5 * MINUTE, "G-quota"),
    ] {
        modes.push(code(number, throttled(status, ms).row(row)));
    }
    for (number, status) in [
        (1, 400),
        (2, 503),
        (131_000, 500),
        (131_016, 500),
        (133_004, 503),
    ] {
        modes.push(uncertain(format!("code {number}"), graph(number), status));
        let what = format!("code {number}, and the message is taken");
        modes.push(Mode {
            faults: vec![graph(number).accepted()],
            ..uncertain(what, graph(number), status)
        });
    }
    modes.push(uncertain(
        "code 2, transient, and the message is taken",
        Fault::TransientButAccepted,
        500,
    ));
    for (number, status) in [
        (131_048, 400),
        (131_050, 400),
        (131_064, 400),
        (132_015, 400),
        (130_472, 400),
        (133_016, 400),
        (368, 403),
        (131_031, 403),
        (130_497, 403),
    ] {
        let end = rejected(status).reason("do_not_repeat");
        modes.push(code(number, end));
    }
    let day = rejected(400)
        .reason("do_not_repeat")
        .later(24 * 60 * MINUTE);
    modes.push(code(131_049, day));
    for (number, status) in [(0, 401), (102, 401), (190, 401)] {
        modes.push(code(number, rejected(status).reason("auth")));
    }
    // S32: the token is good and may not do this; nothing else is held back by it.
    for (number, status) in [
        (3, 500),
        (10, 403),
        (200, 403),
        (210, 403),
        (299, 403),
        (131_005, 403),
    ] {
        let end = rejected(status).reason("auth").row("G-permission");
        modes.push(code(number, end));
    }
    for (number, status) in [
        (33, 400),
        (100, 400),
        (131_008, 400),
        (131_009, 400),
        (131_021, 400),
        (131_026, 400),
        (131_030, 400),
        (131_037, 400),
        (131_042, 400),
        (131_045, 500),
        (131_047, 400),
        (131_051, 400),
        (131_052, 400),
        (131_053, 400),
        (132_000, 400),
        (132_001, 404),
        (132_005, 400),
        (132_007, 400),
        (132_012, 400),
        (132_016, 400),
        (133_000, 500),
        (133_010, 400),
        (135_000, 400),
        // S43: each of these has its row and its hint.
        (131_058, 400),
        (131_061, 400),
        (131_062, 400),
        (131_065, 400),
        (131_070, 400),
        (132_018, 400),
        (138_038, 400),
        (147_001, 400),
        (147_005, 400),
        (2_494_191, 400),
    ] {
        modes.push(code(number, rejected(status)));
    }
    modes.push(code(999_999, rejected(400).row("T14")));
    modes
}

/// The answer does not say whether the message was sent.
fn uncertain(what: impl Into<String>, fault: Fault, status: u64) -> Mode {
    Mode::new(&CODE, what, fault, unknown(status, "server_error"))
}

/// A code that is known decides, whatever the status; the status decides only for the others.
fn codes_with_other_statuses() -> Vec<Mode> {
    let other = |what: &str, fault, end| Mode::new(&CODE, what, fault, end);
    let transient = |code, status| Fault::Graph {
        code,
        status: Some(status),
        transient: Some(true),
        retry_after: None,
    };
    let wait = Fault::Graph {
        code: 130_429,
        status: Some(429),
        transient: None,
        retry_after: Some("7".to_owned()),
    };
    vec![
        other(
            "code 130429 with status 429",
            with_status(130_429, 429),
            throttled(429, 1_000).row("G130429").code(130_429),
        ),
        other(
            "code 130429 with Retry-After 7",
            wait,
            throttled(429, 7_000).row("G130429").code(130_429),
        ),
        other(
            "code 4 with status 429",
            with_status(4, 429),
            throttled(429, 300_000).row("G-quota").code(4),
        ),
        other(
            "S38: an unknown code with status 429",
            with_status(999_999, 429),
            throttled(429, 1_000).code(999_999),
        ),
        other(
            "S38: an unknown code with status 429 and Retry-After 7200",
            Fault::Graph {
                code: 999_999,
                status: Some(429),
                transient: None,
                retry_after: Some("7200".to_owned()),
            },
            throttled(429, 7_200_000).code(999_999),
        ),
        other(
            "S38: code 80008 with Retry-After 172800",
            Fault::Graph {
                code: 80_008,
                status: None,
                transient: None,
                retry_after: Some("172800".to_owned()),
            },
            throttled(400, 172_800_000).row("G-quota").code(80_008),
        ),
        other(
            "code 190 with status 500",
            with_status(190, 500),
            rejected(500).reason("auth").code(190),
        ),
        other(
            "code 131026 with status 500",
            with_status(131_026, 500),
            rejected(500).code(131_026),
        ),
        other(
            "code 131000 with status 400",
            with_status(131_000, 400),
            unknown(400, "server_error"),
        ),
        other(
            "an unknown code with status 500",
            with_status(999_999, 500),
            unknown(500, "server_error").row("T21"),
        ),
        other(
            "an unknown code with status 503",
            with_status(999_999, 503),
            unknown(503, "server_error").row("T21"),
        ),
        other(
            "an unknown code with status 404",
            with_status(999_999, 404),
            rejected(404).row("T14").code(999_999),
        ),
        other(
            "an unknown code, transient, with status 400",
            transient(999_999, 400),
            unknown(400, "server_error").row("T21"),
        ),
        other(
            "an unknown code with status 302",
            with_status(999_999, 302),
            unknown(302, "server_error").row("T21"),
        ),
    ]
}

/// This code, and what a quota's header says: minutes until it lets requests through again.
fn with_estimate(code: u32, header: &str, usage: &str) -> Fault {
    Fault::Answer {
        status: 400,
        headers: vec![(header.to_owned(), usage.to_owned())],
        body: json!({ "error": { "message": "Too fast", "code": code } }).to_string(),
    }
}

/// Meta's own estimate is the host's wait where a quota is used up, and nowhere else.
fn estimated() -> Vec<Mode> {
    const OF_BUSINESS: &str = "x-business-use-case-usage";
    const THREE_MINUTES: &str = r#"{"102290129340398":[{"type":"whatsapp","call_count":100,
        "total_cputime":1,"total_time":2,"estimated_time_to_regain_access":3}]}"#;
    let usage = THREE_MINUTES.replace('\n', "");
    let other = |what: &str, fault, end| Mode::new(&CODE, what, fault, end);
    vec![
        other(
            "code 80007 with an estimate of three minutes",
            with_estimate(80_007, OF_BUSINESS, &usage),
            throttled(400, 180_000).row("G-quota").code(80_007),
        ),
        other(
            "code 80007 with an estimate of none",
            with_estimate(80_007, OF_BUSINESS, &usage.replace(":3}", ":0}")),
            throttled(400, 300_000).row("G-quota").code(80_007),
        ),
        other(
            "code 4 with an estimate of two minutes for the app",
            with_estimate(4, "x-app-usage", r#"{"estimated_time_to_regain_access":2}"#),
            throttled(400, 120_000).row("G-quota").code(4),
        ),
        other(
            "code 130429, which is no quota, with an estimate of three minutes",
            with_estimate(130_429, OF_BUSINESS, &usage),
            throttled(400, 1_000).row("G130429").code(130_429),
        ),
    ]
}
