//! The addresses of media on Meta's media host, which expire.

use crate::account::Account;
use crate::signature;
use crate::state::State;

/// Where media are fetched from, as on Meta's host.
pub(crate) const PATH: &str = "/whatsapp_business/attachments/";

/// How long an address works, in seconds (Meta: media reference, five minutes).
const LIFETIME: u64 = 300;

/// An address for this medium that works from now on, for five minutes.
pub(crate) fn url(state: &State, account: &Account, id: &str) -> String {
    let host = account.media.host.clone();
    let host = host.unwrap_or_else(|| state.base_url());
    let expiry = state.ticker.now() + LIFETIME;
    let hash = hash(state, id, &expiry.to_string());
    format!("{host}{PATH}?mid={id}&source=getMedia&ext={expiry}&hash={hash}")
}

/// Signs the expiry, so that nobody can extend it without the App Secret.
pub(crate) fn hash(state: &State, id: &str, expiry: &str) -> String {
    let text = format!("{id} {expiry}");
    let signed = signature::sign(&state.config.app_secret, text.as_bytes());
    signed.chars().skip("sha256=".len()).take(40).collect()
}
