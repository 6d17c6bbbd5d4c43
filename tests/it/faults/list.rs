//! `tests/FAULT_CASES.md`: the list is written from the tables of the tests, and must be up to date.

use std::env;
use std::fmt::Write as _;

use super::by_test::{BY_TEST, by_test};
use super::mode::{End, Group};
use super::notifications::misdeliveries;
use super::proxies::proxied;
use super::retries::{Retry, retries};
use super::reuse::reuses;
use super::{long, modes};
use crate::plugin;

const OPENING: &str = "\
# Faults

What can go wrong with a send, how the send must end, and why. The rows are the tables of the tests in
`tests/it/faults/`, written by them:
`UPDATE_FAULT_CASES=1 cargo test -p whatsapp-adapter --test it -- faults::list`.

Each row is run for text, template and reaction messages, over http and over https. Each check compares
result, outcome, phase, reason, HTTP status, code and the hint for a repetition, and then counts what the
emulator has taken: accepted is one message, rejected and not sent are none, unknown is one at most.
\"May be repeated\" is said to the host; what the adapter repeats by itself is the second list.

Each end begins with the row of the decision table that decides, `src/cloud_api/decision.rs`, as the log
record of the attempt names it: T for what the network and the HTTP status say, G for Graph codes
(`src/cloud_api/codes.rs`).
";

const MATRIX: &str = "`every_fault_over_http_ends_as_its_row_says_and_the_servers_count_agrees`, \
                      `every_fault_over_https_ends_as_its_row_says_and_the_servers_count_agrees`";

const REUSE: &str = "`what_the_server_did_to_a_kept_connection_over_http_ends_as_its_row_says`, \
                     `what_the_server_did_to_a_kept_connection_over_https_ends_as_its_row_says`";

fn written() -> String {
    let mut list = OPENING.to_owned();
    let mut group: Option<&Group> = None;
    for (number, mode) in modes() {
        if group != Some(mode.group) {
            group = Some(mode.group);
            let title = mode.group.title;
            let _ = write!(
                list,
                "\n## {title}\n\nTests: {MATRIX}\n\n| number | what happens | over http | over https |\n|---|---|---|---|\n"
            );
        }
        let _ = writeln!(
            list,
            "| {number} | {} | {} | {} |",
            mode.what,
            cell(&mode.plain),
            cell(&mode.tls)
        );
    }
    list += &in_parts();
    list += &reused();
    list += &repeated();
    list += &through_a_proxy();
    list += &held();
    list += &named();
    list += &notified();
    list += &by_test();
    list
}

/// Sends that never become a request, by row and test.
const HELD: [(&str, &str, &str); 14] = [
    (
        "a turn that comes after the call's time",
        "T24",
        "a_turn_that_comes_too_late_is_not_waited_for",
    ),
    (
        "one customer's rate is used up",
        "T24",
        "one_customer_gets_forty_five_at_once_and_others_are_not_held_up",
    ),
    (
        "no rate at all",
        "T12",
        "without_a_rate_nobody_is_held_back",
    ),
    (
        "a token that was refused",
        "T25",
        "after_a_refused_token_nothing_is_sent_until_there_is_another",
    ),
    (
        "S32: a permission that one message lacks: the next one goes",
        "G-permission",
        "a_message_that_is_refused_for_a_permission_holds_back_no_other",
    ),
    (
        "S36: two customers' messages wait for their rates: another customer's goes, on the only thread",
        "T12",
        "what_is_paced_keeps_no_other_customer_waiting",
    ),
    (
        "S37: ninety that could not connect: the customer's rate is still there",
        "T12",
        "what_never_left_costs_no_rate",
    ),
    (
        "C21: waiting while the adapter is destroyed",
        "T19",
        "what_waits_when_the_adapter_is_destroyed_is_not_sent",
    ),
    (
        "cancelled in the queue",
        "T19",
        "a_send_that_is_cancelled_while_it_waits_was_not_sent",
    ),
    (
        "its time is up in the queue, and every thread is busy",
        "T23",
        "a_send_whose_time_is_up_in_the_queue_ends_although_every_thread_is_busy",
    ),
    (
        "cancelled before its turn",
        "T19",
        "a_send_that_is_cancelled_before_its_turn_was_not_sent",
    ),
    (
        "cancelled between two attempts",
        "T19",
        "a_send_that_is_cancelled_between_two_attempts_was_not_sent",
    ),
    (
        "cancelled while the answer is awaited",
        "T9",
        "a_send_that_is_cancelled_while_it_waits_for_the_answer_may_have_been_sent",
    ),
    (
        "a full queue",
        "no row: it is not taken",
        "a_full_queue_takes_nothing_more",
    ),
];

/// Sends that are held back or cancelled.
fn held() -> String {
    let mut list = "\n## Held back and cancelled\n\n\
                    | number | what happens | row | test |\n|---|---|---|---|\n"
        .to_owned();
    for (at, (what, row, test)) in HELD.iter().enumerate() {
        let _ = writeln!(list, "| K{:02} | {what} | {row} | `{test}` |", at + 1);
    }
    list
}

/// Names and their addresses: by row and by the case of `tests/c/cases/CASES.md` that runs them.
const NAMED: [(&str, &str, &str); 7] = [
    (
        "a slow look-up, and eight calls that wait for it: it is made once",
        "T12: accepted, 200",
        "F65",
    ),
    (
        "a look-up that takes longer than the call's time",
        "T23: not sent, `resolve`, `timeout`, may be repeated",
        "F66",
    ),
    (
        "the adapter is destroyed beside a look-up that hangs",
        "T19: not sent, `resolve`, `cancelled`",
        "F66",
    ),
    (
        "the name's IPv6 address refuses, its IPv4 address answers",
        "T12: accepted, 200",
        "F67",
    ),
    (
        "the name's IPv6 address does not answer: after 250 ms the IPv4 address is tried as well",
        "T12: accepted, 200",
        "F67",
    ),
    (
        "both addresses refuse",
        "T2: not sent, `connect`, `refused`, may be repeated",
        "F67",
    ),
    (
        "one address does not answer, the other refuses",
        "T23: not sent, `connect`, `timeout`, may be repeated",
        "F67",
    ),
];

fn named() -> String {
    let mut list = "\n## Names and addresses\n\nText messages from a C host whose `getaddrinfo` hangs or \
                    answers what the case wants: `tests/c/cases/names.c`, over http and over https.\n\n\
                    | number | what happens | end | case |\n|---|---|---|---|\n"
        .to_owned();
    for (at, (what, end, case)) in NAMED.iter().enumerate() {
        let _ = writeln!(list, "| I{:02} | {what} | {end} | {case} |", at + 1);
    }
    list
}

/// Notifications on their way to a host.
fn notified() -> String {
    let mut list = "\n## Notifications\n\nTests: \
                    `whatever_becomes_of_notifications_each_event_reaches_the_workflow_once`, \
                    `three_mebibytes_are_delivered_whole`, \
                    `the_handshake_is_answered_with_the_challenge`, \
                    `what_was_refused_comes_again_for_days_and_what_was_accepted_does_not`; attacks are in \
                    `tests/WEBHOOK_CASES.md`.\n\n\
                    | number | a notification is delivered | its answers | what reaches the workflow |\n\
                    |---|---|---|---|\n"
        .to_owned();
    for (at, case) in misdeliveries().iter().enumerate() {
        let answers = case.answers_in_words();
        let (what, then) = (case.what, case.then);
        let _ = writeln!(list, "| N{:02} | {what} | {answers} | {then} |", at + 1);
    }
    list
}

/// Proxies on the way.
fn through_a_proxy() -> String {
    let mut list = "\n## Proxies\n\nTwo attempts are allowed, over http and over https. Test: \
                    `whatever_a_proxy_does_before_the_tunnel_is_there_nothing_is_sent`.\n\n\
                    | number | what the proxy does | attempts | end |\n|---|---|---|---|\n"
        .to_owned();
    for (at, case) in proxied().iter().enumerate() {
        let (what, attempts, end) = (case.what, case.attempts, &case.end);
        let _ = writeln!(list, "| P{:02} | {what} | {attempts} | {end} |", at + 1);
    }
    list
}

/// The faults after which the adapter retries.
fn repeated() -> String {
    let mut list = "\n## Repeating\n\nThree attempts are allowed unless the row says otherwise. Test: \
                    `what_is_tried_again_is_what_the_table_says`; every row above that is not here is one \
                    attempt: `every_other_mode_is_one_attempt_however_many_are_allowed`.\n\n\
                    | number | what happens | attempts | end |\n|---|---|---|---|\n"
        .to_owned();
    for (at, retry) in retries().iter().enumerate() {
        let Retry {
            what,
            attempts,
            end,
            ..
        } = retry;
        let _ = writeln!(list, "| A{:02} | {what} | {attempts} | {end} |", at + 1);
    }
    list
}

/// Messages that are handed over in parts.
fn in_parts() -> String {
    let mut list = String::new();
    for (at, mode) in long::modes().iter().enumerate() {
        if at == 0 {
            let _ = write!(
                list,
                "\n## {}\n\nA text of 4,096 emoji. Tests: \
                 `a_message_of_more_than_one_part_ends_as_its_row_says`, \
                 `a_message_of_more_than_one_part_arrives_whole`\n\n\
                 | number | what happens | over http | over https |\n|---|---|---|---|\n",
                mode.group.title
            );
        }
        let (letter, what) = (mode.group.letter, &mode.what);
        let (plain, tls) = (cell(&mode.plain), cell(&mode.tls));
        let _ = writeln!(list, "| {letter}{:02} | {what} | {plain} | {tls} |", at + 1);
    }
    list
}

/// Connections that are used again.
fn reused() -> String {
    let mut list = format!(
        "\n## Connections that are used again\n\nTests: {REUSE}\n\n\
         | number | what became of the connection behind the first answer | the second send |\n\
         |---|---|---|\n"
    );
    for (at, reuse) in reuses().iter().enumerate() {
        let _ = writeln!(list, "| U{:02} | {} | {} |", at + 1, reuse.what, reuse.end);
    }
    list
}

fn cell(ends: &[End]) -> String {
    if ends.is_empty() {
        return "does not happen".to_owned();
    }
    let ends: Vec<String> = ends.iter().map(End::to_string).collect();
    ends.join("; or ")
}

#[test]
fn the_list_of_faults_is_what_the_tests_run() {
    let path = plugin::repository("tests/FAULT_CASES.md");
    let written = written();
    if env::var_os("UPDATE_FAULT_CASES").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let list = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        list == written,
        "tests/FAULT_CASES.md is not what the tests run; its first lines say how to write it again"
    );
}

#[test]
fn every_row_of_the_decision_table_is_in_the_list_and_every_named_test_is_there() {
    let table: String = ["src/cloud_api/decision.rs", "src/cloud_api/codes.rs"]
        .into_iter()
        .map(|file| {
            let source = std::fs::read_to_string(plugin::repository(file)).unwrap();
            source
                .split("#[cfg(test)]")
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    let is_row = |text: &&str| {
        text.starts_with(['T', 'G'])
            && text.contains(|c: char| c.is_ascii_digit() || c == '-')
            && !text.contains(' ')
    };
    let list = written();
    let rows: Vec<&str> = table.split('"').skip(1).step_by(2).filter(is_row).collect();
    assert!(rows.len() > 20, "{rows:?}");
    for row in rows {
        let (first, among) = (format!(" {row}: "), format!("| {row} |"));
        assert!(
            list.contains(&first) || list.contains(&among),
            "no case ends in row {row}"
        );
    }
    let held: String = ["limits_and_cancel", "waiting"]
        .into_iter()
        .map(|file| plugin::repository(&format!("tests/it/faults/{file}.rs")))
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    for (what, _, test) in HELD {
        assert!(held.contains(&format!("fn {test}()")), "{what}: {test}");
    }
    for (what, test, file) in BY_TEST {
        let text = std::fs::read_to_string(plugin::repository(file)).unwrap();
        assert!(text.contains(&format!("fn {test}()")), "{what}: {test}");
    }
    let cases = plugin::repository("tests/c/cases/names.c");
    let cases = std::fs::read_to_string(cases).unwrap();
    for (what, _, case) in NAMED {
        assert!(cases.contains(&format!("{{\"{case}\", ")), "{what}: {case}");
    }
}
