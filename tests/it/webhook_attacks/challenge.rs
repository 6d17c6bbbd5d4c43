//! W42 to W44: the GET handshake that registers a callback URL.

use whatsapp_adapter::Kind;

use super::sender::{Host, unsigned_properties};

/// The configured verify token: with signs that a query has to escape.
const TOKEN: &str = "my trigger+1%&=é";
/// The same, as a query has it.
const ESCAPED: &str = "my%20trigger%2B1%25%26%3D%C3%A9";

fn query(challenge: &str) -> String {
    format!("hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={ESCAPED}")
}

fn answer(query: &str) -> Result<String, Kind> {
    let host = Host::secured();
    let answer = host.adapter.answer_challenge(query, TOKEN);
    answer.map_err(|error| {
        assert!(!error.message().contains(TOKEN), "{error}");
        error.kind()
    })
}

#[test]
fn w42_another_token_is_refused() {
    for token in [
        "",
        "my",
        "my%20trigger%2B1%25%26%3D%C3%A9%20",
        "my%20trigger%2B1%25%26%3D%C3%A9x",
        "MY%20TRIGGER%2B1%25%26%3D%C3%89",
        "my%20trigger+1%25%26%3D%C3%A9",
        "my%2520trigger%2B1%25%26%3D%C3%A9",
        "my%20trigger%2B1%25%26%3D%C3%A9%00",
        "my%20trigger%2B1%25%26%3D%E9",
    ] {
        let query = query("1158201444").replace(ESCAPED, token);
        assert_eq!(answer(&query), Err(Kind::Unauthentic), "{token}");
    }
}

#[test]
fn w42_a_query_that_is_no_handshake_is_refused() {
    let sound = query("1158201444");
    assert_eq!(answer(&sound), Ok("1158201444".to_owned()));
    for broken in [
        String::new(),
        "?".to_owned(),
        "&&&===".to_owned(),
        sound.replace("hub.mode=subscribe&", ""),
        sound.replace("=subscribe", "="),
        sound.replace("=subscribe", "=unsubscribe"),
        sound.replace("=subscribe", "=SUBSCRIBE"),
        sound.replace("=subscribe", "=subscribe%00"),
        sound.replace("hub.challenge=1158201444&", ""),
        sound.replace(&format!("&hub.verify_token={ESCAPED}"), ""),
        sound.replace("hub.", "hub_"),
        sound.replace("hub.", "HUB."),
        sound.replace('&', ";"),
        format!("{sound}&hub.mode=subscribe"),
        format!("{sound}&hub.mode=unsubscribe"),
        format!("{sound}&hub.challenge=1"),
        format!("{sound}&hub.verify_token=x"),
        format!("hub.verify_token=x&{sound}"),
        format!("{sound}&hub%2Emode=subscribe"),
        format!("{sound}&hub.mode"),
    ] {
        assert_eq!(answer(&broken), Err(Kind::InvalidRequest), "{broken}");
    }
}

#[test]
fn w42_an_empty_verify_token_lets_nobody_in() {
    let host = Host::secured();
    for query in [
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
        "hub.mode=subscribe&hub.challenge=1",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=x",
    ] {
        let error = host.adapter.answer_challenge(query, "").unwrap_err();
        assert_eq!(error.kind(), Kind::InvalidArgument, "{query}");
    }
}

#[test]
fn w43_a_challenge_that_could_be_more_than_a_token_is_refused() {
    for challenge in [
        "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "<b>",
        "1%0d%0aSet-Cookie:%20a=b",
        "1%0A",
        "1\r\n2",
        "1%00",
        "1+2",
        "1%202",
        "1.2",
        "%C3%A4",
        "ä",
        "%ff",
        "%EF%BC%91",
        "%",
        "1%2",
        "1%zz",
        "",
        &"9".repeat(257),
        &"9".repeat(10_240),
        &"%39".repeat(257),
    ] {
        assert_eq!(
            answer(&query(challenge)),
            Err(Kind::InvalidRequest),
            "{challenge:.40}"
        );
    }
    let longest = "aZ09-_".repeat(43)[..256].to_owned();
    assert_eq!(answer(&query(&longest)), Ok(longest));
}

#[test]
fn w44_the_handshake_needs_no_signature() {
    for properties in [super::sender::properties(), unsigned_properties()] {
        let host = Host::new(&properties);
        let answer = host.adapter.answer_challenge(&query("1158201444"), TOKEN);
        assert_eq!(answer.unwrap(), "1158201444");
        // With the question mark, in any order, and beside parameters of the host's own.
        let other = format!(
            "?tenant=7&hub.verify_token={ESCAPED}&hub.challenge=11%35%38201444&hub.mode=subscribe&&x"
        );
        let answer = host.adapter.answer_challenge(&other, TOKEN);
        assert_eq!(answer.unwrap(), "1158201444");
        assert_eq!(host.log(), "", "neither token nor query is logged");
    }
}
