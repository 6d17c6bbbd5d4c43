//! What a test changes about the account, the customers and the time while the emulator runs.

use std::time::Duration;

use serde_json::Value;

use super::Emulator;
use crate::notice::Notice;
use crate::notify::envelope::EntryTime;
use crate::notify::{envelope, status};
use crate::settings::{
    account, add_customer_media, allow_calls, customer_calls, join_group, set_template_status,
    set_window,
};
use crate::{Oddities, Strictness, Template};

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

    /// Which of Meta's less common ways it has from now on.
    pub fn set_oddities(&self, oddities: Oddities) {
        self.state.account().oddities = oddities;
    }

    /// Opens or closes the 24-hour window of a customer (digits, or a business-scoped id) without
    /// a message.
    pub fn set_window(&self, customer: &str, open: bool) {
        set_window(&self.state, customer, open);
    }

    /// From now on WhatsApp knows the owner of this number (digits) by another one, as with
    /// Brazil's ninth digit: it is the `wa_id` of answers and statuses.
    pub fn set_wa_id(&self, number: &str, wa_id: &str) {
        self.state.account().customers.know_as(number, wa_id);
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

    /// Adds a template, or takes the place of the one with its name and language. Returns its id.
    pub fn add_template(&self, template: Template) -> String {
        self.state
            .account()
            .templates
            .add(template, &self.state.ids)
    }

    /// Decides about a template, as Meta's review does, and notifies the webhook of it. False if
    /// there is no such template.
    pub fn set_template_status(&self, name: &str, language: &str, status: &str) -> bool {
        set_template_status(&self.state, name, language, status)
    }

    /// A customer (digits) opens the invite link of a group: they join, or ask to where somebody decides.
    /// The id of the request or the participant; none if there is no such group or no room in it.
    pub fn join_group(&self, group: &str, customer: &str) -> Option<String> {
        join_group(&self.state, group, customer)
    }

    /// Another account of the business has a Flow of this name, which can be migrated.
    pub fn add_foreign_flow(&self, account: &str, name: &str) {
        let flow = (account.to_owned(), name.to_owned());
        self.state.account().flows.foreign.push(flow);
    }

    /// Whether a customer (digits) may be called.
    pub fn allow_calls(&self, customer: &str, allowed: bool) {
        allow_calls(&self.state, customer, allowed);
    }

    /// A customer (digits) calls; returns the call's id.
    pub fn customer_calls(&self, customer: &str) -> String {
        customer_calls(&self.state, customer)
    }

    /// What the account says about itself: `phone_number`, `business_account`, `profile`, `token`
    /// and `health`, with what else is known about it.
    pub fn account(&self) -> Value {
        account(&self.state)
    }

    /// Changes what [`Emulator::account`] shows of the first five, as RFC 7396 says:
    /// `{"phone_number":{"quality_rating":"RED"},"token":{"scopes":[]}}`.
    #[expect(clippy::needless_pass_by_value, reason = "callers pass json!(…)")]
    pub fn change_account(&self, patch: Value) {
        self.state.account().details.merge(&patch);
    }

    /// Posts a status of a message: `{"id":"wamid.…","status":"played"}`.
    #[expect(clippy::needless_pass_by_value, reason = "callers pass json!(…)")]
    pub fn report_status(&self, status: Value) {
        let content = status::reported(&self.state, &status);
        self.state.notify(Notice::now(content));
    }

    /// Posts a notification about another webhook field, such as `account_update`. Where Meta's have no
    /// `time` in their entry (`calls`, `smb_message_echoes`, `user_preferences` and others), it has none.
    #[expect(clippy::needless_pass_by_value, reason = "callers pass json!(…)")]
    pub fn report_change(&self, field: &str, value: Value) {
        let body = envelope::of_field(&self.state, field, &value, EntryTime::Usual);
        self.state.notify(Notice::raw(body));
    }

    /// The same with this `time` in the entry, or without one.
    #[expect(clippy::needless_pass_by_value, reason = "callers pass json!(…)")]
    pub fn report_change_at(&self, time: Option<u64>, field: &str, value: Value) {
        let time = time.map_or(EntryTime::Absent, EntryTime::At);
        let body = envelope::of_field(&self.state, field, &value, time);
        self.state.notify(Notice::raw(body));
    }
}
