//! The loader against a fake plugin: every promise that it makes to a host.
#![allow(clippy::cast_possible_truncation)] // sizes of a few hundred bytes

mod extensions;
mod fake_descriptor;
mod fake_plugin;
mod fake_submit;
mod inside;
mod loading;
mod running;
