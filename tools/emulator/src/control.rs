//! The control endpoints, `/__…`: what a demo or a test in another language uses.

mod account;
mod parsed;

use serde_json::{Value, json};

use crate::http::{RequestHead, Response};
use crate::notice::Notice;
use crate::notify::inbound_message;
use crate::state::State;
use crate::{Injection, WebhookFault};
use parsed::parsed;

/// The ledger as JSON. With tens of thousands of records that takes seconds, which are no one else's:
/// nothing is locked meanwhile, and no thread that serves connections does it.
pub(crate) async fn ledger(state: &State) -> Response {
    let view = state.ledger.view();
    let written = tokio::task::spawn_blocking(move || Response::json(200, &view));
    let written = written.await;
    written.unwrap_or_else(|error| Response::json(500, &json!({"error": error.to_string()})))
}

/// The answer, if the path is a control endpoint's.
pub(crate) fn answer(state: &State, head: &RequestHead, body: &[u8]) -> Option<Response> {
    if !head.path.starts_with("/__") {
        return None;
    }
    let response = match (head.method.as_str(), head.path.as_str()) {
        ("GET", "/__health") => Response::json(200, &json!({"status": "ok"})),
        ("DELETE", "/__ledger") => {
            state.ledger.clear();
            Response::new(204, "text/plain", Vec::new())
        }
        ("POST", "/__inbound") => parsed(
            body,
            |message: Value| json!({"queued": i32::from(inbound_message::send(state, &message))}),
        ),
        ("POST", "/__notifications") => {
            state.notify(Notice::raw(body.to_vec()));
            Response::json(202, &json!({"queued": 1}))
        }
        ("GET", "/__faults") => Response::json(200, &state.faults.copy()),
        ("DELETE", "/__faults") => {
            state.faults.clear();
            Response::new(204, "text/plain", Vec::new())
        }
        ("POST", "/__faults") => parsed(body, |faults: OneOrMore| {
            let faults = faults.into_vec();
            let count = faults.len();
            for fault in faults {
                // The answer does not wait for the port to close, it comes through that port.
                drop(state.inject(fault));
            }
            json!({"queued": count})
        }),
        ("POST", "/__webhook_faults") => parsed(body, |fault: WebhookFault| {
            state.webhook_faults.push(fault);
            json!({"queued": 1})
        }),
        ("GET", "/__webhook_faults") => Response::json(200, &state.webhook_faults.copy()),
        ("DELETE", "/__webhook_faults") => {
            state.webhook_faults.clear();
            Response::new(204, "text/plain", Vec::new())
        }
        _ => account::answer(state, head, body)
            .unwrap_or_else(|| Response::json(404, &json!({"error": "no such control endpoint"}))),
    };
    Some(response)
}

/// One fault, or a list of them.
struct OneOrMore(Vec<Injection>);

impl OneOrMore {
    fn into_vec(self) -> Vec<Injection> {
        self.0
    }
}

// By hand: what serde derives for "one or the other" says of a mistake only that it is neither.
impl<'de> serde::Deserialize<'de> for OneOrMore {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let (list, is_list) = match Value::deserialize(from)? {
            Value::Array(list) => (list, true),
            one => (vec![one], false),
        };
        let mut all = Vec::new();
        for (place, one) in list.into_iter().enumerate() {
            let place = if is_list {
                format!("fault {}", place + 1)
            } else {
                "the fault".to_owned()
            };
            if !one.is_object() {
                let what = "must be an object such as {\"fault\": \"delay\", \"ms\": 200}";
                return Err(D::Error::custom(format_args!("{place} {what}")));
            }
            let read = serde_json::from_value(one);
            all.push(read.map_err(|why| D::Error::custom(format_args!("{place}: {why}")))?);
        }
        Ok(Self(all))
    }
}
