//! The handle of a running emulator: start, configure, inspect, stop.

mod settings;

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{mpsc, oneshot};

use crate::notice::Notice;
use crate::notify::{handshake, inbound_message, sender};
use crate::page::{Page, host};
use crate::port::{self, PortOrders};
use crate::state::State;
use crate::{Config, FaultSchedule, Injection, Ledger, WebhookFault, server, weak};

/// A running emulator. It works on a thread of its own and stops when this is dropped; all calls
/// block for as long as they need and may come from any thread.
#[derive(Debug)]
pub struct Emulator {
    state: Arc<State>,
    page: Arc<Page>,
    runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Emulator {
    /// Starts listening.
    ///
    /// # Errors
    ///
    /// If the address cannot be bound or the thread cannot be started.
    pub fn start(config: Config) -> io::Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let handle = runtime.handle().clone();
        let listener = {
            let _inside = handle.enter();
            port::open(config.listen)?
        };
        let address = listener.local_addr()?;
        let (notices, due) = mpsc::unbounded_channel();
        let (port, orders) = PortOrders::new();
        let page = Arc::new(Page::default());
        let feed = Arc::clone(&page.feed);
        let state = Arc::new(State::new(config, address, notices, port, feed)?);
        let (stop, stopped) = oneshot::channel::<()>();
        let shared = Arc::clone(&state);
        let shown = Arc::clone(&page);
        let work = move || {
            runtime.block_on(async move {
                tokio::spawn(sender::run(Arc::clone(&shared), due));
                let follower = Arc::clone(&shown);
                tokio::spawn(async move { host::follow(&follower.host, &follower.feed).await });
                tokio::select! {
                    () = server::run(shared, shown, listener, orders) => {}
                    _ = stopped => {}
                }
            });
        };
        let thread = std::thread::Builder::new()
            .name("cloud-api-emulator".into())
            .spawn(work)?;
        Ok(Self {
            state,
            page,
            runtime: handle,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it listens, without a slash at the end: `http://127.0.0.1:40123`, or with `https` if
    /// it listens with TLS.
    pub fn base_url(&self) -> String {
        self.state.base_url()
    }

    /// The configuration it was started with.
    pub fn config(&self) -> &Config {
        &self.state.config
    }

    /// A copy of what was recorded so far.
    pub fn ledger(&self) -> Ledger {
        self.state.ledger.copy()
    }

    /// Clears the ledger.
    pub fn clear_ledger(&self) {
        self.state.ledger.clear();
    }

    /// Where notifications are posted from now on; `None` only records them.
    pub fn set_webhook_url(&self, url: Option<String>) {
        self.state.set_webhook_url(url);
    }

    /// Where the workflow host shows its runs, `http://127.0.0.1:<port>`: the page shows them, too.
    ///
    /// # Errors
    ///
    /// If the URL is not one of this machine.
    pub fn set_host_url(&self, url: Option<&str>) -> io::Result<()> {
        self.page.host.set_url(url)
    }

    /// A customer writes: `{"from":"16505551234","type":"text","text":{"body":"hello"}}`.
    ///
    /// `from`, `id`, `timestamp`, `type` and the object of the type are filled in if they are
    /// missing; `name` and `username` become the contact's. A blocked customer is not heard.
    /// [`inbound`](crate::inbound) has a builder per type.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers pass json!(…) or a builder's value"
    )]
    pub fn customer_sends(&self, message: Value) {
        inbound_message::send(&self.state, &message);
    }

    /// Signs these bytes as they are and posts them.
    pub fn post_notification(&self, body: Vec<u8>) {
        self.state.notify(Notice::raw(body));
    }

    /// Performs Meta's handshake with the webhook URL and returns the challenge it gave back.
    ///
    /// # Errors
    ///
    /// If no URL is set, the webhook cannot be reached, or it does not answer with 200 and
    /// exactly the challenge.
    pub fn subscribe(&self) -> io::Result<String> {
        let (answer, answered) = std::sync::mpsc::channel();
        let state = Arc::clone(&self.state);
        self.runtime.spawn(async move {
            // Nobody listens any more if the caller's thread has panicked.
            let _ = answer.send(handshake::subscribe(&state).await);
        });
        answered
            .recv()
            .map_err(|_| io::Error::other("the emulator has stopped"))?
    }

    /// Waits until so many notifications were answered with 200, counted since the ledger was
    /// last cleared. False if that takes longer than `timeout`.
    pub fn wait_for_webhooks(&self, delivered: usize, timeout: Duration) -> bool {
        self.state.ledger.wait_for_webhooks(delivered, timeout)
    }

    /// Waits until so many requests were complete.
    pub fn wait_for_requests(&self, complete: usize, timeout: Duration) -> bool {
        self.state.ledger.wait_for_requests(complete, timeout)
    }

    /// Waits until every connection opened so far has been served completely: requests on a connection
    /// that its client has closed are in the ledger then, and none arrives later. False if that
    /// takes longer than `timeout`, as it does while a client keeps a connection open.
    pub fn settle(&self, timeout: Duration) -> bool {
        let (answer, answered) = std::sync::mpsc::channel();
        let state = Arc::clone(&self.state);
        self.runtime.spawn(async move {
            let settled = tokio::time::timeout(timeout, state.traffic.settle(state.address));
            // Nobody listens any more if the caller's thread has panicked.
            let _ = answer.send(matches!(settled.await, Ok(Ok(()))));
        });
        answered.recv().unwrap_or(false)
    }

    /// Queues a fault for the next request or connection that has none yet. The two faults of the port,
    /// `Refuse` and `BacklogFull`, have taken effect when this returns.
    pub fn inject(&self, fault: impl Into<Injection>) {
        if let Some(taken) = self.state.inject(fault.into()) {
            // An error means that the emulator has stopped, and the port with it.
            let _ = taken.recv();
        }
    }

    /// Queues a fault for the next notification that has none yet.
    pub fn inject_webhook(&self, fault: WebhookFault) {
        self.state.webhook_faults.push(fault);
    }

    /// Applies a schedule of faults to requests for which no fault is queued.
    pub fn set_schedule(&self, schedule: Option<FaultSchedule>) {
        self.state.faults.set_schedule(schedule);
    }

    /// The queued faults.
    pub fn waiting_faults(&self) -> Vec<Injection> {
        self.state.faults.copy()
    }

    /// Removes all queued faults.
    pub fn clear_faults(&self) {
        self.state.faults.clear();
        self.state.webhook_faults.clear();
    }

    /// The authorities behind the certificates that are signed too weakly. A client that trusts
    /// them must refuse these certificates all the same.
    pub fn weak_ca_pem() -> String {
        weak::authorities()
    }

    /// The certificate that clients must trust, if it listens with TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.state
            .certificates
            .as_ref()
            .map(|certificates| certificates.ca_pem.as_str())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Fails only if the thread has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
