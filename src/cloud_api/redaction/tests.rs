//! What of a request is cut out of what an answer repeats, and in which forms.

use serde_json::json;

use super::*;
use crate::letters::CUT;

fn cut_out(told: &str, body: &Value) -> String {
    let mut private = Private::default();
    private.add_value(body);
    private.cut_out(told)
}

#[test]
fn numbers_and_words_are_cut_out_and_names_stay() {
    let body = json!({ "to": "+1 (650) 555-1234", "type": "template", "template": {
        "name": "order_update", "language": { "code": "en_US" },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "Sheena Nelson" }] }],
    }});
    assert_eq!(
        cut_out(
            "order_update in en_US: Sheena Nelson at 16505551234, that is +1 (650) 555-1234",
            &body
        ),
        "order_update in en_US: *** at ***, that is ***"
    );
    let body = json!({ "to": "+55 11 98765-4321", "type": "location",
                       "location": { "name": "Quince Street 7", "latitude": 48.123_456 } });
    assert_eq!(
        cut_out("Quince Street 7 (48.123456) to 551187654321", &body),
        "*** (***) to ***"
    );
    let body = json!({ "to": "1", "type": "text", "text": { "body": "param" } });
    assert_eq!(cut_out("this parameter", &body), "this parameter");
    assert_eq!(cut_out("no \"Param\"", &body), "no \"***\"");
}

/// S44, S48.
#[test]
fn a_number_is_cut_out_however_it_is_written() {
    let body = json!({ "to": "+1 650 555 1234", "text": { "body": "hi" } });
    for form in [
        "650 555 1234",
        "(650) 555-1234",
        "650.555.1234",
        "1-650-555-1234",
        "16505551234",
        "555-1234",
        "00 1 650 555 1234",
        "650\u{a0}555\u{2011}1234",
        "\u{202a}+1 650 555 1234\u{202c}",
        "\u{ff16}\u{ff15}\u{ff10}5551234",
        "6 5 0 5 5 5 1 2 3 4",
        "[1] 650/555/1234",
        "1,650,555,1234",
        "1\u{b7}650\u{b7}555\u{b7}1234",
        "1&nbsp;650&nbsp;555&nbsp;1234",
        "%2B1%20650%20555%2D1234",
        "%31%36%35%30%35%35%35%31%32%33%34",
        "&#49;&#54;5055512&#x33;4",
        r"1650\u00355\u00351234",
        "650 | 555 * 1234",
    ] {
        let told = cut_out(&format!("(#131030) no {form}, said 42"), &body);
        assert!(told.contains(CUT), "{form}: {told}");
        let all = letters::letters(&told).filter_map(|letter| letters::digit(letter.c));
        let digits: Vec<u8> = all.collect();
        assert!(
            digits == [1, 3, 1, 0, 3, 0, 4, 2] || digits == [1, 3, 1, 0, 3, 0, 1, 4, 2],
            "{told}"
        );
        assert!(
            told.starts_with("(#131030) no ") && told.ends_with(", said 42"),
            "{told}"
        );
    }
    assert_eq!(
        cut_out("(#131030) 650 555 1234 650-555-1234", &body),
        "(#131030) *** ***"
    );
    let german = json!({ "to": "+49 151 12345678" });
    assert_eq!(cut_out("0151 12345678?", &german), "***?");
    for other in ["code 131030, 132 of 5", "2026-11-30 17:00", "650 555 9999"] {
        assert_eq!(cut_out(other, &body), other);
    }
    let user = json!({ "recipient": "US.13491208655302741918" });
    assert_eq!(
        cut_out("no user 13491208655302741918", &user),
        "no user ***"
    );
}

/// S48.
#[test]
fn what_any_request_says_is_cut_out_of_what_an_answer_repeats() {
    for (body, told, left) in [
        (
            json!({ "block_users": [{ "user": "+16505551234" }, { "user": "4915198765432" }] }),
            "no 16505551234, no +49 151 98765432",
            "no ***, no ***",
        ),
        (
            json!({ "pin": "123456" }),
            "pin 123456 is wrong",
            "pin *** is wrong",
        ),
        (
            json!({ "code": "004711" }),
            "(#136) no code 004711",
            "(#136) no code ***",
        ),
        (
            json!({ "about": "Quinces and pears", "email": "a@b.cd", "websites": ["https://quince.example/"] }),
            "quinces AND pears, a@b.cd, https://quince.example/",
            "***, ***, ***/",
        ),
        (
            json!({ "image": { "link": "https://user:pw12x67@example.com/a.jpg?sig=abc12def" } }),
            "user PW12X67, signature abc12def",
            "user ***, signature ***",
        ),
        (
            json!({ "message_id": "wamid.HBgLMTY1MDU1NTEyMzQ=" }),
            "no wamid.HBgLMTY1MDU1NTEyMzQ=",
            "no ***=",
        ),
    ] {
        assert_eq!(cut_out(told, &body), left, "{body}");
    }
}

/// S48.
#[test]
fn a_text_is_cut_out_in_parts_and_in_every_form() {
    let text = "Your code is 483920.\nHe said \"hi there\", <b>Mr Smith</b>";
    let body = json!({ "type": "text", "text": { "body": text } });
    for told in [
        text,
        "Your code is 483920.",
        "Your code is 483920. He said",
        "YOUR CODE IS 483920",
        "483920",
        r#"He said \"hi there\", <b>Mr Smith"#,
        "He said &quot;hi there&quot;, &lt;b&gt;Mr Smith",
        "He\u{200b}said\u{200b}\"hi\u{200b}there",
        "Your%20code%20is%20483920",
    ] {
        let told = cut_out(&format!("(#131009) value {told} is not valid"), &body);
        let rest = told
            .strip_prefix("(#131009) value ")
            .unwrap_or_else(|| panic!("{told}"));
        assert!(rest.ends_with("is not valid"), "{told}");
        let rest = rest.trim_end_matches("is not valid");
        assert!(letters::letters(rest).count() <= 1, "{told}");
    }
    let own =
        "(#131009) Parameter value is not valid: text.body must be at most 4096 characters long";
    assert_eq!(cut_out(own, &body), own);
}

#[test]
fn what_a_secret_hides_in_is_cut_after_the_secret() {
    let token = "EAAGq7Xw2m9ZkT4vLp8RsY3dNfB6hJ1cU5eQ".repeat(5);
    let redactor = Redactor::default();
    redactor.add(&[crate::secret::Secret::new(token.clone())]);
    for before in [4000, 4080, 4090, 4095] {
        let told = format!("{} {token} {}", "y".repeat(before), "z".repeat(9000));
        let told = bounded(printable(&redactor.redact(&told)));
        assert!(
            told.len() <= MAX_TEXT_BYTES && !told.contains("EAAG"),
            "{told}"
        );
        assert_eq!(bounded(told.clone()), told);
    }
}

/// S49.
#[test]
fn what_steers_a_terminal_or_a_log_is_replaced() {
    assert_eq!(
        printable("a\0b\r\nERROR c\u{1b}[31m\u{202e}d\u{2028}e"),
        "a\u{fffd}b  ERROR c\u{fffd}[31m\u{fffd}d e"
    );
}
