//! What a command keeps while it waits: its place, and the properties it began with.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

use crate::cloud_api::Client;
use crate::command::Parking;
use crate::error::Error;
use crate::properties::Properties;

/// What `update_properties` replaces: calls keep the one they started with.
#[derive(Debug)]
pub(super) struct Configured {
    pub(super) properties: Properties,
    pub(super) client: Client,
}

impl Configured {
    pub(super) fn parse(properties: &str, previous: Option<&Client>) -> Result<Self, Error> {
        let properties = Properties::parse(properties)?;
        let client = Client::new(&properties, previous)?;
        Ok(Self { properties, client })
    }
}

/// How far one command got.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(super) parking: Parking,
    began_with: RefCell<Option<Arc<Configured>>>,
}

impl Progress {
    /// For a command that holds no thread while it waits.
    pub(crate) fn parkable() -> Self {
        Self {
            parking: Parking::allowed(),
            began_with: RefCell::default(),
        }
    }

    /// When the command is to be run again; none if it has ended.
    pub(crate) fn until(&self) -> Option<Instant> {
        self.parking.until()
    }

    /// What the command goes on with: the newest token, unless another number has it.
    pub(super) fn configured(&self, current: Arc<Configured>) -> Arc<Configured> {
        match self.began_with.take() {
            Some(before) if !before.client.is_of_same_number(&current.client) => before,
            _ => current,
        }
    }

    pub(super) fn keep(&self, configured: &Arc<Configured>) {
        *self.began_with.borrow_mut() = Some(Arc::clone(configured));
    }
}
