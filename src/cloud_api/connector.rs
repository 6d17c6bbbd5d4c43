//! Provides connections: an idle one from the pool or a new one, through the proxy if there is one.

use std::sync::Arc;

use ureq::http::Uri;
use ureq::{Error, Proxy};

use super::connection::Connection;
use super::exchange::Exchange;
use super::pool::Pool;
use super::proxy;
use super::resolver::Resolver;
use super::target::Target;
use super::tcp::{Stream, Tcp};
use super::tls::TlsConnector;

/// What all connections of a client share. Thread-safe.
#[derive(Debug)]
pub(super) struct Connector {
    pub(super) resolver: Resolver,
    pub(super) tls: TlsConnector,
    pub(super) proxy: Option<Proxy>,
    pub(super) pool: Arc<Pool>,
}

impl Connector {
    /// A connection to the server of `url`.
    pub(super) fn connect(
        &self,
        url: &Uri,
        target: &Target,
        exchange: &mut Exchange,
    ) -> Result<Connection, Error> {
        if let Some(kept) = self.pool.take(target, exchange)? {
            return Ok(kept);
        }
        let through = self.proxy.as_ref().filter(|proxy| !proxy.is_no_proxy(url));
        let stream = match through {
            None => self.reach(target, exchange)?,
            Some(proxy) => {
                let stream = self.reach(&Target::of(proxy.uri())?, exchange)?;
                let tunnel = proxy::tunnel(stream, proxy, target, exchange)?;
                self.with_tls(tunnel, target, exchange)?
            }
        };
        Ok(Connection::new(stream))
    }

    /// A new stream to `target` itself.
    fn reach(&self, target: &Target, exchange: &mut Exchange) -> Result<Box<dyn Stream>, Error> {
        let addresses = self.resolver.addresses(target, exchange)?;
        let opened = Tcp::open(&addresses, exchange);
        if opened.is_err() {
            // The name may resolve to other addresses by now.
            self.resolver.forget(target);
        }
        self.with_tls(Box::new(opened?), target, exchange)
    }

    fn with_tls(
        &self,
        stream: Box<dyn Stream>,
        target: &Target,
        exchange: &mut Exchange,
    ) -> Result<Box<dyn Stream>, Error> {
        if !target.is_tls {
            return Ok(stream);
        }
        let tls = self.tls.connect(stream, &target.host, exchange)?;
        Ok(Box::new(tls))
    }
}
