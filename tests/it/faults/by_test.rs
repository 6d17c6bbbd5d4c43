//! The faults that have a test of their own, for the list.

use std::fmt::Write as _;

/// What a table has no place for, by the test and where it is.
pub(super) const BY_TEST: [(&str, &str, &str); 14] = [
    (
        "any answer, cut at any byte and ended in any way: no part of it says no or later (S30)",
        "a_part_of_an_answer_never_says_no_or_later",
        "src/cloud_api/cut_tests.rs",
    ),
    (
        "more behind an answer: no no rests upon it (S30)",
        "what_comes_behind_an_answer_makes_no_no_of_it",
        "src/cloud_api/cut_tests.rs",
    ),
    (
        "an answer before the request: nothing is sent (S42)",
        "an_answer_that_comes_before_the_request_is_none_and_nothing_is_sent",
        "src/cloud_api/cut_tests.rs",
    ),
    (
        "a call that is given up with some of it still in this machine's buffers: reset, and nothing more leaves \
         (S34)",
        "an_exchange_that_is_given_up_is_reset_and_nothing_more_of_it_leaves",
        "src/cloud_api/connection_tests.rs",
    ),
    (
        "an answer before the request has arrived: reset before the end is told, nothing more leaves, not on the \
         same connection either; no and later become T28: unknown, `answered_early`",
        "a_request_that_is_answered_before_it_has_arrived_goes_no_further",
        "src/cloud_api/connection_tests.rs",
    ),
    (
        "a 204 or 304 that tells of a body: no redirect and no refusal",
        "an_answer_without_a_body_that_tells_of_one_says_nothing",
        "src/cloud_api/cut_tests.rs",
    ),
    (
        "an error's text that names the message which the request itself names: a no as any other",
        "an_error_may_name_the_message_that_the_request_names",
        "src/cloud_api/reading.rs",
    ),
    (
        "success and an error in the answer to a command that sends no message: unknown",
        "an_error_beside_a_success_is_a_contradiction_for_every_call",
        "src/cloud_api/reading.rs",
    ),
    (
        "a download that is cut, or longer or shorter than Meta or its head says: not kept (S40)",
        "a_download_that_is_not_as_long_as_it_should_be_is_not_kept",
        "tests/it/commands/media.rs",
    ),
    (
        "a kept connection that the server ends: closed without another call (S44)",
        "a_kept_connection_that_the_server_ends_is_closed_without_another_call",
        "src/cloud_api/connection_tests.rs",
    ),
    (
        "a connection of a minute's age: not used again, so that a moved name is noticed (S44)",
        "a_connection_of_some_age_carries_no_further_request",
        "src/cloud_api/connection_tests.rs",
    ),
    (
        "no file descriptor left, for a name or for a socket: said so (S44)",
        "without_a_descriptor_the_reason_is_not_the_name",
        "src/cloud_api/fault.rs",
    ),
    (
        "an answer that repeats number and text, in any form and in its headers, and a trace id of 100 kB: cut \
         (S44)",
        "what_an_answer_repeats_of_a_message_goes_no_further",
        "tests/it/outcomes/warned.rs",
    ),
    (
        "cuts, delays and contradictions at random, with cancelling, rotation and destroying: `tools/chaos/run`",
        "a_server_that_cuts_delays_and_contradicts_makes_no_message_go_twice_or_its_end_untrue",
        "tests/it/chaos/mod.rs",
    ),
];

pub(super) fn by_test() -> String {
    let mut list = "\n## By a test of their own\n\n| number | what happens, and what is right | test |\n|---|---|---|\n"
        .to_owned();
    for (at, (what, test, file)) in BY_TEST.iter().enumerate() {
        let _ = writeln!(list, "| X{:02} | {what} | `{test}` in `{file}` |", at + 1);
    }
    list
}
