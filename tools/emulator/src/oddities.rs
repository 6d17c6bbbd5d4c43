//! Behaviour in which Meta is inconsistent; by default the emulator does what Meta does more often.

use serde::{Deserialize, Serialize};

/// Meta's less common behaviour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Oddities {
    /// The number of a customer who is known by a user id only is an empty text (`"from":""`,
    /// `"wa_id":""`, `"recipient_id":""`); Meta's page shows that as well as no member at all.
    pub empty_identities: bool,
}
