//! The configuration of an emulator: identities, secrets, clock and behaviour.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::{Clock, LedgerLimits, Oddities, Strictness, Template, Tls};

/// The settings of one emulator. All values have a default that works on loopback.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The only bearer token that is accepted.
    pub access_token: String,
    /// The App Secret as Meta shows it (plain text); its bytes are the key of the signature.
    pub app_secret: String,
    /// What [`Emulator::subscribe`](crate::Emulator::subscribe) sends as `hub.verify_token`.
    pub verify_token: String,
    /// The WhatsApp Business Account id: `entry[].id` of the notifications.
    pub business_account_id: String,
    /// The only phone number id that exists.
    pub phone_number_id: String,
    /// The business number as notifications show it: digits only.
    pub display_phone_number: String,
    /// Where notifications are posted. Without one they are only written into the ledger.
    pub webhook_url: Option<String>,
    /// The source of timestamps.
    pub clock: Clock,
    /// Message and trace ids follow from this number and a counter.
    pub seed: u64,
    /// Whether an accepted message is followed by the notifications sent, delivered and read.
    pub statuses: bool,
    /// The templates that exist at the start.
    pub templates: Vec<Template>,
    /// Recipients that are refused at once, with the Graph code to refuse them with.
    pub refused: Vec<(String, u32)>,
    /// Recipients whose messages are accepted and then reported as `failed` with this code.
    pub undeliverable: Vec<(String, u32)>,
    /// Which rules about earlier messages and uploads apply at the start.
    pub strictness: Strictness,
    /// Which of Meta's less common behaviours are enabled at the start.
    pub oddities: Oddities,
    /// How much the ledger keeps.
    pub ledger: LedgerLimits,
    /// Listens with TLS if set.
    pub tls: Option<Tls>,
    /// How often a notification is posted before it is given up.
    pub webhook_attempts: u32,
    /// The pause between two attempts.
    pub webhook_retry_delay: Duration,
    /// How long the webhook may take to answer.
    pub webhook_timeout: Duration,
    /// How long a batch waits for further notifications before it is posted.
    pub webhook_idle: Duration,
    /// The longest request body that is read; a longer one is answered with 413.
    pub max_request_bytes: usize,
    /// The longest upload of a medium that is read.
    pub max_upload_bytes: usize,
    /// Whether each request and each delivery is told on standard error, one line each.
    pub log: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            access_token: "EMULATOR-ACCESS-TOKEN-0123456789".to_owned(),
            app_secret: "0123456789abcdef0123456789abcdef".to_owned(),
            verify_token: "emulator-verify-token".to_owned(),
            business_account_id: "102290129340398".to_owned(),
            phone_number_id: "106540352242922".to_owned(),
            display_phone_number: "15550783881".to_owned(),
            webhook_url: None,
            clock: Clock::System,
            seed: 1,
            statuses: true,
            templates: Template::seeds(),
            refused: Vec::new(),
            undeliverable: Vec::new(),
            strictness: Strictness::default(),
            oddities: Oddities::default(),
            ledger: LedgerLimits::default(),
            tls: None,
            webhook_attempts: 3,
            webhook_retry_delay: Duration::from_millis(50),
            webhook_timeout: Duration::from_secs(10),
            webhook_idle: Duration::from_millis(300),
            max_request_bytes: 4 * 1024 * 1024,
            max_upload_bytes: 101 * 1024 * 1024,
            log: false,
        }
    }
}
