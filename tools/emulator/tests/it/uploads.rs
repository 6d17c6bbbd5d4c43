//! Resumable uploads.

use serde_json::{Value, json};

use crate::support::{Answer, quiet};

#[test]
fn an_upload_goes_on_where_it_was_cut_and_ends_in_a_handle() {
    let (emulator, client) = quiet();
    let app = emulator.account()["token"]["app_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let begin = |query: &str| client.graph("POST", &format!("{app}/uploads?{query}"), &Value::Null);
    for query in [
        "",
        "file_length=8",
        "file_length=0&file_type=image/png",
        "file_length=8&file_type=text/html",
        "file_length=8&file_type=image/png&colour=red",
    ] {
        assert_eq!(begin(query).code(), 100, "{query}");
    }
    let begun = begin("file_name=a.png&file_length=8&file_type=image/png").json();
    let id = begun["id"].as_str().unwrap();
    let path = format!("/v26.0/{id}");
    let call = |method: &str, path: &str, headers: &str, body: &[u8]| -> Answer {
        let token = &client.token;
        let headers = format!("Authorization: OAuth {token}\r\n{headers}");
        client.call(method, path, &headers, body)
    };
    let offset = || call("GET", &path, "", b"").json()["file_offset"].clone();
    assert_eq!(offset(), 0);
    emulator.change_account(json!({"uploads": {"keep_bytes": 3}}));
    let cut = call("POST", &path, "file_offset: 0\r\n", b"12345678");
    assert_eq!((cut.status, cut.code()), (503, 2));
    assert_eq!(offset(), 3);
    for headers in ["", "file_offset: 0\r\n", "file_offset: x\r\n"] {
        assert_eq!(
            call("POST", &path, headers, b"45678").code(),
            100,
            "{headers}"
        );
    }
    let done = call("POST", &path, "file_offset: 3\r\n", b"45678").json();
    assert!(done["h"].as_str().unwrap().starts_with("4::"));
    let unsigned = path.split('?').next().unwrap();
    assert_eq!(call("GET", unsigned, "", b"").code(), 100);
    assert_eq!(
        client.call("GET", &path, &client.headers(), b"").code(),
        190
    );
    assert_eq!(client.get("upload:1?sig=1").code(), 190);
}
