//! W36 and W46: what a delivery may cost, counted by the allocator on this thread.

use allocation_counter::{AllocationInfo, measure};
use serde_json::json;
use whatsapp_adapter::{CallOptions, Verdict};

use super::sender::{
    BODY, Host, PHONE_NUMBER_ID, SECRET, SIGNATURE, message, notification, properties, signature,
    status, unsigned_properties,
};

const MIB: usize = 1024 * 1024;

/// What one delivery cost, and the result's name.
fn cost(host: &Host, body: &[u8], header: Option<&str>) -> (AllocationInfo, &'static str) {
    let mut result = "OK";
    let info = measure(|| {
        let header = header.map(str::as_bytes);
        let ended = host
            .adapter
            .process_webhook(body, header, |_| Verdict::Accepted);
        if let Some(error) = ended.unwrap().failure {
            result = error.kind().name();
        }
    });
    (info, result)
}

#[test]
fn w36_an_unsigned_body_costs_next_to_nothing_whatever_its_size() {
    let (secured, open) = (Host::secured(), Host::new(&unsigned_properties()));
    let wrong = signature("another secret", BODY.as_bytes());
    let mut most = 0;
    for size in [0, 1, 1_000, 3 * MIB, 3 * MIB + 1, 100 * MIB] {
        let body = vec![b'['; size];
        for header in [None, Some(""), Some("x"), Some(SIGNATURE), Some(&wrong)] {
            for host in [&secured, &open] {
                let (info, result) = cost(host, &body, header);
                assert_ne!(result, "OK");
                assert!(info.bytes_total <= 64 * 1024, "{size} bytes cost {info:?}");
                most = most.max(info.bytes_total);
            }
        }
    }
    let header = "x".repeat(MIB);
    let (info, _) = cost(&secured, BODY.as_bytes(), Some(&header));
    assert!(
        info.bytes_total <= 64 * 1024,
        "a long header costs {info:?}"
    );
    report("an unsigned body of up to 100 MiB", most, 64 * 1024);
}

#[test]
fn w36_the_command_refuses_a_request_beyond_its_limit_without_a_copy() {
    let host = Host::secured();
    let mut most = 0;
    // Quotes are escaped in the request, so the text would have to be copied to be unescaped.
    for unit in ["[", "\\\"", "\\u0022"] {
        let notification = unit.repeat(100 * MIB / unit.len());
        let request = format!(r#"{{"whatsAppNotification":"{notification}","signature":"x"}}"#);
        let mut response = String::new();
        let info = measure(|| {
            let options = CallOptions::default();
            let ended = host
                .adapter
                .execute("processWebhook", &request, &options, |_| Verdict::Accepted);
            response = ended.unwrap().response;
        });
        assert!(response.contains("too_large"), "{response}");
        assert!(info.bytes_total <= 64 * 1024, "{unit}: {info:?}");
        most = most.max(info.bytes_total);
    }
    report("a request of 100 MiB to the command", most, 64 * 1024);
}

#[test]
fn w46_bad_deliveries_leave_no_memory_behind() {
    let host = Host::secured();
    let bodies: Vec<String> = (0..1_000)
        .map(|n| BODY.replace("wamid.W00", &format!("wamid.{n}")))
        .collect();
    let deliver = || {
        for (n, body) in bodies.iter().enumerate() {
            let header = [None, Some("sha256=00"), Some("x"), Some(SIGNATURE)][n % 4];
            let header = header.map(str::as_bytes);
            let ended = host
                .adapter
                .process_webhook(body.as_bytes(), header, |_| Verdict::Accepted);
            assert!(ended.unwrap().failure.is_some());
        }
    };
    deliver(); // counters and log are there now
    let info = measure(deliver);
    // What stays is this test's own copy of a few log lines.
    assert!(info.bytes_current < 16 * 1024, "{info:?}");
    assert!(info.bytes_max < 16 * 1024, "{info:?}");
}

/// About 600 bytes, as Meta sends a text message of one or two sentences.
fn realistic_change(n: usize) -> String {
    let mut message = message(&format!("wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTdCNUM{n:08}"));
    message["from"] = format!("1650555{n:04}").into();
    message["from_user_id"] = "US.13491208655302741918".into();
    message["text"]["body"] = json!(format!(
        "Guten Tag, ist die Bestellung {n} schon unterwegs? Danke f\u{fc}r die Auskunft!"
    ));
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550783881", "phone_number_id": PHONE_NUMBER_ID },
        "contacts": [{ "profile": { "name": "Sheena Nelson" }, "wa_id": format!("1650555{n:04}"),
                       "user_id": "US.13491208655302741918",
                       "parent_user_id": "US.ENT.11815799212886844830" }],
        "messages": [message],
    });
    json!({ "field": "messages", "value": value }).to_string()
}

/// About 400 bytes, as Meta sends a status.
fn realistic_status(n: usize) -> String {
    let mut status = status(
        &format!("wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI3QTdCNUM{n:08}"),
        "delivered",
    );
    status["biz_opaque_callback_data"] = format!("order-{n:08}").into();
    status["conversation"] = json!({ "id": "c8a0f1b2d3e4f5061728394a5b6c7d8e",
                                     "origin": { "type": "utility" } });
    status["pricing"] = json!({ "billable": true, "pricing_model": "PMP", "type": "regular",
                                "category": "utility" });
    status.to_string()
}

/// As many `parts` as fit into 3 MiB between `head` and `tail`: the body, and how many there are.
fn full_batch(
    head: &str,
    part: impl Fn(usize) -> String,
    joint: &str,
    tail: &str,
) -> (String, u64) {
    let (mut body, mut count) = (head.to_owned(), 0);
    loop {
        let part = part(count);
        if body.len() + joint.len() + part.len() + tail.len() > 3 * MIB {
            break;
        }
        if count > 0 {
            body.push_str(joint);
        }
        body.push_str(&part);
        count += 1;
    }
    body.push_str(tail);
    (body, u64::try_from(count).unwrap())
}

fn peak_of_batch(name: &str, body: &str, count: u64) {
    peak_of_batch_at(&Host::new(&properties()), name, body, count);
}

fn peak_of_batch_at(host: &Host, name: &str, body: &str, count: u64) {
    let header = signature(SECRET, body.as_bytes());
    let (info, result) = cost(host, body.as_bytes(), Some(&header));
    assert_eq!(result, "OK");
    assert_eq!(host.metrics()["wfa.events"]["accepted"], count);
    let size = u64::try_from(body.len()).unwrap();
    report(
        &format!("{name}: {count} events in {size} bytes"),
        info.bytes_max,
        size,
    );
    assert!(info.bytes_max <= size, "{name}: {info:?}");
    // A repeated one costs no more.
    let (info, _) = cost(host, body.as_bytes(), Some(&header));
    assert!(info.bytes_max <= size, "{name}, repeated: {info:?}");
}

#[test]
fn a_full_batch_costs_no_more_memory_than_its_own_size() {
    let entry = r#"{"id":"102290129340398","changes":["#;
    let head = format!(r#"{{"object":"whatsapp_business_account","entry":[{entry}"#);
    let (body, count) = full_batch(&head, realistic_change, ",", "]}]}");
    assert!((4_500..=6_000).contains(&count), "{count} changes");
    peak_of_batch("messages of one entry", &body, count);
    let joint = format!("]}},{entry}");
    let (body, count) = full_batch(&head, realistic_change, &joint, "]}]}");
    peak_of_batch("messages, an entry for each", &body, count);
    let head = format!(r#"{head}{{"field":"messages","value":{{"statuses":["#);
    let (body, count) = full_batch(&head, realistic_status, ",", "]}}]}]}");
    peak_of_batch("statuses of one change", &body, count);
}

#[test]
fn a_full_batch_of_the_smallest_messages_costs_no_more_memory_than_its_own_size() {
    let entry = r#"{"changes":[{"field":"messages","value":{"#;
    let head = format!(r#"{{"object":"whatsapp_business_account","entry":[{entry}"messages":["#);
    let named = |n: usize| format!(r#"{{"id":"w{n}"}}"#);
    // The memory for deduplication has its own limit.
    let mut properties = properties();
    properties["dedupEntries"] = 1_000.into();
    // However slow this build on this machine is.
    properties["timeoutMs"] = 600_000.into();
    let (body, count) = full_batch(&head, named, ",", "]}}]}]}");
    assert!(count > 170_000, "{count} messages");
    let host = Host::new(&properties);
    peak_of_batch_at(&host, "messages of an id each", &body, count);
    let (body, count) = full_batch(&head, |_| "{}".to_owned(), ",", "]}}]}]}");
    assert!(count > 1_000_000, "{count} messages");
    let host = Host::new(&properties);
    peak_of_batch_at(&host, "messages of nothing", &body, count);
}

/// Nanoseconds that this thread has been running on a processor.
fn cpu_ns() -> u64 {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    times.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn messages_and_contacts_of_one_change_are_matched_without_reading_all_contacts_for_each() {
    let spent = [500, 4_000].map(|count| {
        let messages: Vec<_> = (0..count)
            .map(|n| {
                let mut message = message(&format!("wamid.{n}"));
                message["from"] = format!("1650555{n:04}").into();
                message
            })
            .collect();
        let contact = |n| {
            json!({ "profile": { "name": "x" }, "wa_id": format!("1650555{n:04}") }).to_string()
        };
        let contacts = (0..count).map(contact).collect::<Vec<_>>().join(",");
        let one = json!({ "profile": { "name": "Sheena Nelson" }, "wa_id": "16505551234" });
        let body = notification(&messages, &[]).replace(&one.to_string(), &contacts);
        let host = Host::secured();
        let header = signature(SECRET, body.as_bytes());
        let began = cpu_ns();
        let (_, result) = cost(&host, body.as_bytes(), Some(&header));
        assert_eq!(result, "OK");
        cpu_ns() - began
    });
    // Eight times the elements: about eight times the work, not sixty-four times.
    assert!(spent[1] < 24 * spent[0], "nanoseconds: {spent:?}");
}

/// Figures for those who run the tests with `--nocapture`.
fn report(what: &str, bytes: u64, limit: u64) {
    use std::io::Write as _;
    let line = format!("memory: {what}: {bytes} of at most {limit} bytes\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
