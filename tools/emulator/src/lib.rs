//! A strict emulator of Meta's WhatsApp Cloud API on loopback: crate root and module list.
//!
//! [`Emulator::start`] opens a listener on a thread of its own. What reaches it is checked as Graph
//! would check it, answered as Graph would answer it and written into the [`Ledger`]; signed
//! notifications go out to the configured webhook URL, one after the other. [`Emulator::inject`]
//! makes the next requests go wrong in a chosen way.
//!
//! ```
//! use cloud_api_emulator::{Config, Emulator};
//!
//! let emulator = Emulator::start(Config::default())?;
//! assert!(emulator.base_url().starts_with("http://127.0.0.1:"));
//! assert_eq!(emulator.ledger().complete(), 0);
//! # Ok::<(), std::io::Error>(())
//! ```

mod account;
mod api;
mod clock;
mod config;
mod connection;
mod control;
mod emulator;
mod fault;
mod graph_codes;
mod graph_error;
mod http;
mod ids;
pub mod inbound;
mod ledger;
mod ledger_book;
mod media_address;
mod node;
mod notice;
mod notify;
mod oddities;
mod page;
mod port;
mod send;
mod server;
mod settings;
mod signature;
mod state;
mod strictness;
mod template;
mod tls;
mod traffic;
mod version;
mod weak;

pub use clock::Clock;
pub use config::Config;
pub use emulator::Emulator;
pub use fault::{BatchShape, Fault, FaultSchedule, Injection, Then, WebhookFault};
pub use ledger::{
    Attempt, Dropped, FaultRecord, Ledger, LedgerLimits, RequestRecord, WebhookRecord,
};
pub use oddities::Oddities;
pub use signature::sign;
pub use strictness::{Strictness, WindowRule};
pub use template::Template;
pub use tls::Tls;

/// Compiles the README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
