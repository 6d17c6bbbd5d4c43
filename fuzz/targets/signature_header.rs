//! Headers over one body: right if and only if they are its signature.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use whatsapp_adapter::{Adapter, Verdict};
use whatsapp_adapter_fuzz::{adapter, check, deliver};

const BODY: &[u8] = br#"{"object":"whatsapp_business_account","entry":[]}"#;
/// `printf %s BODY | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef`
const SIGNATURE: &[u8] = b"sha256=eefab58106e73358686845848feb95c56372e7391b3dc050b6a31c8c5f347ece";

fuzz_target!(|header: &[u8]| {
    static ADAPTER: OnceLock<Adapter> = OnceLock::new();
    let host = ADAPTER.get_or_init(adapter);
    let right = header.starts_with(b"sha256=") && header.eq_ignore_ascii_case(SIGNATURE);
    let (events, execution) = deliver(host, BODY, Some(header), Verdict::Accepted);
    assert_eq!(execution.failure.is_none(), right, "{header:?}");
    check(&events, &execution);
});
