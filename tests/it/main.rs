//! The plugin as its users meet it: through the C contract, on the wire, and in its files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets something unexpected has failed, and says where"
)]

mod bad_input;
mod c_contract;
mod c_program;
mod cases;
mod chaos;
mod commands;
mod cpp_adapter;
mod descriptor;
mod differential;
mod docs;
mod elf;
mod faults;
mod features;
mod golden;
mod header;
mod hosts;
mod journal;
mod layout;
mod memory;
mod minimal_hosts;
mod official;
mod outcomes;
mod plugin;
mod rig;
mod schedules;
mod schema;
mod secrets;
mod symbols;
mod tidy;
mod webhook_attacks;
mod webhook_delivery;
