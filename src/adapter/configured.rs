//! What `update_properties` replaces: calls keep the one they started with.

use std::sync::Arc;

use crate::cloud_api::Client;
use crate::command;
use crate::error::Error;
use crate::properties::Properties;

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

/// A message that waits, and what it began with.
pub(super) struct Parked {
    pub(super) message: command::Parked,
    pub(super) configured: Arc<Configured>,
}
