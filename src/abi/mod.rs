//! The C border, and the only unsafe code: it turns pointers into types, panics into result codes,
//! and holds no rule of WhatsApp.
#![allow(unsafe_code)]

mod boundary;
mod buffer;
mod callbacks;
#[cfg(test)]
mod callbacks_tests;
mod calls;
pub(crate) mod exports;
mod extensions;

mod failure;
mod foreign;
mod fork;
mod gate;
mod handles;
mod instance;
mod operations;
mod out;
mod polled;
mod rust_host;
mod sized;
mod sync;
mod tables;
mod text;
mod thread;
mod workers;
#[cfg(test)]
mod workers_tests;
