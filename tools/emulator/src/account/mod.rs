//! What the emulated business account holds and what its customers did; it changes while it runs.

pub(crate) mod media;

use crate::{Config, Strictness};
use media::MediaStore;

/// The kinds of object that a path can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    /// The business phone number.
    PhoneNumber,
    /// The WhatsApp Business Account.
    BusinessAccount,
    /// A medium that was uploaded or came from a customer.
    Media,
}

/// The account's state.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    phone_number_id: String,
    business_account_id: String,
    pub(crate) strictness: Strictness,
    pub(crate) media: MediaStore,
}

impl Account {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            phone_number_id: config.phone_number_id.clone(),
            business_account_id: config.business_account_id.clone(),
            strictness: config.strictness,
            media: MediaStore::default(),
        }
    }

    /// What this id names, if anything.
    pub(crate) fn kind_of(&self, id: &str) -> Option<ObjectKind> {
        if id == self.phone_number_id {
            Some(ObjectKind::PhoneNumber)
        } else if id == self.business_account_id {
            Some(ObjectKind::BusinessAccount)
        } else if self.media.has(id) {
            Some(ObjectKind::Media)
        } else {
            None
        }
    }
}
