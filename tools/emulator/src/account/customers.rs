//! What the account knows about its customers: when they last wrote, and who is blocked.

use std::collections::BTreeMap;

/// The customer service window, in seconds.
const WINDOW: u64 = 24 * 60 * 60;

/// All customers by phone number (digits) or business-scoped id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Customers {
    last_wrote: BTreeMap<String, u64>,
    blocked: Vec<String>,
    /// Numbers as they are dialled, and as WhatsApp knows their owners.
    known_as: BTreeMap<String, String>,
}

impl Customers {
    /// The customer has written, which opens the window.
    pub(crate) fn wrote(&mut self, customer: &str, now: u64) {
        self.last_wrote.insert(customer.to_owned(), now);
    }

    pub(crate) fn close_window(&mut self, customer: &str) {
        self.last_wrote.remove(customer);
    }

    pub(crate) fn window_is_open(&self, customer: &str, now: u64) -> bool {
        let last = self.last_wrote.get(customer);
        last.is_some_and(|last| now < last + WINDOW)
    }

    /// From now on WhatsApp knows the owner of this number by another one, as with Brazil's ninth
    /// digit.
    pub(crate) fn know_as(&mut self, number: &str, wa_id: &str) {
        self.known_as.insert(number.to_owned(), wa_id.to_owned());
    }

    /// The number that WhatsApp knows the owner of this one by.
    pub(crate) fn wa_id<'a>(&'a self, number: &'a str) -> &'a str {
        self.known_as.get(number).map_or(number, String::as_str)
    }

    /// Blocks a customer; false if that was so before.
    pub(crate) fn block(&mut self, customer: &str) -> bool {
        let news = !self.is_blocked(customer);
        if news {
            self.blocked.push(customer.to_owned());
        }
        news
    }

    /// Unblocks a customer; false if nobody had blocked them.
    pub(crate) fn unblock(&mut self, customer: &str) -> bool {
        let before = self.blocked.len();
        self.blocked.retain(|it| it != customer);
        self.blocked.len() < before
    }

    pub(crate) fn is_blocked(&self, customer: &str) -> bool {
        self.blocked.iter().any(|it| it == customer)
    }

    /// Who is blocked, the first one first.
    pub(crate) fn blocked(&self) -> &[String] {
        &self.blocked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_open_for_a_day() {
        let mut customers = Customers::default();
        assert!(!customers.window_is_open("1", 100));
        customers.wrote("1", 100);
        assert!(customers.window_is_open("1", 100 + WINDOW - 1));
        assert!(!customers.window_is_open("1", 100 + WINDOW));
        customers.wrote("1", 100 + WINDOW);
        customers.close_window("1");
        assert!(!customers.window_is_open("1", 100 + WINDOW));
    }
}
