//! Logging: what this program and its plugins report, on standard error.

use std::io;

use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use workflow_adapter_loader::{LogLevel, LogRecord};

use crate::cli::{Command, LogFormat};

/// Starts logging. `RUST_LOG` says how much; if it is absent or wrong, warnings and errors, and
/// from `serve` also what it does.
pub(crate) fn start(format: LogFormat, command: &Command) {
    let level = match command {
        Command::Serve(_) => Level::INFO,
        _ => Level::WARN,
    };
    let wanted = std::env::var("RUST_LOG").ok();
    let wanted = wanted.and_then(|text| text.parse::<Targets>().ok());
    let wanted = wanted.unwrap_or_else(|| Targets::new().with_default(level));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false);
    let registry = tracing_subscriber::registry();
    match format {
        LogFormat::Text => registry.with(lines.with_filter(wanted)).init(),
        LogFormat::Json => registry.with(lines.json().with_filter(wanted)).init(),
    }
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
