//! Answers whose body is not what it should be.

use std::io::Read as _;

use cloud_api_emulator::Fault;
use serde_json::{Value, json};

use crate::support::{Answer, counts, quiet, text_message};

fn answer(fault: Fault, accepted: usize) -> Answer {
    let (emulator, client) = quiet();
    emulator.inject(fault);
    let answer = client.send(&text_message("hello"));
    assert_eq!(counts(&emulator), (1, accepted));
    answer
}

fn unpacked(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(body).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[test]
fn gzip_unpacks_to_the_real_answer_and_bad_gzip_does_not() {
    let good = answer(Fault::Gzip, 1);
    assert_eq!(good.header("content-encoding"), Some("gzip"));
    let json: Value = serde_json::from_slice(&unpacked(&good.body).unwrap()).unwrap();
    assert!(json["messages"][0]["id"].is_string());
    let bad = answer(Fault::BadGzip, 1);
    assert_eq!(bad.header("content-encoding"), Some("gzip"));
    assert!(unpacked(&bad.body).is_err());
}

#[test]
fn gzip_bomb_is_small_until_it_is_unpacked() {
    let bomb = answer(Fault::GzipBomb { mib: 8 }, 0);
    assert!(bomb.body.len() < 20_000, "{}", bomb.body.len());
    assert_eq!(unpacked(&bomb.body).unwrap().len(), 8 * 1024 * 1024);
}

#[test]
fn utf16_and_bom_hold_the_real_answer() {
    let body = answer(Fault::Utf16, 1).body;
    let units: Vec<u16> = body
        .chunks(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    assert!(String::from_utf16(&units).unwrap().contains("wamid."));
    let body = answer(Fault::Bom, 1).body;
    assert_eq!(body[..3], [0xef, 0xbb, 0xbf]);
    assert!(serde_json::from_slice::<Value>(&body[3..]).is_ok());
}

#[test]
fn strings_can_be_no_text() {
    let body = answer(Fault::InvalidUtf8, 1).body;
    assert!(std::str::from_utf8(&body).is_err());
    let body = answer(Fault::LoneSurrogate, 1).body;
    let text = String::from_utf8(body).unwrap();
    assert!(text.contains("\"\\ud83dwhatsapp\""), "{text}");
    assert!(serde_json::from_str::<Value>(&text).is_err());
}

#[test]
fn html_ok_is_a_page() {
    let page = answer(Fault::HtmlOk, 0);
    assert_eq!(page.status, 200);
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    assert!(page.body.starts_with(b"<!DOCTYPE html>"));
}

#[test]
fn cut_json_is_cut_and_its_length_is_right() {
    let cut = answer(Fault::CutJson, 1);
    assert!(cut.body.starts_with(b"{\"messaging_product\""));
    assert_eq!(cut.json(), json!(null));
}

#[test]
fn an_answer_with_200_can_lack_the_id_or_be_an_error() {
    let no_id = answer(Fault::NoId, 1);
    assert_eq!(
        (no_id.status, &no_id.json()["messages"]),
        (200, &json!([{}]))
    );
    let error = answer(Fault::ErrorIn200, 0);
    assert_eq!(
        (error.status, &error.json()["error"]["code"]),
        (200, &json!(131_000))
    );
}
