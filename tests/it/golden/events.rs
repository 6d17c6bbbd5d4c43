//! What becomes of each notification in `tests/fixtures/webhooks`, word by word.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::compare;
use crate::plugin;
use crate::rig::{self, EntryPoint, Ran};

/// Every fixture: its name (`meta/…` or `own/…`, without `.json`) and its text.
pub(crate) fn notifications() -> Vec<(String, String)> {
    let folder = plugin::repository("tests/fixtures/webhooks");
    let mut all = Vec::new();
    for origin in ["meta", "own"] {
        let files = std::fs::read_dir(folder.join(origin)).unwrap();
        let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let name = format!("{origin}/{}", path.file_stem().unwrap().display());
            all.push((name, std::fs::read_to_string(path).unwrap()));
        }
    }
    all
}

fn shown(ran: &Ran) -> String {
    let mut text = format!(
        "result {}\n{}\n",
        ran.result(),
        ran.response.as_deref().unwrap()
    );
    for (name, json) in &ran.events {
        write!(text, "\nevent {name}\n{json}\n").unwrap();
    }
    text
}

#[test]
fn every_notification_gives_the_events_of_its_golden_file() {
    for (name, notification) in notifications() {
        let adapter = rig::offline(EntryPoint::Loaded);
        let ran = adapter.execute("processWebhook", &rig::webhook_request(&notification));
        compare(&format!("events/{name}.txt"), shown(&ran).as_bytes());
    }
}

#[test]
fn there_is_no_golden_file_without_its_notification() {
    let names: Vec<String> = notifications().into_iter().map(|(name, _)| name).collect();
    for origin in ["meta", "own"] {
        let folder = plugin::repository("tests/golden/events").join(origin);
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let name = format!("{origin}/{}", path.file_stem().unwrap().display());
            assert!(
                names.contains(&name),
                "{} belongs to nothing",
                path.display()
            );
        }
    }
}

#[test]
fn every_event_is_one_json_object_with_the_specifications_arrays_of_one() {
    for (fixture, notification) in notifications() {
        let adapter = rig::offline(EntryPoint::Loaded);
        let ran = adapter.execute("processWebhook", &rig::webhook_request(&notification));
        for (name, json) in &ran.events {
            let list = match name.as_str() {
                "customer_message" => "messages",
                "status_changed" => "statuses",
                _ => continue,
            };
            // 1e999 is beyond this parser; the event holds it all the same.
            let readable = json.replace("1e999", "1");
            let event: serde_json::Value = serde_json::from_str(&readable)
                .unwrap_or_else(|e| panic!("{fixture}: {e}: {json}"));
            assert_eq!(event[list].as_array().map(Vec::len), Some(1), "{fixture}");
            if name == "customer_message" {
                assert!(
                    event["contacts"].as_array().unwrap().len() <= 1,
                    "{fixture}"
                );
            }
            for member in ["timestamp", "id", "from", "type", "status", "recipient_id"] {
                let value = &event[list][0][member];
                assert!(
                    value.is_string() || value.is_null(),
                    "{fixture}: {member} is {value}"
                );
            }
            for error in event[list][0]["errors"].as_array().into_iter().flatten() {
                assert!(
                    error["code"].is_string() || error["code"].is_null(),
                    "{fixture}: {error}"
                );
            }
            assert_eq!(event["adapter"], "desk", "{fixture}");
            assert!(event["eventId"].is_string(), "{fixture}");
        }
    }
}

#[test]
fn a_message_of_any_depth_does_no_harm() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let message = format!(r#"{{"id":"wamid.1","from":"1","type":"text","deep":{deep}}}"#);
    let value =
        format!(r#"{{"metadata":{{}},"messages":[{message},{{"id":"wamid.2","from":"1"}}]}}"#);
    let notification = format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1","changes":[{{"field":"messages","value":{value}}}]}}]}}"#
    );
    let adapter = rig::offline(EntryPoint::Loaded);
    let ran = adapter.execute("processWebhook", &rig::webhook_request(&notification));
    assert_eq!(ran.result(), "OK", "{}", ran.message());
    let names: Vec<&str> = ran.events.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        names.ends_with(&["customer_message"]) && names.len() == 2,
        "{names:?}"
    );
}
