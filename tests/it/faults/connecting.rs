//! Modes that strike before the request has been read: the port, the TLS handshake, the request itself.

use cloud_api_emulator::{Emulator, Fault};
use serde_json::Value;

use super::mode::{FOR_EVER, Group, Mode, accepted, lost, never_sent, not_sent, rejected};
use crate::rig;

const CONNECT: Group = Group {
    letter: 'C',
    title: "Connecting",
};
const TLS: Group = Group {
    letter: 'L',
    title: "The TLS handshake",
};
const REQUEST: Group = Group {
    letter: 'Q',
    title: "The request on its way",
};

pub(super) fn modes() -> Vec<Mode> {
    [connect(), tls(), wrong_certificates(), request()].concat()
}

/// The base URL, with `from` replaced by `to`.
fn redirect_base(emulator: &Emulator, properties: &mut Value, from: &str, to: &str) {
    properties["baseUrl"] = emulator.base_url().replace(from, to).into();
}

fn connect() -> Vec<Mode> {
    let refused = not_sent("connect", "refused");
    let reset = || lost("reset");
    let no_name = not_sent("resolve", "dns");
    vec![
        Mode::without_fault(&CONNECT, "nobody listens at the address",)
            .prepare(|_, properties| {
                let base = properties["baseUrl"].as_str().unwrap_or_default();
                let scheme = base.split_once(':').map_or("http", |(scheme, _)| scheme);
                properties["baseUrl"] = rig::NOBODY.replace("http", scheme).into();
            })
            .ends([refused.clone()], [refused.clone()]),
        Mode::new(
            &CONNECT,
            "the port is closed",
            Fault::Refuse { ms: FOR_EVER },
            refused,
        ),
        Mode::new(
            &CONNECT,
            "the port is open and its queue is full",
            Fault::BacklogFull { ms: FOR_EVER },
            not_sent("connect", "timeout"),
        )
        .holds(),
        // Over plain http the reset comes while the request is on its way, or before.
        Mode::new(
            &CONNECT,
            "accepted and reset at once",
            Fault::AcceptReset,
            reset(),
        )
        .ends(
            [reset(), not_sent("connect", "reset")],
            [not_sent("connect", "reset"), not_sent("tls", "reset").row("T5")],
        ),
        Mode::new(
            &CONNECT,
            "accepted, and never a word",
            Fault::AcceptHang { ms: FOR_EVER },
            lost("timeout"),
        )
        .holds()
        .ends([lost("timeout")], [not_sent("tls", "timeout")]),
        Mode::without_fault(&CONNECT, "a name that nobody knows",)
            .prepare(|_, properties| {
                properties["baseUrl"] = "https://does-not-exist.invalid".into();
            })
            .ends([no_name.clone()], [no_name]),
        Mode::without_fault(
            &CONNECT,
            "a name in the place of an address, which may have an IPv6 address where nobody listens",
        )
        .prepare(|emulator, properties| {
            redirect_base(emulator, properties, "127.0.0.1", "localhost");
        })
        .ends([accepted()], [accepted()]),
    ]
}

/// A mode of the handshake: there is none over plain http.
fn handshake(what: &str, fault: Fault, end: super::mode::End) -> Mode {
    Mode::new(&TLS, what, fault, end.clone()).ends([], [end])
}

fn tls() -> Vec<Mode> {
    let broken = || not_sent("tls", "handshake");
    vec![
        handshake(
            "closed in the handshake",
            Fault::TlsClose,
            not_sent("tls", "closed").row("T5"),
        ),
        handshake(
            "plain HTTP answers the handshake",
            Fault::TlsPlaintext,
            broken(),
        ),
        handshake(
            "the server speaks TLS 1.1 at most",
            Fault::TlsOldVersion,
            broken(),
        ),
        handshake(
            "the server chooses TLS 1.1 in its answer",
            Fault::Tls11,
            broken(),
        ),
        handshake(
            "a certificate of the client's is wanted: seen before the request leaves (S41)",
            Fault::TlsClientCertificate,
            never_sent("tls", "client_certificate"),
        ),
        handshake(
            "a handshake that takes nearly all of the call's three seconds (S41)",
            Fault::TlsSlow { ms: 2_700 },
            not_sent("connect", "timeout"),
        )
        .prepare(|_, properties| properties["timeoutMs"] = 3_000.into())
        .ends(
            [],
            [not_sent("connect", "timeout"), not_sent("tls", "timeout")],
        ),
        handshake("a slow handshake", Fault::TlsSlow { ms: 30 }, accepted()),
        handshake(
            "a handshake that does not end",
            Fault::TlsSlow { ms: FOR_EVER },
            not_sent("tls", "timeout"),
        )
        .holds()
        .ends([], [not_sent("tls", "timeout")]),
        Mode::without_fault(&TLS, "https to a port without TLS")
            .prepare(|emulator, properties| {
                redirect_base(emulator, properties, "http:", "https:");
            })
            .ends([broken()], []),
        Mode::without_fault(&TLS, "http to a port with TLS")
            .prepare(|emulator, properties| {
                redirect_base(emulator, properties, "https:", "http:");
            })
            .ends([], [lost("not_http")]),
        Mode::new(
            &TLS,
            "TCP is closed behind an answer without a length, TLS is not",
            Fault::NoCloseNotify,
            accepted(),
        ),
    ]
}

fn wrong_certificates() -> Vec<Mode> {
    let untrusted = || never_sent("tls", "certificate");
    let mut modes: Vec<Mode> = [
        ("a certificate that has expired", Fault::TlsExpired),
        ("a certificate for another name", Fault::TlsWrongName),
        ("a certificate of an unknown authority", Fault::TlsUnknownCa),
        ("a certificate signed with SHA-1", Fault::TlsSha1),
        (
            "a certificate signed with an RSA key of 1,024 bits",
            Fault::TlsShortKey,
        ),
    ]
    .into_iter()
    .map(|(what, fault)| handshake(what, fault, untrusted()))
    .collect();
    modes.push(
        Mode::without_fault(
            &TLS,
            "the emulator's own authority, which nobody said to trust",
        )
        .prepare(|_, properties| {
            let properties = properties.as_object_mut().into_iter();
            properties.for_each(|all| drop(all.remove("caFile")));
        })
        .ends([], [untrusted()]),
    );
    modes
}

fn request() -> Vec<Mode> {
    let answered = |status| rejected(status).reason("not_graph");
    let may_be_repeated = |status| super::mode::End {
        retryable: true,
        ..answered(status)
    };
    vec![
        Mode::new(
            &REQUEST,
            "reset behind the headers",
            Fault::ResetAfterHeaders,
            lost("reset"),
        ),
        Mode::new(
            &REQUEST,
            "reset in the body, at its first byte",
            Fault::ResetInBody { bytes: 1 },
            lost("reset"),
        ),
        Mode::new(
            &REQUEST,
            "reset in the body, in its middle",
            Fault::ResetInBody { bytes: 60 },
            lost("reset"),
        ),
        Mode::new(
            &REQUEST,
            "the body is never read, then reset",
            Fault::NeverRead { ms: 20 },
            lost("reset"),
        ),
        Mode::new(
            &REQUEST,
            "the body is never read",
            Fault::NeverRead { ms: FOR_EVER },
            lost("timeout"),
        )
        .holds(),
        Mode::new(
            &REQUEST,
            "413 before the body was read, and closed",
            Fault::EarlyRefusal,
            may_be_repeated(413),
        ),
        Mode::new(
            &REQUEST,
            "417 before the body was read, and closed",
            Fault::ExpectationFailed,
            may_be_repeated(417),
        ),
        Mode::new(
            &REQUEST,
            "closed behind the body without a word",
            Fault::CloseAfterBody,
            lost("closed"),
        ),
        Mode::new(
            &REQUEST,
            "closed behind the body without a word, and the message is taken",
            Fault::CloseAfterBody.accepted(),
            lost("closed"),
        ),
        Mode::new(
            &REQUEST,
            "reset behind the body",
            Fault::ResetAfterBody,
            lost("reset"),
        ),
        Mode::new(
            &REQUEST,
            "reset behind the body, and the message is taken",
            Fault::ResetAfterBody.accepted(),
            lost("reset"),
        ),
    ]
}
