//! Responses that contradict themselves: a success inside an error, or an error inside a success.

use serde_json::{Value, json};

use super::cut::of_json;
use super::mode::Mode;

/// The server took the message in all of them.
pub(super) fn modes() -> Vec<Mode> {
    let yes = json!({ "contacts": [{ "wa_id": "1" }], "messages": [{ "id": "wamid.A" }] });
    let slow = |beside: Value| {
        let mut error = json!({ "message": "Slow down", "code": 130_429 });
        for (name, value) in beside.as_object().into_iter().flatten() {
            error[name] = value.clone();
        }
        json!({ "error": error })
    };
    let odd = |status, what: &str, body: Value| {
        let what = format!("{what} in a {status}");
        of_json(status, &what, &body)
    };
    let told = json!([{ "code": 131_026, "title": "No" }]);
    vec![
        odd(429, "`success`", json!({ "success": true })),
        odd(400, "`success`", json!({ "success": true })),
        odd(429, "`success` beside the error", {
            let mut body = slow(json!({}));
            body["success"] = true.into();
            body
        }),
        odd(
            429,
            "another message's id in the error's text",
            slow(json!({ "message": "accepted as wamid.A" })),
        ),
        odd(
            429,
            "another message's id in the error's details",
            slow(json!({ "error_data": { "details": "it is (wamid.A)" } })),
        ),
        odd(
            429,
            "another message's id in the error's data, which is a text",
            slow(json!({ "error_data": r#"{"details":"wamid.A"}"# })),
        ),
        odd(
            429,
            "a message's id as the error's member",
            slow(json!({ "message_id": "A" })),
        ),
        odd(429, "a yes as a text", yes.to_string().into()),
        odd(
            429,
            "a yes as a text in a text",
            json!(json!(yes.to_string()).to_string()),
        ),
        odd(
            400,
            "a contact alone",
            json!({ "contacts": yes["contacts"] }),
        ),
        odd(
            400,
            "two codes",
            json!({ "errors": [told[0], { "code": 131_000 }] }),
        ),
        odd(
            200,
            "errors beside a message's id",
            json!({ "messages": yes["messages"], "errors": told }),
        ),
        odd(
            200,
            "errors with the message",
            json!({ "messages": [{ "id": "wamid.A", "errors": told }] }),
        ),
        odd(
            200,
            "errors with the contact",
            json!({ "messages": yes["messages"], "contacts": [{ "wa_id": "1", "errors": told }] }),
        ),
    ]
}
