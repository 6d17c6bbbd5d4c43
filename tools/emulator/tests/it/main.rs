//! The emulator over real sockets; a test's name is the sentence it proves.

// `cfg(test)` holds for the whole crate; written out, clippy knows these for tests, too.
#[cfg(test)]
mod acceptance;
#[cfg(test)]
mod account;
#[cfg(test)]
mod analytics;
#[cfg(test)]
mod app;
#[cfg(test)]
mod blocking;
#[cfg(test)]
mod body_faults;
#[cfg(test)]
mod connection_faults;
#[cfg(test)]
mod flows;
#[cfg(test)]
mod framing_faults;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod identities;
#[cfg(test)]
mod inbound;
#[cfg(test)]
mod interactive;
#[cfg(test)]
mod interactive_limits;
#[cfg(test)]
mod media;
#[cfg(test)]
mod notifications;
#[cfg(test)]
mod number_settings;
#[cfg(test)]
mod page_feed;
#[cfg(test)]
mod page_files;
#[cfg(test)]
mod page_guard;
#[cfg(test)]
mod program;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod recorded_fields;
#[cfg(test)]
mod registration;
#[cfg(test)]
mod request_faults;
#[cfg(test)]
mod reuse_faults;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod slow_faults;
#[cfg(test)]
mod standing;
#[cfg(test)]
mod status_faults;
#[cfg(test)]
mod strict_types;
#[cfg(test)]
mod strictness;
#[cfg(test)]
mod support;
#[cfg(test)]
mod template_actions;
#[cfg(test)]
mod template_lists;
#[cfg(test)]
mod template_match;
#[cfg(test)]
mod templates;
#[cfg(test)]
mod threads;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod uploads;
#[cfg(test)]
mod voice_calls;
#[cfg(test)]
mod webhook_faults;
