//! What the business set for its number beside the profile: QR codes, settings, username.

use serde_json::{Map, Value, json};

/// One QR code.
#[derive(Clone, Debug)]
pub(crate) struct QrCode {
    pub(crate) code: String,
    pub(crate) text: String,
}

/// The state of the phone number that no other endpoint has.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    /// The newest one first.
    pub(crate) qr_codes: Vec<QrCode>,
    pub(crate) settings: Map<String, Value>,
    pub(crate) cart_enabled: bool,
    pub(crate) catalog_visible: bool,
    pub(crate) username: Option<String>,
    /// What was asked of the WhatsApp Business app, each of which works once.
    pub(crate) synced: Vec<&'static str>,
}

impl Default for Number {
    /// As a number is after its registration.
    fn default() -> Self {
        let settings = [
            (
                "calling",
                json!({"status": "DISABLED", "call_icon_visibility": "DEFAULT"}),
            ),
            ("storage_configuration", json!({"status": "DEFAULT"})),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value));
        Self {
            qr_codes: Vec::new(),
            settings: settings.into_iter().collect(),
            cart_enabled: true,
            catalog_visible: true,
            username: None,
            synced: Vec::new(),
        }
    }
}
