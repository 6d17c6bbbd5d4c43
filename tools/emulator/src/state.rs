//! State shared by all connections and the webhook sender of one emulator.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use crate::account::Account;
use crate::clock::Ticker;
use crate::fault::FaultQueue;
use crate::fault::nature::Phase;
use crate::fault::webhook::WebhookFaultQueue;
use crate::ids::Ids;
use crate::ledger_book::{LedgerBook, Subscriber};
use crate::notice::Notice;
use crate::port::PortOrders;
use crate::tls::Certificates;
use crate::traffic::Traffic;
use crate::{Config, Injection};

/// The shared state.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) address: SocketAddr,
    pub(crate) ticker: Ticker,
    pub(crate) ids: Ids,
    pub(crate) ledger: LedgerBook,
    pub(crate) faults: FaultQueue,
    pub(crate) webhook_faults: WebhookFaultQueue,
    pub(crate) certificates: Option<Certificates>,
    account: Mutex<Account>,
    pub(crate) traffic: Traffic,
    port: PortOrders,
    notices: UnboundedSender<Notice>,
    webhook_url: Mutex<Option<String>>,
    connections: AtomicU64,
}

impl State {
    pub(crate) fn new(
        config: Config,
        address: SocketAddr,
        notices: UnboundedSender<Notice>,
        port: PortOrders,
        subscriber: Arc<dyn Subscriber>,
    ) -> io::Result<Self> {
        let certificates = config.tls.as_ref().map(Certificates::new).transpose()?;
        let ids = Ids::new(config.seed);
        Ok(Self {
            address,
            ticker: Ticker::new(config.clock),
            account: Mutex::new(Account::new(&config, &ids)),
            ids,
            ledger: LedgerBook::new(config.ledger, subscriber),
            faults: FaultQueue::default(),
            webhook_faults: WebhookFaultQueue::default(),
            certificates,
            traffic: Traffic::default(),
            port,
            notices,
            webhook_url: Mutex::new(config.webhook_url.clone()),
            connections: AtomicU64::new(1),
            config,
        })
    }

    /// Where it listens, without a slash at the end.
    pub(crate) fn base_url(&self) -> String {
        let scheme = if self.certificates.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.address)
    }

    /// Locks the account. The holder must not call anything that locks it again.
    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }

    /// Queues a notification.
    pub(crate) fn notify(&self, notice: Notice) {
        // Fails only while the emulator stops, when nothing is posted any more.
        let _ = self.notices.send(notice);
    }

    /// Queues a fault. A fault of the port takes effect at once; the returned receiver is signalled then.
    pub(crate) fn inject(&self, injection: Injection) -> Option<std::sync::mpsc::Receiver<()>> {
        if injection.fault.phase() == Phase::Port {
            return Some(self.port.give(injection.fault));
        }
        self.faults.push(injection);
        None
    }

    /// The webhook URL of the app.
    pub(crate) fn app_webhook_url(&self) -> Option<String> {
        self.webhook_url
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The URL that notifications are posted to; `None` without a subscription.
    pub(crate) fn webhook_url(&self) -> Option<String> {
        let of_the_app = self.app_webhook_url();
        self.account().subscription.url(of_the_app)
    }

    pub(crate) fn set_webhook_url(&self, url: Option<String>) {
        *self
            .webhook_url
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = url;
    }

    /// One line on standard error, if the configuration asks for it.
    pub(crate) fn log(&self, line: &str) {
        use std::io::Write as _;
        if self.config.log {
            // If standard error is closed, there is no other place to report that.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }
}
