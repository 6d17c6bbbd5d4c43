//! A notification that is in flight while its adapter is destroyed.

use whatsapp_adapter::{CallOptions, Verdict};

use super::batch;
use crate::webhook_attacks::sender::{Host, SECRET, signature};

/// W64: what was offered counts, the rest is refused and comes again; the raw bytes as the command.
#[test]
fn a_notification_in_flight_ends_alike_on_both_ways_in_when_the_adapter_is_destroyed() {
    let body = batch(100);
    let header = signature(SECRET, body.as_bytes());
    let raw = Host::secured();
    let posted = raw.post_to(body.as_bytes(), Some(header.as_bytes()), |_| {
        raw.adapter.shutdown();
        Verdict::Accepted
    });
    assert_eq!(posted.result, "EVENT_NOT_ACCEPTED", "{posted:?}");
    let [accepted, refused, ..] = posted.counts();
    assert!(accepted >= 1 && refused >= 1, "{posted:?}");
    assert_eq!(accepted + refused, 100);

    let command = Host::secured();
    let request = serde_json::json!({ "whatsAppNotification": body, "signature": header });
    let options = CallOptions::default();
    let ended = command
        .adapter
        .execute("processWebhook", &request.to_string(), &options, |_| {
            command.adapter.shutdown();
            Verdict::Accepted
        });
    let ended = ended.unwrap();
    let response: serde_json::Value = serde_json::from_str(&ended.response).unwrap();
    assert_eq!(response, posted.response);
    assert_eq!(ended.failure.unwrap().message(), posted.message);
}
