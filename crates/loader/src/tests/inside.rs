//! Inside callbacks: nothing waits for another callback, and what is dropped there is cleaned up later.

use std::sync::{Arc, Mutex, mpsc};

use super::fake_descriptor::{load, sound_table};
use crate::*;

fn adapter_of(host: &HostInfo) -> Adapter {
    load(sound_table()).unwrap().create(host, "{}").unwrap()
}

fn adapter() -> Adapter {
    adapter_of(&HostInfo::new("test", "0"))
}

/// Tells when it is dropped.
struct Told(mpsc::Sender<()>);

impl Drop for Told {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

/// Something that a callback takes and drops.
type Slot<T> = Arc<Mutex<Option<T>>>;

fn take_and_drop<T>(slot: &Slot<T>) {
    let taken = slot.lock().unwrap().take();
    drop(taken);
}

/// An adapter whose log function holds `told`: it goes when the adapter is destroyed.
fn adapter_with(told: Told) -> Adapter {
    let host = HostInfo::new("test", "0").log(LogLevel::Info, move |_| {
        let _held = &told;
    });
    adapter_of(&host)
}

/// C7: another plugin cannot know that this is a callback; the loader does, and says so.
#[test]
fn unregistering_inside_a_callback_of_another_plugin_does_not_wait() {
    let (one, other) = (adapter(), adapter());
    let registered = |verdict| other.on_event(None, move |_, _| verdict).unwrap();
    drop(registered(Verdict::Accepted));
    let flags = || other.execute("unregisterFlags", "{}").unwrap().response;
    assert_eq!(flags(), "0");

    let slot: Slot<Registration> = Arc::new(Mutex::new(Some(registered(Verdict::Accepted))));
    let taken = Arc::clone(&slot);
    let event = one.on_event(None, move |_, _| {
        take_and_drop(&taken);
        Verdict::Accepted
    });
    one.execute("emit", "{}").unwrap();
    assert_eq!(flags(), WFA_NO_WAIT.to_string());
    drop(event);

    drop(registered(Verdict::Dropped));
    assert_eq!(flags(), "0", "outside it waits again");

    let (sender, receiver) = mpsc::channel();
    *slot.lock().unwrap() = Some(registered(Verdict::Accepted));
    let taken = Arc::clone(&slot);
    let completion = move |_| {
        take_and_drop(&taken);
        sender.send(()).unwrap();
    };
    one.submit("echo", "{}", &CallOptions::default(), completion)
        .unwrap();
    receiver.recv().unwrap();
    assert_eq!(flags(), WFA_NO_WAIT.to_string(), "in a completion");
}

/// C8: whichever callback drops an adapter, a thread of the loader destroys it.
#[test]
fn an_adapter_that_is_dropped_inside_a_callback_is_destroyed_later() {
    let (sender, receiver) = mpsc::channel();
    let slot = Arc::new(Mutex::new(Some(adapter_with(Told(sender.clone())))));
    let one = adapter();
    let taken = Arc::clone(&slot);
    let event = one
        .on_event(None, move |_, _| {
            take_and_drop(&taken);
            Verdict::Accepted
        })
        .unwrap();
    one.execute("emit", "{}").unwrap();
    receiver.recv().unwrap();
    drop(event);

    // In a closure that the plugin drops.
    let held = adapter_with(Told(sender.clone()));
    let event = one.on_event(None, move |_, _| {
        let _held = &held;
        Verdict::Accepted
    });
    drop(event);
    receiver.recv().unwrap();

    // In a completion.
    let held = adapter_with(Told(sender.clone()));
    one.submit("echo", "{}", &CallOptions::default(), move |_| drop(held))
        .unwrap();
    receiver.recv().unwrap();

    // `destroy` says that it is not done yet.
    let (result, results) = mpsc::channel();
    let held = adapter_with(Told(sender));
    let completion = move |_| result.send(held.destroy()).unwrap();
    one.submit("echo", "{}", &CallOptions::default(), completion)
        .unwrap();
    assert_eq!(results.recv().unwrap().unwrap_err().result, WFA_ERR_STATE);
    receiver.recv().unwrap();
}

/// C8: its own completion drops the last owner of the adapter.
#[test]
fn an_adapter_that_its_own_callback_drops_is_destroyed_later() {
    let (sender, receiver) = mpsc::channel();
    let shared = Arc::new(adapter_with(Told(sender)));
    let (alone, is_alone) = mpsc::channel::<()>();
    let last = Arc::clone(&shared);
    let completion = move |_| {
        // Until nobody else has it.
        let _ = is_alone.recv();
        drop(last);
    };
    shared
        .submit("echo", "{}", &CallOptions::default(), completion)
        .unwrap();
    drop(shared);
    drop(alone);
    receiver.recv().unwrap();
}

/// C8: inside a log function plugins refuse every call.
#[test]
fn what_a_log_function_drops_is_cleaned_up_later() {
    let (sender, receiver) = mpsc::channel();
    let one = adapter();
    let told = Told(sender.clone());
    let registration = one.on_event(None, move |_, _| {
        let _held = &told;
        Verdict::Accepted
    });
    let registration = Arc::new(Mutex::new(Some(registration.unwrap())));
    let dropped = Arc::new(Mutex::new(Some(adapter_with(Told(sender)))));
    let slots = (Arc::clone(&registration), Arc::clone(&dropped));
    let host = HostInfo::new("test", "0").log(LogLevel::Info, move |_| {
        take_and_drop(&slots.0);
        take_and_drop(&slots.1);
    });
    let logging = adapter_of(&host);
    logging.execute("log", "{}").unwrap();
    receiver.recv().unwrap();
    receiver.recv().unwrap();
    assert_eq!(
        one.execute("emit", "{}").unwrap().response,
        "-1",
        "nobody is registered any more"
    );
}
