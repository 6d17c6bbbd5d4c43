//! Opens conversation windows: a customer's message opens one, and so does a customer's call, answered or
//! not (D/calling, "Customer service window", read 2026-11).

use std::borrow::Cow;

use super::element::Element;
use super::envelope::Account;
use super::identity::Origin;
use super::scope::Scope;
use super::windows::Windows;
use crate::clock::Now;
use crate::json::Object;
use crate::phone_number::canonical;

/// Takes note of the sender of a message. Without any time, its own or the notification's, it opens no
/// window: it may be days old.
pub(super) fn note_message(message: &Element<'_>, origin: &Origin<'_>, scope: &Scope<'_>) {
    if origin.number.id.as_deref() != Some(scope.business) || !message.opens_a_window() {
        return;
    }
    let Some(sent_s) = message.sent_s().or_else(|| told_s(origin.account)) else {
        return;
    };
    let own = origin.number.display.as_deref().unwrap_or_default();
    if message
        .sender_number()
        .is_some_and(|from| is_same(&from, own))
    {
        return;
    }
    let senders = message.senders();
    scope
        .windows
        .note(scope.business, senders, sent_s, scope.now);
}

/// Takes note of the customer who began the call `raw`.
pub(super) fn note_call(raw: &str, origin: &Origin<'_>, scope: &Scope<'_>) {
    if origin.number.id.as_deref() == Some(scope.business) {
        let own = origin.number.display.as_deref().unwrap_or_default();
        let call = Object::of(raw).map(|call| (call, told_s(origin.account)));
        note(call, own, scope.business, scope.windows, scope.now);
    }
}

/// When Meta made the notification, if it says so.
fn told_s(account: &Account<'_>) -> Option<u64> {
    account.time.as_deref()?.parse().ok()
}

/// Takes note of the customer who began the call with `business`, whose number is `own`. Beside the call
/// is when the notification was made.
fn note(
    call: Option<(Object<'_>, Option<u64>)>,
    own: &str,
    business: &str,
    windows: &Windows,
    now: Now,
) {
    let Some((call, told_s)) = call.filter(|(call, _)| is_by_customer(*call)) else {
        return;
    };
    if let Some(began_s) = began_s(call).or(told_s) {
        windows.note(business, customer(call, own).into_iter(), began_s, now);
    }
}

/// Whether the customer began the call, and it tells of that or of its end: a recording comes later.
fn is_by_customer(call: Object<'_>) -> bool {
    call.text("direction").as_deref() == Some("USER_INITIATED")
        && matches!(call.text("event").as_deref(), Some("connect" | "terminate"))
}

/// When the call began, if it says so.
fn began_s(call: Object<'_>) -> Option<u64> {
    let seconds = |name| call.text(name)?.parse::<u64>().ok();
    if call.text("event").as_deref() == Some("connect") {
        return seconds("timestamp");
    }
    // What tells of its end tells when it began, or how long it was.
    let before_its_end = || seconds("timestamp")?.checked_sub(seconds("duration").unwrap_or(0));
    seconds("start_time").or_else(before_its_end)
}

/// Everything that the customer is known by: the side of the call that is not the business.
fn customer<'a>(call: Object<'a>, own: &str) -> Vec<Cow<'a, str>> {
    let names = match call.text("from") {
        Some(from) if is_same(&from, own) => ["to", "to_user_id"],
        _ => ["from", "from_user_id"],
    };
    names
        .into_iter()
        .filter_map(|name| call.text(name))
        .collect()
}

/// Whether two numbers are one, in whatever form; what has no digit is none.
fn is_same(one: &str, other: &str) -> bool {
    // The forms of a number differ before these digits. Most numbers differ in them, at no cost.
    if last_digits(one).next().is_none() || !last_digits(one).eq(last_digits(other)) {
        return false;
    }
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    canonical(&digits(one)) == canonical(&digits(other))
}

/// The last eight digits of a number, backwards.
fn last_digits(number: &str) -> impl Iterator<Item = u8> {
    number.bytes().rev().filter(u8::is_ascii_digit).take(8)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::webhook::windows::OPEN_S;

    const NOW: u64 = 1_750_000_000;

    /// When the window of each of these customers closes after these calls, seen from now.
    fn after<const N: usize>(calls: &Value, customers: [&str; N]) -> [Option<u64>; N] {
        let windows = Windows::new([b"secret".as_slice()].into_iter());
        let now = Now {
            sure_s: NOW,
            latest_s: NOW,
        };
        for call in calls.as_array().into_iter().flatten() {
            let call = call.to_string();
            let call = Object::of(&call).map(|call| (call, None));
            note(call, "+1 555 078-3881", "1", &windows, now);
        }
        assert_eq!(windows.closes_at("2", customers[0], NOW), None);
        customers.map(|customer| windows.closes_at("1", customer, NOW))
    }

    /// W55: the call of a customer opens a window from when it began.
    #[test]
    fn a_call_that_a_customer_began_opens_a_window() {
        let connect = json!({ "id": "c", "event": "connect", "direction": "USER_INITIATED",
            "from": "16505551234", "from_user_id": "US.1", "to": "15550783881",
            "timestamp": (NOW - 60).to_string() });
        let opened = Some(NOW - 60 + OPEN_S);
        let customers = ["+1 650 555 1234", "US.1", "15550783881", ""];
        assert_eq!(
            after(&json!([connect]), customers),
            [opened, opened, None, None]
        );

        let mut ended = connect.clone();
        ended["event"] = "terminate".into();
        ended["duration"] = 20.into();
        let opened = Some(NOW - 80 + OPEN_S);
        assert_eq!(after(&json!([ended]), ["16505551234"]), [opened]);
        // Meta has been seen to turn the sides round at the end of a call.
        ended["from"] = "15550783881".into();
        ended["to"] = "16505551234".into();
        ended["start_time"] = (NOW - 70).to_string().into();
        let opened = Some(NOW - 70 + OPEN_S);
        assert_eq!(
            after(&json!([ended]), ["16505551234", "15550783881"]),
            [opened, None]
        );
    }

    #[test]
    fn a_call_that_the_business_began_and_what_is_no_call_open_none() {
        for (member, value) in [
            ("direction", json!("BUSINESS_INITIATED")),
            ("direction", json!(null)),
            ("event", json!("call_recording_available")),
            ("event", json!(["connect"])),
            ("from", json!("")),
            ("from", json!({})),
            ("timestamp", json!((NOW - OPEN_S).to_string())),
        ] {
            let mut call = json!({ "event": "connect", "direction": "USER_INITIATED",
                "from": "16505551234", "timestamp": NOW.to_string() });
            call[member] = value.clone();
            let calls = json!([7, null, call]);
            assert_eq!(
                after(&calls, ["16505551234", ""]),
                [None, None],
                "{member}: {value}"
            );
        }
        assert_eq!(after(&json!("none"), ["16505551234"]), [None]);
    }
}
