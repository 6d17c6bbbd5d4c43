//! What the account knows about its customers: when they last wrote, and who is blocked.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::splitmix64;
use crate::inbound::DEFAULT_CUSTOMER;

/// The customer service window, in seconds.
const WINDOW: u64 = 24 * 60 * 60;

/// The business-scoped user id of the owner of a phone number (digits): always the same one, and another
/// one for each number.
pub(crate) fn user_id_of(number: &str) -> String {
    // The customer whom nobody names has the id of Meta's samples.
    if number == DEFAULT_CUSTOMER {
        return "US.13491208655302741918".to_owned();
    }
    let prefix = COUNTRIES.iter().find(|(code, _)| number.starts_with(code));
    let country = prefix.map_or("US", |(_, country)| country);
    let seed = number
        .bytes()
        .fold(0, |seed, byte| splitmix64(seed ^ u64::from(byte)));
    format!("{country}.1{seed:019}", seed = seed % 10_u64.pow(19))
}

/// Calling codes, and the country that begins the user ids of their numbers; all others count as the US.
const COUNTRIES: [(&str, &str); 12] = [
    ("351", "PT"),
    ("31", "NL"),
    ("33", "FR"),
    ("34", "ES"),
    ("39", "IT"),
    ("44", "GB"),
    ("49", "DE"),
    ("52", "MX"),
    ("54", "AR"),
    ("55", "BR"),
    ("81", "JP"),
    ("91", "IN"),
];

/// All customers by phone number (digits) or business-scoped id; a number and its owner's id are one
/// customer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Customers {
    last_wrote: BTreeMap<String, u64>,
    blocked: Vec<String>,
    /// Whose number Meta remembers beside their user id, since they wrote.
    contact_book: BTreeSet<String>,
    /// Numbers as they are dialled, and as WhatsApp knows their owners.
    known_as: BTreeMap<String, String>,
}

impl Customers {
    /// The customer has written, which opens the window.
    pub(crate) fn wrote(&mut self, customer: &str, now: u64) {
        self.last_wrote.insert(key(customer), now);
        self.contact_book.insert(key(customer));
    }

    /// Forgets the number that belongs to a user id; false if none was remembered.
    pub(crate) fn forget(&mut self, user_id: &str) -> bool {
        self.contact_book.remove(user_id)
    }

    pub(crate) fn close_window(&mut self, customer: &str) {
        self.last_wrote.remove(&key(customer));
    }

    pub(crate) fn window_is_open(&self, customer: &str, now: u64) -> bool {
        let last = self.last_wrote.get(&key(customer));
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
        let customer = key(customer);
        self.blocked.retain(|it| key(it) != customer);
        self.blocked.len() < before
    }

    pub(crate) fn is_blocked(&self, customer: &str) -> bool {
        let customer = key(customer);
        self.blocked.iter().any(|it| key(it) == customer)
    }

    /// Who is blocked, the first one first.
    pub(crate) fn blocked(&self) -> &[String] {
        &self.blocked
    }
}

/// What a customer is found by: their user id, which a number has, too.
fn key(customer: &str) -> String {
    if customer.bytes().all(|byte| byte.is_ascii_digit()) {
        user_id_of(customer)
    } else {
        customer.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_a_user_id_of_metas_shape_and_its_owner_is_one_customer() {
        assert_eq!(user_id_of("16505551234"), "US.13491208655302741918");
        let german = user_id_of("4915112345678");
        assert!(german.starts_with("DE.1") && german.len() == 23, "{german}");
        assert_ne!(user_id_of("4915112345679"), german);
        let mut customers = Customers::default();
        customers.wrote(&german, 100);
        assert!(customers.window_is_open("4915112345678", 100));
        customers.block("4915112345678");
        assert!(customers.is_blocked(&german) && customers.unblock(&german));
        assert_eq!(customers.blocked(), [""; 0]);
    }

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
