//! Logging: what this program and its plugins report, on standard error.

use std::io;

use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use workflow_adapter::{LogLevel, LogRecord};

/// Starts logging; `RUST_LOG` says how much, warnings and errors if it is absent or wrong.
pub(crate) fn start() {
    let wanted = std::env::var("RUST_LOG").ok();
    let wanted = wanted.and_then(|text| text.parse::<Targets>().ok());
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false);
    tracing_subscriber::registry()
        .with(lines)
        .with(wanted.unwrap_or_else(|| Targets::new().with_default(Level::WARN)))
        .init();
}

/// The level up to which a plugin need log.
pub(crate) fn level() -> LogLevel {
    match LevelFilter::current().into_level() {
        None => LogLevel::Off,
        Some(Level::ERROR) => LogLevel::Error,
        Some(Level::WARN) => LogLevel::Warn,
        Some(Level::INFO) => LogLevel::Info,
        Some(Level::DEBUG) => LogLevel::Debug,
        Some(Level::TRACE) => LogLevel::Trace,
    }
}

/// Logs one record of a plugin.
pub(crate) fn record(plugin: &str, record: LogRecord<'_>) {
    let (part, message, fields) = (record.target, record.message, record.fields);
    match record.level {
        LogLevel::Off => {}
        LogLevel::Error => tracing::error!(target: "plugin", plugin, part, %fields, "{message}"),
        LogLevel::Warn => tracing::warn!(target: "plugin", plugin, part, %fields, "{message}"),
        LogLevel::Info => tracing::info!(target: "plugin", plugin, part, %fields, "{message}"),
        LogLevel::Debug => tracing::debug!(target: "plugin", plugin, part, %fields, "{message}"),
        LogLevel::Trace => tracing::trace!(target: "plugin", plugin, part, %fields, "{message}"),
    }
}
