//! Sends that are answered with a yes or a no.

use cloud_api_emulator::Fault;
use serde_json::{Value, json};

use super::cases::{self, Case, case, fault, graph, redirect, retry_after};

/// Meta takes the message.
pub(super) fn accepted() -> Vec<Case> {
    let ok = || json!({ "outcome": "accepted", "httpStatus": 200, "reason": null, "hint": null });
    vec![
        case("a send", "OK", ok(), |_, _| {}),
        case("a send by an older version", "OK", ok(), |_, properties| {
            properties["apiVersion"] = "v17.0".into();
        }),
        fault("an interim answer first", "OK", ok(), Fault::Interim),
        fault("an answer byte by byte", "OK", ok(), Fault::ByteByByte),
        fault("an answer of HTTP/1.0", "OK", ok(), Fault::Http10),
        fault(
            "an answer that takes a while",
            "OK",
            ok(),
            Fault::Delay { ms: 50 },
        ),
    ]
}

/// Meta, or something before it, says no.
pub(super) fn rejected() -> Vec<Case> {
    let odd = |code: Value| Fault::OddGraphCode { code };
    let rejected_number = json!({ "outcome": "rejected", "httpStatus": 400, "retryable": false });
    let auth = json!({ "outcome": "rejected", "reason": "auth", "httpStatus": 401 });
    vec![
        cases::rejected("131030", None, 400, graph(131_030))
            .code("131030")
            .hint("its list"),
        cases::rejected("131047", None, 400, graph(131_047))
            .code("131047")
            .hint("sendMessageTextTemplate"),
        cases::rejected("131026", None, 400, graph(131_026))
            .code("131026")
            .hint("recipient"),
        cases::rejected("132000", None, 400, graph(132_000))
            .code("132000")
            .hint("parameters"),
        cases::rejected("132001", None, 404, graph(132_001))
            .code("132001")
            .hint("template"),
        cases::rejected("133010", None, 400, graph(133_010))
            .code("133010")
            .hint("not registered"),
        cases::rejected("131045", None, 500, graph(131_045)).code("131045"),
        cases::rejected("190", Some("auth"), 401, graph(190))
            .code("190")
            .hint("authenticationToken"),
        cases::rejected("10", Some("auth"), 403, graph(10))
            .code("10")
            .hint("permission"),
        cases::rejected("131005", Some("auth"), 403, graph(131_005)).code("131005"),
        cases::rejected("131048", Some("do_not_repeat"), 400, graph(131_048)).code("131048"),
        cases::rejected("368", Some("do_not_repeat"), 403, graph(368))
            .code("368")
            .hint("locked"),
        cases::rejected("a code nobody knows", None, 400, graph(999_999)).code("999999"),
        cases::rejected("a code as text", None, 400, odd("131047".into()))
            .code("131047")
            .hint("24 hours"),
        cases::rejected("no code", None, 400, odd(Value::Null)),
        cases::rejected("a code beyond 64 bits", None, 400, odd(json!(1e30))),
        fault(
            "131049 may be repeated after a day",
            "COMMAND_FAILED",
            json!({ "outcome": "rejected", "retryable": false, "retryAfterMs": 86_400_000 }),
            graph(131_049),
        )
        .code("131049")
        .hint("24 hours"),
        case(
            "a token that Meta does not know",
            "COMMAND_FAILED",
            auth,
            |_, properties| {
                properties["authenticationToken"] = "EAAGsomebodyelsestoken".into();
            },
        )
        .code("190")
        .hint("authenticationToken"),
        case(
            "a number of somebody else's",
            "COMMAND_FAILED",
            rejected_number.clone(),
            |_, properties| properties["phoneNumberId"] = "999".into(),
        )
        .code("100")
        .hint("phoneNumberId"),
        case(
            "a message to itself",
            "COMMAND_FAILED",
            rejected_number,
            |_, _| {},
        )
        .to("15550783881")
        .code("131021")
        .hint("itself"),
        cases::rejected("301", Some("redirect"), 301, redirect(301)).hint("baseUrl"),
        cases::rejected("302", Some("redirect"), 302, redirect(302)).hint("baseUrl"),
        cases::rejected("304", Some("redirect"), 304, Fault::Empty { status: 304 }),
        cases::rejected("307", Some("redirect"), 307, redirect(307)).hint("baseUrl"),
        cases::rejected("308", Some("redirect"), 308, redirect(308)).hint("baseUrl"),
    ]
    .into_iter()
    .chain([400, 401, 403, 404, 405, 413, 451].map(|status| {
        let details = json!({
            "outcome": "rejected", "reason": "not_graph", "httpStatus": status, "retryable": true
        });
        fault(
            "a page with a 4xx status",
            "COMMAND_FAILED",
            details,
            Fault::Html { status },
        )
        .hint("baseUrl")
    }))
    .collect()
}

/// Too fast: later it may work.
pub(super) fn throttled() -> Vec<Case> {
    let graph_after = Fault::Graph {
        code: 130_429,
        status: Some(429),
        transient: None,
        retry_after: Some("7".to_owned()),
    };
    vec![
        cases::throttled("130429", 400, 1_000, graph(130_429)).code("130429"),
        cases::throttled("130429 with Retry-After", 429, 7_000, graph_after).code("130429"),
        cases::throttled("131056", 400, 6_000, graph(131_056))
            .code("131056")
            .hint("one customer"),
        cases::throttled("131057", 500, 60_000, graph(131_057)).code("131057"),
        cases::throttled("4", 400, 300_000, graph(4)).code("4"),
        cases::throttled("80007", 400, 300_000, graph(80_007)).code("80007"),
        cases::throttled("429 with Retry-After", 429, 2_000, retry_after("2")),
        cases::throttled(
            "429 without Retry-After",
            429,
            1_000,
            Fault::TooManyRequests { retry_after: None },
        ),
        cases::throttled(
            "429 with a negative Retry-After",
            429,
            1_000,
            retry_after("-1"),
        ),
        cases::throttled(
            "429 with Retry-After of thirty years",
            429,
            1_000_000_000_000,
            retry_after("1000000000"),
        ),
        cases::throttled(
            "429 with Retry-After that is no number",
            429,
            1_000,
            retry_after("soon"),
        ),
    ]
}
