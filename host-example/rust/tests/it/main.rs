//! The program `adapter-host` as a person or a script meets it: arguments in, two streams and an
//! exit code out.
#![cfg(feature = "demo")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod broadcast;
mod broadcast_list;
mod cases;
mod check;
mod check_more;
mod check_names;
mod crash;
mod customers;
mod demo;
mod describe;
mod engine;
mod erase;
mod exec;
mod feed;
mod foreign;
mod foreign_beside;
mod foreign_check;
mod foreign_told;
mod limits;
mod owner;
mod plugins;
mod program;
mod served;
mod serving;
mod told;
mod unknown;
mod unverified;
mod words;
