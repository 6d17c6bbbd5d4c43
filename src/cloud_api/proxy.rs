//! The property `proxy` as the HTTP client wants it.

use ureq::{Proxy as Configured, ProxyProtocol};

use crate::error::Error;
use crate::properties::Proxy;

/// The proxy to use; the environment is read here and now.
///
/// # Errors
/// `InvalidRequest` if it is none that can be used.
pub(super) fn configured(proxy: &Proxy) -> Result<Option<Configured>, Error> {
    let configured =
        match proxy {
            Proxy::None => None,
            Proxy::Env => Configured::try_from_env(),
            Proxy::Url(url) => Some(Configured::new(url.expose()).map_err(|_| {
                Error::invalid_request("property \"proxy\" is not a URL of a proxy")
            })?),
        };
    match configured {
        Some(proxy) if matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https) => {
            Ok(Some(proxy))
        }
        Some(_) => Err(Error::invalid_request(
            "property \"proxy\" is env, and the environment names a SOCKS proxy, which is not offered; \
             use an http or https proxy",
        )),
        None => Ok(None),
    }
}
