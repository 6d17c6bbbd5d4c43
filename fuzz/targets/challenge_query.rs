//! Handshakes: a verify token, a line end, the query.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use whatsapp_adapter::Adapter;
use whatsapp_adapter_fuzz::adapter;

fuzz_target!(|input: &str| {
    static ADAPTER: OnceLock<Adapter> = OnceLock::new();
    let host = ADAPTER.get_or_init(adapter);
    let (token, query) = input.split_once('\n').unwrap_or(("", input));
    let Ok(answer) = host.answer_challenge(query, token) else {
        return;
    };
    assert!(!token.is_empty(), "no token is configured");
    let opaque = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    assert!((1..=256).contains(&answer.len()) && answer.bytes().all(opaque));
    // As a form has it: what was answered stands in the query, as does the token.
    let decoded = decoded(query);
    for part in [answer.as_bytes(), token.as_bytes(), b"subscribe"] {
        assert!(
            decoded.windows(part.len()).any(|have| have == part),
            "{input:?}"
        );
    }
    // Another token does not open.
    assert!(host.answer_challenge(query, &format!("{token}x")).is_err());
});

fn decoded(query: &str) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), query.as_bytes());
    while let [first, after @ ..] = rest {
        let escaped = query
            .get(query.len() - after.len()..)
            .and_then(|after| after.get(..2));
        let digits = escaped.filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match (first, digits) {
            (b'%', Some(digits)) => {
                out.push(u8::from_str_radix(digits, 16).expect("two digits"));
                rest = &after[2..];
                continue;
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(*first),
        }
        rest = after;
    }
    out
}
