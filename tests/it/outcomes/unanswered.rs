//! Messages that are not sent, and messages whose answer cannot be trusted.

use cloud_api_emulator::{Emulator, Fault};
use serde_json::{Value, json};

use super::cases::{self, Case, case, graph};
use crate::rig;

/// Nothing left.
pub(super) fn not_sent() -> Vec<Case> {
    vec![
        cases::not_sent(
            "nobody listens",
            "connect",
            "refused",
            true,
            |_, properties| {
                properties["baseUrl"] = rig::NOBODY.into();
            },
        ),
        cases::not_sent(
            "a name that does not exist",
            "resolve",
            "dns",
            true,
            |_, properties| {
                properties["baseUrl"] = "https://does-not-exist.invalid".into();
            },
        )
        .hint("baseUrl"),
        cases::not_sent(
            "no TLS where TLS is expected",
            "tls",
            "handshake",
            true,
            |emulator, properties| {
                properties["baseUrl"] = emulator.base_url().replace("http://", "https://").into();
            },
        ),
    ]
}

/// The request was sent, and its outcome is unknown.
pub(super) fn unknown() -> Vec<Case> {
    let silence = |emulator: &Emulator, properties: &mut Value| {
        emulator.inject(Fault::Silence { ms: 600_000 });
        properties["timeoutMs"] = 1_500.into();
    };
    let timeout = json!({ "outcome": "unknown", "reason": "timeout", "retryable": false });
    let name = "silence until the time is out";
    let mut all = vec![case(name, "OUTCOME_UNKNOWN", timeout, silence)];
    all.extend(no_answer().map(|(name, reason, fault)| cases::unknown(name, reason, None, fault)));
    let answers = useless_answers().into_iter().chain(server_errors());
    all.extend(answers.map(|(name, reason, http_status, fault)| {
        cases::unknown(name, reason, Some(http_status), fault)
    }));
    all
}

/// Name, reason, fault.
fn no_answer() -> [(&'static str, &'static str, Fault); 4] {
    [
        ("closed after the body", "closed", Fault::CloseAfterBody),
        ("reset after the body", "reset", Fault::ResetAfterBody),
        ("half a head", "closed", Fault::HalfHeader),
        ("no HTTP", "not_http", Fault::Garbage),
    ]
}

/// Name, reason, HTTP status, fault.
type Answered = (&'static str, &'static str, u16, Fault);

fn useless_answers() -> [Answered; 6] {
    let empty = Fault::Empty { status: 204 };
    [
        ("half a body", "answer_incomplete", 200, Fault::HalfBody),
        ("a body cut short", "no_message_id", 200, Fault::CutJson),
        ("no id in a 200", "no_message_id", 200, Fault::NoId),
        ("an error in a 200", "error_in_200", 200, Fault::ErrorIn200),
        ("a page in a 200", "no_message_id", 200, Fault::HtmlOk),
        ("nothing in a 204", "no_message_id", 204, empty),
    ]
}

fn server_errors() -> [Answered; 10] {
    let page = |status| Fault::Html { status };
    let empty = |status| Fault::Empty { status };
    let transient = Fault::TransientButAccepted;
    [
        (
            "a server error of Meta's",
            "server_error",
            500,
            graph(131_000),
        ),
        ("code 2", "server_error", 503, graph(2)),
        ("code 1", "server_error", 400, graph(1)),
        (
            "an error of what was accepted",
            "server_error",
            500,
            transient,
        ),
        ("408", "not_graph", 408, page(408)),
        ("425", "not_graph", 425, empty(425)),
        ("500", "not_graph", 500, page(500)),
        ("502", "not_graph", 502, page(502)),
        ("503", "not_graph", 503, empty(503)),
        ("504", "not_graph", 504, page(504)),
    ]
}
