//! What a test changes about the account, the customers and the time while the emulator runs.

use std::time::Duration;

use crate::account::media::{Medium, Origin};
use crate::state::State;
use crate::{Emulator, Strictness};

impl Emulator {
    /// Lets time pass: addresses of media expire after five minutes, customer service windows
    /// after 24 hours, uploads after 30 days.
    pub fn advance_clock(&self, time: Duration) {
        self.state.ticker.advance(time.as_secs());
    }

    /// Which rules about earlier messages and uploads apply from now on.
    pub fn set_strictness(&self, strictness: Strictness) {
        self.state.account().strictness = strictness;
    }

    /// A file as a customer would send it; returns the media id to put into an inbound message.
    pub fn add_customer_media(&self, mime_type: &str, bytes: &[u8]) -> String {
        add_customer_media(&self.state, mime_type, bytes)
    }

    /// Scheme and authority of the addresses that media are fetched from, such as
    /// `http://localhost:1`; `None` for the emulator's own.
    pub fn set_media_host(&self, host: Option<String>) {
        self.state.account().media.host = host;
    }
}

pub(crate) fn add_customer_media(state: &State, mime_type: &str, bytes: &[u8]) -> String {
    let now = state.ticker.now();
    let medium = Medium::new(mime_type.to_owned(), bytes.to_vec(), Origin::Customer, now);
    state.account().media.add(state.ids.object(), medium)
}
