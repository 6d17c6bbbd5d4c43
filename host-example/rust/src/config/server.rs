//! How the listener is set up.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use toml::Spanned;

use super::place::Source;
use super::value::{Environment, duration};
use super::{file, files};

/// How the listener is set up.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Server {
    pub(crate) listen: SocketAddr,
    /// Begins with a slash and does not end with one.
    pub(crate) path: String,
    pub(crate) max_body_bytes: usize,
    /// Webhooks in work at the same time.
    pub(crate) max_concurrent: usize,
    pub(crate) max_connections: usize,
    /// From one address.
    pub(crate) max_connections_per_source: usize,
    /// Of bodies whose signature is not checked yet.
    pub(crate) max_unverified_bytes: usize,
    /// From one source; 0 is no limit.
    pub(crate) requests_per_second: u32,
    /// The field in which a proxy says whom it forwards for.
    pub(crate) source_header: Option<String>,
    pub(crate) request_timeout: Duration,
    pub(crate) tls: Option<Tls>,
    /// The page that may read the feed, e.g. `http://127.0.0.1:8090`; none: there is no feed.
    pub(crate) feed_origin: Option<String>,
}

/// Where a worker of the engine `restate` listens, and where the server is.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(
    not(feature = "restate"),
    allow(dead_code, reason = "what that engine reads")
)]
pub(crate) struct Restate {
    pub(crate) listen: SocketAddr,
    /// `http://127.0.0.1:8180`
    pub(crate) ingress: String,
    /// `http://127.0.0.1:9070`
    pub(crate) admin: String,
    /// The server's public key: other callers are refused.
    pub(crate) identity_key: Option<String>,
    /// Calls of one instance that are on their way at once.
    pub(crate) max_sends: usize,
}

/// One long message, with every character escaped, and what stands around it.
const MIN_BODY_BYTES: usize = 64 * 1024;

/// PEM files.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tls {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

pub(super) fn read(source: &mut Source, server: &file::Server) -> Server {
    let listen = address(source, "listen", &server.listen);
    let path = server.path.get_ref().trim_end_matches('/').to_owned();
    let is_path = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
    if !(path.is_empty() || path.starts_with('/')) || !path.chars().all(is_path) {
        let what = "it must begin with / and have letters, digits and / - _ . only";
        source.wrong(&server.path.span(), "path", what);
    }
    let mut positive = |name: &str, value: &Spanned<usize>| {
        if *value.get_ref() == 0 {
            source.wrong(&value.span(), name, "it must be 1 or more");
        }
        *value.get_ref()
    };
    let max_concurrent = positive("max_concurrent", &server.max_concurrent);
    let max_connections = positive("max_connections", &server.max_connections);
    let max_unverified_bytes = positive("max_unverified_bytes", &server.max_unverified_bytes);
    let per_source = server.max_connections_per_source.as_ref();
    let per_source = per_source.map(|most| positive("max_connections_per_source", most));
    // Behind a proxy that says whom it forwards for, all connections are the proxy's.
    let most_of_one = match server.source_header {
        Some(_) => max_connections,
        None => max_connections.div_ceil(4),
    };
    let source_header = server.source_header.as_ref().map(|name| {
        let text = name.get_ref().to_ascii_lowercase();
        if axum::http::HeaderName::from_bytes(text.as_bytes()).is_err() {
            source.wrong(
                &name.span(),
                "source_header",
                "it is no name of an HTTP field",
            );
        }
        text
    });
    let max_body_bytes = *server.max_body_bytes.get_ref();
    if max_body_bytes < MIN_BODY_BYTES {
        let what = format!(
            "it must be {MIN_BODY_BYTES} or more: a webhook that is longer is refused, and services send up to 3 MB"
        );
        source.wrong(&server.max_body_bytes.span(), "max_body_bytes", what);
    }
    let timeout = millis(source, "request_timeout", &server.request_timeout);
    Server {
        listen,
        path,
        max_body_bytes,
        max_concurrent,
        max_connections,
        max_connections_per_source: per_source.unwrap_or(most_of_one),
        max_unverified_bytes,
        requests_per_second: *server.requests_per_second.get_ref(),
        source_header,
        request_timeout: Duration::from_millis(timeout.unsigned_abs()),
        tls: server.tls.as_ref().map(|tls| {
            let (certificate, key) = files::tls(source, tls);
            Tls { certificate, key }
        }),
        feed_origin: server.feed_origin.clone(),
    }
}

/// The variable with the server's public key, if the file has none.
const IDENTITY_KEY: &str = "RESTATE_IDENTITY_KEY";
/// What is written for a key to have none.
const NO_KEY: &str = "none";

pub(super) fn restate(
    source: &mut Source,
    restate: &file::Restate,
    environment: Environment<'_>,
) -> Restate {
    for (name, url) in [("ingress", &restate.ingress), ("admin", &restate.admin)] {
        let text = url.get_ref();
        let authority = text.split_once("://").map_or(text.as_str(), |it| it.1);
        let authority = authority.split(['/', '?', '#']).next();
        if authority.is_some_and(|authority| authority.contains('@')) {
            // Not shown, here or in the messages that name the server.
            let what = "it must not have a user's name or password in it";
            source.wrong(&url.span(), name, what);
        } else if !text.starts_with("http://") {
            let what = format!("{text} is no URL such as http://127.0.0.1:8180; it is plain HTTP");
            source.wrong(&url.span(), name, what);
        }
    }
    let max_sends = *restate.max_sends.get_ref();
    if !(1..=1024).contains(&max_sends) {
        let what = "it must be from 1 to 1024";
        source.wrong(&restate.max_sends.span(), "max_sends", what);
    }
    let listen = address(source, "listen", &restate.listen);
    let configured = restate.identity_key.clone();
    let key = configured.or_else(|| environment(IDENTITY_KEY).filter(|key| !key.is_empty()));
    if key.is_none() && !listen.ip().is_loopback() {
        let what = format!(
            "whoever reaches {listen} could have messages sent: name the server's public key, \
             [restate] identity_key or the variable {IDENTITY_KEY} (host-example/restate/install makes \
             one), or write \"{NO_KEY}\" if nobody but the server can reach it"
        );
        source.wrong(&restate.listen.span(), "listen", what);
    }
    Restate {
        listen,
        ingress: restate.ingress.get_ref().clone(),
        admin: restate.admin.get_ref().clone(),
        identity_key: key.filter(|key| key != NO_KEY),
        max_sends,
    }
}

fn address(source: &mut Source, name: &str, text: &Spanned<String>) -> SocketAddr {
    text.get_ref().parse().unwrap_or_else(|_| {
        let found = text.get_ref();
        let what = format!("{found} is no address and port such as 127.0.0.1:8080");
        source.wrong(&text.span(), name, what);
        SocketAddr::from(([127, 0, 0, 1], 0))
    })
}

/// A time of the file in milliseconds.
pub(super) fn millis(source: &mut Source, name: &str, text: &Spanned<String>) -> i64 {
    match duration(text.get_ref()) {
        Ok(time) if !time.is_zero() => i64::try_from(time.as_millis()).unwrap_or(i64::MAX),
        Ok(_) => {
            source.wrong(&text.span(), name, "it must be longer than nothing");
            0
        }
        Err(why) => {
            source.wrong(&text.span(), name, why);
            0
        }
    }
}
