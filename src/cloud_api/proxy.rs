//! The proxy: the property `proxy` as the HTTP client wants it, and the tunnel through it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ureq::{Error as HttpError, Proxy as Configured, ProxyProtocol};
use ureq_proto::parser::try_parse_response;
use zeroize::Zeroizing;

use super::buffer::Buffer;
use super::connection::SPOKE_UNASKED;
use super::exchange::Exchange;
use super::http::PRODUCT;
use super::target::Target;
use super::tcp::Stream;
use crate::error::Error;
use crate::properties::Proxy;

/// The number of headers that a proxy's response may have.
const MOST_HEADERS: usize = 20;

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

/// Asks the proxy at the other end of `stream` for a tunnel to `target`.
pub(super) fn tunnel(
    mut stream: Box<dyn Stream>,
    proxy: &Configured,
    target: &Target,
    exchange: &mut Exchange,
) -> Result<Box<dyn Stream>, HttpError> {
    let request = connect_request(proxy, target);
    stream.write(request.as_bytes(), exchange)?;
    let mut input = Buffer::default();
    loop {
        let amount = stream.read(input.room()?, exchange)?;
        input.filled(amount);
        let Some((head, response)) = try_parse_response::<MOST_HEADERS>(input.unread())? else {
            if amount == 0 {
                return Err(HttpError::ConnectProxyFailed("no answer".to_owned()));
            }
            continue;
        };
        if response.status() != 200 {
            let status = response.status().as_u16().to_string();
            return Err(HttpError::ConnectProxyFailed(status));
        }
        input.consume(head);
        // Bytes behind the proxy's response are no response to a request, because none was sent yet.
        if !input.unread().is_empty() {
            return Err(exchange.give_up(SPOKE_UNASKED));
        }
        return Ok(stream);
    }
}

fn connect_request(proxy: &Configured, target: &Target) -> Zeroizing<String> {
    let Target { host, port, .. } = target;
    let mut request = Zeroizing::new(format!(
        "CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: {PRODUCT}\r\n\
         Proxy-Connection: Keep-Alive\r\n"
    ));
    if proxy.username().is_some() || proxy.password().is_some() {
        let (user, password) = (proxy.username(), proxy.password());
        let both = format!(
            "{}:{}",
            user.unwrap_or_default(),
            password.unwrap_or_default()
        );
        let credentials = STANDARD.encode(Zeroizing::new(both).as_bytes());
        let _ = write!(request, "Proxy-Authorization: Basic {credentials}\r\n");
    }
    request.push_str("\r\n");
    request
}
