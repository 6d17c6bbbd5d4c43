//! Running: responses, failures, callbacks, logs, and what happens to all of them at the end.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use super::fake_descriptor::{load, sound_table};
use super::fake_plugin::live_buffers;
use crate::*;

fn adapter() -> Adapter {
    let plugin = load(sound_table()).unwrap();
    plugin.create(&HostInfo::new("test", "0"), "{}").unwrap()
}

/// Counts how often it is dropped.
struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_response_is_copied_and_its_buffer_released() {
    let adapter = adapter();
    let output = adapter.execute("echo", "{\"a\":\"ü\"}").unwrap();
    assert_eq!(
        (output.result, output.response.as_str()),
        (WFA_OK, "{\"a\":\"ü\"}")
    );
    assert_eq!(output.error, None);
    let failed = adapter.execute("failWithResponse", "{}").unwrap();
    assert_eq!(
        (failed.result, failed.response.as_str()),
        (WFA_ERR_COMMAND_FAILED, "{}")
    );
    let failure = failed.error.unwrap();
    assert_eq!((failure.http_status, failure.remote_code), (429, 131_056));
    assert_eq!(failure.retry_after_ms, 1_500);
    assert!(failure.is_retryable() && failure.is_maybe_sent() && !failure.is_panic());
    assert_eq!(
        failure.to_string(),
        "WFA_ERR_COMMAND_FAILED (4): the service said no"
    );
    assert_eq!(live_buffers(&adapter), 0);
}

#[test]
fn what_has_no_response_is_an_error() {
    let adapter = adapter();
    let unknown = adapter.execute("fly", "{}").unwrap_err();
    assert_eq!(
        (unknown.result, unknown.message.as_str()),
        (WFA_ERR_NOT_FOUND, "no such command")
    );
    let silent = adapter.execute("failWithout", "{}").unwrap_err();
    assert_eq!(
        silent.message,
        "the plugin answered WFA_ERR_INTERNAL and no message"
    );
    for broken in ["answerNothing", "answerBytes"] {
        let failure = adapter.execute(broken, "{}").unwrap_err();
        assert_eq!(failure.result, WFA_ERR_INTERNAL);
        assert!(
            failure.message.starts_with("a defect in the plugin"),
            "{failure}"
        );
    }
    assert_eq!(live_buffers(&adapter), 0);
}

#[test]
fn options_reach_the_plugin() {
    let adapter = adapter();
    assert_eq!(adapter.execute("options", "{}").unwrap().response, "0 ");
    let cases = [
        (Duration::ZERO, "1 "),
        (Duration::from_millis(250), "250 "),
        (Duration::MAX, ""),
    ];
    for (timeout, expected) in cases {
        let options = CallOptions {
            timeout: Some(timeout),
            correlation_id: Some("order-1"),
        };
        let response = adapter
            .execute_with("options", "{}", &options)
            .unwrap()
            .response;
        assert!(
            response.starts_with(expected) && response.ends_with(" order-1"),
            "{response}"
        );
    }
}

#[test]
fn a_call_has_the_hosts_number_and_is_cancelled_by_it() {
    let adapter = adapter();
    let options = CallOptions::default();
    let seven = NonZeroU64::new(7).unwrap();
    let output = adapter.execute_cancellable("callId", "{}", &options, seven);
    assert_eq!(output.unwrap().response, "7");
    assert_eq!(adapter.execute("callId", "{}").unwrap().response, "0");
    assert_eq!(adapter.cancel_calls(seven), Ok(()));
    let eight = seven.saturating_add(1);
    assert_eq!(
        adapter.cancel_calls(eight).unwrap_err().result,
        WFA_ERR_NOT_FOUND
    );
}

#[test]
fn create_and_update_say_what_is_wrong() {
    let plugin = load(sound_table()).unwrap();
    let host = HostInfo::new("test", "0");
    let refused = plugin.create(&host, "{\"x\":1}").unwrap_err();
    assert_eq!(refused.result, WFA_ERR_INVALID_REQUEST);
    assert_eq!(refused.message, "no such property");
    let nothing = plugin.create(&host, "{\"null\":true}").unwrap_err();
    assert_eq!(nothing.result, WFA_ERR_INTERNAL);
    let nul = plugin.create(&host.instance("a\0b"), "{}").unwrap_err();
    assert_eq!(nul.message, "HostInfo.instance_name holds a NUL character");
    let adapter = adapter();
    assert_eq!(adapter.update_properties("{}"), Ok(()));
    assert_eq!(
        adapter.update_properties("[]").unwrap_err().message,
        "no such property"
    );
    assert_eq!(live_buffers(&adapter), 0);
}

#[test]
fn a_callback_hears_events_until_its_registration_is_dropped() {
    let adapter = adapter();
    assert_eq!(
        adapter.execute("emit", "{}").unwrap().response,
        "-1",
        "nobody registered"
    );
    let heard = Arc::new(Mutex::new(Vec::new()));
    let drops = Arc::new(AtomicUsize::new(0));
    let (list, guard) = (Arc::clone(&heard), Dropped(Arc::clone(&drops)));
    let registration = adapter.on_event(None, move |name, json| {
        let _held = &guard;
        list.lock().unwrap().push(format!("{name} {json}"));
        Verdict::Dropped
    });
    let registration = registration.unwrap();
    assert_eq!(adapter.execute("emit", "{\"n\":1}").unwrap().response, "2");
    assert_eq!(*heard.lock().unwrap(), ["customer_message {\"n\":1}"]);
    assert_eq!(drops.load(Ordering::SeqCst), 0);
    drop(registration);
    assert_eq!(drops.load(Ordering::SeqCst), 1);
    assert_eq!(adapter.execute("emit", "{}").unwrap().response, "-1");
    drop(adapter);
    assert_eq!(drops.load(Ordering::SeqCst), 1);
}

#[test]
fn a_closure_is_dropped_once_however_it_ends() {
    let drops = Arc::new(AtomicUsize::new(0));
    let counted = || Dropped(Arc::clone(&drops));
    let closure = |guard: Dropped| {
        move |_: &str, _: &str| {
            let _held = &guard;
            Verdict::Accepted
        }
    };
    let adapter = adapter();
    let refused = adapter
        .on_event(Some("flood"), closure(counted()))
        .unwrap_err();
    assert_eq!(refused.message, "no such event");
    assert_eq!(drops.load(Ordering::SeqCst), 1, "registration refused");
    adapter.on_event(None, closure(counted())).unwrap().keep();
    let outlives = adapter
        .on_event(Some("customer_message"), closure(counted()))
        .unwrap();
    assert_eq!(adapter.execute("emit", "{}").unwrap().response, "0");
    assert_eq!(drops.load(Ordering::SeqCst), 1, "kept");
    drop(adapter);
    assert_eq!(drops.load(Ordering::SeqCst), 3, "given back by destroy");
    drop(outlives);
    assert_eq!(drops.load(Ordering::SeqCst), 3);
}

#[test]
fn a_panic_in_a_callback_means_retry_and_stays_in_it() {
    let adapter = adapter();
    let registration = adapter.on_event(None, |_, json| {
        assert_ne!(json, "\"panic\"", "as intended");
        Verdict::Accepted
    });
    let registration = registration.unwrap();
    assert_eq!(adapter.execute("emit", "\"panic\"").unwrap().response, "1");
    assert_eq!(
        adapter.execute("emit", "{}").unwrap().response,
        "0",
        "it still works"
    );
    drop(registration);
}

#[test]
fn log_records_arrive_also_the_last_one_and_a_panic_in_the_log_is_caught() {
    let records = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&records);
    let host = HostInfo::new("test", "0").log(LogLevel::Info, move |record| {
        let line = format!(
            "{:?} {} {} {}",
            record.level, record.target, record.message, record.fields
        );
        list.lock().unwrap().push(line);
        assert_ne!(record.message, "hello", "as intended");
    });
    let adapter = load(sound_table()).unwrap().create(&host, "{}").unwrap();
    drop(host);
    adapter.execute("log", "{}").unwrap();
    assert_eq!(adapter.destroy(), Ok(()));
    let all = std::mem::take(
        &mut *records
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner),
    );
    assert_eq!(all, ["Info fake hello {\"n\":1}", "Info fake destroyed {}"]);
    assert_eq!(Arc::strong_count(&records), 1, "the closure is gone");
}

#[test]
fn a_submitted_command_completes_once() {
    let adapter = adapter();
    let (sender, receiver) = mpsc::channel();
    let told = sender.clone();
    let options = CallOptions::default();
    let completion = move |output| told.send(output).unwrap();
    assert_eq!(
        adapter.submit("echo", "{\"a\":1}", &options, completion),
        Ok(42)
    );
    assert_eq!(receiver.recv().unwrap().unwrap().response, "{\"a\":1}");
    let told = sender.clone();
    let completion = move |output| told.send(output).unwrap();
    adapter
        .submit("failWithout", "{}", &options, completion)
        .unwrap();
    let failure = receiver.recv().unwrap().unwrap_err();
    assert_eq!(failure.result, WFA_ERR_CANCELLED);
    assert_eq!(failure.message, "cancelled before it was sent");
    let completion = move |output| sender.send(output).unwrap();
    let busy = adapter
        .submit("busy", "{}", &options, completion)
        .unwrap_err();
    assert_eq!(busy.message, "the queue is full");
    assert!(
        receiver.recv().is_err(),
        "every closure is gone, and none was called again"
    );
    assert_eq!(adapter.cancel(42), Ok(()));
    assert_eq!(adapter.cancel(41).unwrap_err().result, WFA_ERR_NOT_FOUND);
}

#[test]
fn adapters_and_plugins_go_between_threads() {
    fn sendable<T: Send + Sync + 'static>() {}
    sendable::<Plugin>();
    sendable::<Adapter>();
    sendable::<Registration>();
    sendable::<DescriptorRef>();
    sendable::<HostInfo>();
}
