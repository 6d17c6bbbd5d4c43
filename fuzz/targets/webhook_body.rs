//! Bodies of webhooks, signed and unsigned.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use whatsapp_adapter::{Adapter, Verdict};
use whatsapp_adapter_fuzz::{adapter, check, deliver, execute, reading, signature};

fuzz_target!(|body: &[u8]| {
    // One never accepts, so that nothing is remembered from input to input; the other always does.
    static REFUSING: OnceLock<Adapter> = OnceLock::new();
    static ACCEPTING: OnceLock<Adapter> = OnceLock::new();
    let refusing = REFUSING.get_or_init(adapter);
    let accepting = ACCEPTING.get_or_init(adapter);

    let wrong = signature(b"another body, with another signature");
    for header in [None, Some(wrong.as_bytes())] {
        let (events, execution) = deliver(refusing, body, header, Verdict::Accepted);
        assert!(execution.failure.is_some() && events.is_empty());
        check(&events, &execution);
    }

    let header = signature(body);
    let (events, execution) = deliver(refusing, body, Some(header.as_bytes()), Verdict::Retry);
    assert_eq!(execution.failure.is_some(), !events.is_empty());
    check(&events, &execution);

    if let Ok(text) = std::str::from_utf8(body)
        && !text.is_empty()
    {
        let request = serde_json::json!({ "whatsAppNotification": text, "signature": header });
        let (same, _) = execute(
            refusing,
            "processWebhook",
            &request.to_string(),
            Verdict::Retry,
        )
        .expect("JSON");
        assert_eq!(same, events, "the two ways in differ");
    }

    // Written again, so that nothing stands twice, the notification can be read plainly; but for floats
    // that this parser does not give back to the last bit.
    let written = |value: &Value| serde_json::from_str::<Value>(&value.to_string()).ok();
    if let Ok(value) = serde_json::from_slice::<Value>(body)
        && written(&value).as_ref() == Some(&value)
    {
        let clean = value.to_string();
        let header = signature(clean.as_bytes());
        let header = Some(header.as_bytes());
        let (events, _) = deliver(refusing, clean.as_bytes(), header, Verdict::Retry);
        compare(&clean, &events);
    }

    for repeated in [false, true] {
        let header = Some(header.as_bytes());
        let (events, execution) = deliver(accepting, body, header, Verdict::Accepted);
        assert_eq!(execution.failure, None, "what is signed is taken");
        // Only what has neither an id nor a time is emitted every time.
        let nameless = |(_, json): &(String, String)| json.contains(r#""eventId":"x|"#);
        assert!(!repeated || events.iter().all(nameless), "{events:?}");
    }
});

fn compare(body: &str, events: &[(String, String)]) {
    let expected = reading::read(body).events;
    let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    let wanted: Vec<_> = expected.iter().map(|event| event.name).collect();
    assert_eq!(names, wanted, "{body}");
    for (wanted, (_, json)) in expected.iter().zip(events) {
        let mut event: Value = serde_json::from_str(json).expect("checked");
        let id = event
            .as_object_mut()
            .and_then(|event| event.remove("eventId"));
        let id = id.as_ref().and_then(Value::as_str).expect("checked");
        match &wanted.id {
            Some(wanted) => assert_eq!(id, wanted, "{body}"),
            None => assert!(id.starts_with("x|"), "{body}"),
        }
        assert_eq!(event, wanted.members, "{body}");
    }
}
