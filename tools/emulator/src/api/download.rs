//! Meta's media host: the bytes behind an address.

use super::{Call, Reply};
use crate::account::Account;
use crate::http::Response;
use crate::media_address::hash;

/// The file itself, or a refusal in plain text: this host does not speak Graph's.
pub(crate) fn answer(call: &Call<'_>, account: &Account) -> Reply {
    let refused = |(status, reason)| Response::text(status, reason);
    Reply::new(fetched(call, account).unwrap_or_else(refused)).of("media_download")
}

fn fetched(call: &Call<'_>, account: &Account) -> Result<Response, (u16, &'static str)> {
    if call.method() != "GET" {
        return Err((405, "Method Not Allowed\n"));
    }
    if call.request.head.headers.get("user-agent").is_none() {
        return Err((400, "Bad Request: no User-Agent\n"));
    }
    call.token().map_err(|_| (401, "Unauthorized\n"))?;
    let query = |name| call.query.get(name).unwrap_or_default();
    let (id, expiry) = (query("mid"), query("ext"));
    if query("hash") != hash(call.state, id, expiry) {
        return Err((403, "Bad URL hash\n"));
    }
    let now = call.state.ticker.now();
    if expiry.parse().is_ok_and(|expiry: u64| expiry < now) {
        return Err((404, "URL signature expired\n"));
    }
    let medium = account.media.get(id, now).ok_or((404, "Not Found\n"))?;
    let bytes = medium.bytes.to_vec();
    Ok(Response::new(200, &medium.mime_type, bytes))
}
