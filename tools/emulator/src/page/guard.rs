//! Access control for the page and the control endpoints: only programs on this machine, and this page.
//!
//! The `Host` check refuses DNS rebinding (a foreign name that resolves to this machine); the `Origin`
//! check refuses requests from other pages.

use std::net::IpAddr;

use crate::http::{RequestHead, Response};
use crate::state::State;

/// Why the request is refused, if it is.
pub(crate) fn refusal(state: &State, head: &RequestHead) -> Option<Response> {
    let host = head.headers.get("host").unwrap_or_default();
    if !is_of_this_machine(host, state.address.ip()) {
        return Some(forbidden(
            "The Host must be localhost or a loopback address; a name that DNS points here is \
             refused.\n",
        ));
    }
    let origin = head.headers.get("origin")?;
    let scheme = if state.certificates.is_some() {
        "https"
    } else {
        "http"
    };
    let own = format!("{scheme}://{host}");
    (!origin.eq_ignore_ascii_case(&own))
        .then(|| forbidden("The Origin must be the emulator's own page.\n"))
}

/// Whether this authority names this machine: `localhost`, a loopback address, or the very address
/// that the emulator was told to listen on.
fn is_of_this_machine(authority: &str, listens_on: IpAddr) -> bool {
    let name = without_port(authority);
    if name.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let bare = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    let address: Result<IpAddr, _> = bare.unwrap_or(name).parse();
    address.is_ok_and(|address| {
        address.is_loopback() || (address == listens_on && !address.is_unspecified())
    })
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    }
}

fn forbidden(reason: &str) -> Response {
    Response::text(403, reason)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn only_names_of_this_machine_pass() {
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        for authority in [
            "localhost",
            "LocalHost:8090",
            "127.0.0.1:8090",
            "127.1.2.3",
            "[::1]:8090",
            "[::1]",
        ] {
            assert!(is_of_this_machine(authority, here), "{authority}");
        }
        for authority in [
            "",
            "example.com",
            "127.0.0.1.example.com:80",
            "localhost.example.com",
            "10.0.0.1:8090",
            "0.0.0.0:8090",
            "[::]:8090",
            "localhost@example.com",
            "127.0.0.1:80:80",
        ] {
            assert!(!is_of_this_machine(authority, here), "{authority}");
        }
        let lan = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
        assert!(is_of_this_machine("10.0.0.1:8090", lan));
        let any = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        assert!(!is_of_this_machine("0.0.0.0:8090", any));
    }
}
