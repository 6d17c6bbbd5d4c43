//! Graph's error envelope, parsed leniently, and hints for its codes.

use serde_json::Value;

use super::effect::Effect;
use super::error_forms::{all, integer};

/// `{"error":{…}}` as Graph answers it (D/support/error-codes, 2026-05-15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GraphError {
    pub(super) code: Option<i64>,
    pub(super) subcode: Option<i64>,
    /// Meta's message and, if it says more, `error_data.details`.
    pub(super) text: String,
    pub(super) fbtrace_id: Option<String>,
    pub(super) is_transient: bool,
}

impl GraphError {
    /// The error in `body`, in any form that Meta uses: `{"error":{…}}`, the same wrapped once more, or
    /// `{"errors":[{…}]}` as in webhooks. The first of several.
    pub(super) fn parse(body: &Value) -> Option<Self> {
        let error = all(body).next()?;
        let text_at = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
        let message = text_at("message");
        let details = error.get("error_data").map(details).unwrap_or_default();
        // Meta puts the text for people beside the text for programs.
        let title = text_at("error_user_title");
        let text = joined([
            message,
            text_at("title"),
            &details,
            title,
            text_at("error_user_msg"),
        ]);
        Some(Self {
            code: integer(error.get("code")),
            subcode: integer(error.get("error_subcode")),
            text,
            fbtrace_id: error
                .get("fbtrace_id")
                .and_then(Value::as_str)
                .map(str::to_owned),
            is_transient: error
                .get("is_transient")
                .and_then(Value::as_bool)
                .unwrap_or(false),
        })
    }

    /// Whether `body` has errors of different codes.
    pub(super) fn codes_differ(body: &Value) -> bool {
        let mut codes = all(body).filter_map(|error| integer(error.get("code")));
        codes
            .next()
            .is_some_and(|first| codes.any(|code| code != first))
    }
}

/// The text in `error_data`: an object with `details`, such an object as text, or the text itself.
fn details(data: &Value) -> String {
    let of = |data: &Value| Some(data.get("details")?.as_str()?.to_owned());
    match data {
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(data) if data.is_object() => of(&data).unwrap_or_default(),
            _ => text.clone(),
        },
        data => of(data).unwrap_or_default(),
    }
}

/// Joins the texts, leaving out those that repeat an earlier one.
fn joined(texts: [&str; 5]) -> String {
    let mut all = String::new();
    for text in texts.map(str::trim) {
        if text.is_empty() || all.contains(text) {
            continue;
        }
        if !all.is_empty() {
            all.push_str(": ");
        }
        all.push_str(text);
    }
    if all.is_empty() {
        all.push_str("Meta gave no message");
    }
    all
}

impl GraphError {
    /// A hint, where Meta's own text tends not to be enough.
    pub(super) fn hint(&self, effect: Effect) -> Option<&'static str> {
        let code = self.code?;
        if matches!(code, 0 | 102 | 190) && self.token_is_damaged() {
            return Some(DAMAGED);
        }
        if matches!(code, 3 | 10 | 200..=299) && effect != Effect::Message {
            return Some(BEYOND_MESSAGES);
        }
        hint_for(code, self.subcode)
    }

    /// Whether Meta could not parse the token: a new token would be damaged in the same way.
    fn token_is_damaged(&self) -> bool {
        let told = self.text.to_ascii_lowercase();
        [
            "malformed",
            "cannot parse",
            "could not be decrypted",
            "bad signature",
        ]
        .iter()
        .any(|word| told.contains(word))
    }
}

const DAMAGED: &str = "Meta cannot read the access token: it is not expired but cut off, changed or none; copy the whole \
                       token, without quotes, spaces or line breaks, and set authenticationToken";
const LISTED: &str = "a test number writes only to numbers on its list: add the recipient in the app dashboard, and write to \
                      it as the dashboard lists it: Argentina (54) without the 9, Mexico (52) without the 1";
const BEYOND_MESSAGES: &str = "the token lacks a permission: templates, numbers, subscriptions and the account need \
                               whatsapp_business_management, media and the profile whatsapp_business_messaging";

/// A hint for a code that users tend to take for a defect.
pub(super) const fn hint_for(code: i64, subcode: Option<i64>) -> Option<&'static str> {
    Some(match (code, subcode) {
        (100, Some(33)) => {
            "check the property phoneNumberId, and that the token's app may use that number"
        }
        (33, _) => "the phone number was deleted or the property phoneNumberId is wrong",
        (0 | 102 | 190, _) => {
            "the access token has expired or was withdrawn: create a new one (a system user's token \
             does not expire) and set authenticationToken"
        }
        (3 | 10 | 200..=299, _) => {
            "the token lacks a permission: it needs whatsapp_business_messaging for this number's account"
        }
        (131_005, _) => "the token may not use this WhatsApp Business Account",
        (131_021, _) => "a number cannot write to itself: use another phoneNumber",
        (131_026, _) => {
            "the recipient cannot get it: not on WhatsApp, an old client, or the terms not accepted"
        }
        (131_030, _) => LISTED,
        (131_037, _) => "the number's display name needs Meta's approval first",
        (131_042, _) => "Meta finds no usable payment method on the account",
        (131_047, _) => {
            "more than 24 hours since the customer last wrote: send a template (sendMessageTextTemplate)"
        }
        (131_049, _) => "Meta limits marketing to this customer: do not repeat it within 24 hours",
        (131_050, _) => "the customer has stopped marketing messages from this business",
        (131_058, _) => "the template hello_world can be sent from Meta's test numbers only",
        (131_061, _) => {
            "a maximum price is not possible for this message: take bid_spec out, or see to optimization_spec \
             of the template"
        }
        (131_065, _) => "the maximum price is too low: raise the bid in bid_spec",
        (131_062, _) => {
            "this message cannot go to a user id (an authentication template, for instance): use the phone \
             number"
        }
        (131_070, _) => {
            "another app or partner owns this customer's thread (Conversation Routing): send when it was \
             passed on or released (its owner's passThread or releaseThread), or take it with takeThread"
        }
        (131_208, _) => "too many group requests: wait, then go on more slowly",
        (131_056, _) => {
            "too many messages to this one customer: about one in six seconds is allowed"
        }
        (132_000, _) => {
            "compare the parameters with the approved template: sendMessageTemplate with preflight says \
             what differs"
        }
        (132_001, _) => "no approved template of that name in that language",
        (132_005, _) => "the parameters make the template's text too long: shorten them",
        (132_007, _) => "the parameters break WhatsApp's policy for templates: change their text",
        (132_012, _) => {
            "a parameter has another type or form than the approved template wants (text, currency, \
             date_time, image, document, video): change that parameter; sendMessageTemplate with preflight \
             says which"
        }
        (132_018, _) => {
            "the template's parameters do not pass Meta's checks: take line breaks, tabs and more than four \
             spaces in a row out of them, and compare names, buttons and cards with the approved template"
        }
        (132_068, _) => "Meta has blocked the template's flow: repair the flow in WhatsApp Manager",
        (132_069, _) => "Meta limits the template's flow to ten messages an hour: repair the flow",
        (132_015 | 132_016, _) => "Meta has paused or disabled this template for its quality",
        (133_005, _) => {
            "the PIN is not the number's two-step verification PIN: reset it in WhatsApp Manager"
        }
        (133_010, _) => "the number is not registered with the Cloud API",
        (134_101, _) => "Meta still synchronises the template: try again in about ten minutes",
        (138_000, _) => "calling is not enabled for the number: enable it in the number's settings",
        (138_006, _) => "the customer has not allowed calls: send a call permission request first",
        (138_009 | 138_012, _) => {
            "Meta's daily limit of calls, or of requests to be allowed one, is used up for this customer"
        }
        (138_038, _) => {
            "another app or partner answers the calls of this number (Conversation Routing): have it pass \
             the role on"
        }
        (147_001, _) => "the username is taken or not allowed: choose another one",
        (147_002, _) => "the account may not have a username yet: see to it in WhatsApp Manager",
        (147_003 | 147_004, _) => {
            "the username belongs to a Facebook page or an Instagram account: link that one to the business \
             first"
        }
        (147_005, _) => "another number of the business has the username: ask for its transfer",
        (2_494_191, _) => {
            "only the escalation partner may take a thread: wait until its owner passes it on or releases it"
        }
        (368 | 131_031, _) => {
            "Meta has locked the account for a policy reason: see Business Support Home"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_envelope_is_read_in_every_form_seen() {
        let cases = [
            (
                r#"{"error":{"message":"(#131030) No","code":131030,"error_data":{"details":"Add it"}}}"#,
                (Some(131_030), "(#131030) No: Add it"),
            ),
            (
                r#"{"error":{"message":"No","code":"190","error_data":"text"}}"#,
                (Some(190), "No: text"),
            ),
            (
                r#"{"error":{"message":"No","error_user_msg":"Do"}}"#,
                (None, "No: Do"),
            ),
            (r#"{"error":{"code":1}}"#, (Some(1), "Meta gave no message")),
            (
                r#"{"errors":[{"code":131047,"title":"Re-engagement","error_data":{"details":"24 hours"}}]}"#,
                (Some(131_047), "Re-engagement: 24 hours"),
            ),
            (
                r#"{"errors":{"code":"190","title":"No","message":"No"}}"#,
                (Some(190), "No"),
            ),
            (
                r#"{"error":{"error":{"code":190,"message":"Expired"}}}"#,
                (Some(190), "Expired"),
            ),
            (
                r#"{"error":{"message":"upstream","error":{"code":190,"message":"Expired"}}}"#,
                (Some(190), "Expired"),
            ),
            (
                r#"{"error":{"message":"No","code":190.0}}"#,
                (Some(190), "No"),
            ),
            (
                r#"{"error":{"message":"No","code":1.31047e5}}"#,
                (Some(131_047), "No"),
            ),
            (
                r#"{"error":{"message":"No","code":"131047.0 "}}"#,
                (Some(131_047), "No"),
            ),
            (r#"{"error":{"message":"No","code":190.5}}"#, (None, "No")),
        ];
        for (body, (code, text)) in cases {
            let error = GraphError::parse(&serde_json::from_str(body).unwrap()).unwrap();
            assert_eq!((error.code, error.text.as_str()), (code, text), "{body}");
        }
        for body in [
            r#"{"errors":[]}"#,
            r#"{"errors":"text"}"#,
            "{}",
            "[]",
            r#"{"error":"text"}"#,
            "null",
        ] {
            assert_eq!(
                GraphError::parse(&serde_json::from_str(body).unwrap()),
                None,
                "{body}"
            );
        }
    }

    fn parsed(error: &Value) -> GraphError {
        GraphError::parse(&serde_json::json!({ "error": error })).unwrap()
    }

    /// E11: Meta writes what is wrong into the message, or into `error_data`; what is read is the same.
    #[test]
    fn where_the_explanation_stands_does_not_change_what_is_read() {
        for (code, told) in [
            (
                100,
                "Param template['components'][0]['parameters'][0]['text'] must be a string.",
            ),
            (
                100,
                "Unexpected key \"x\" on param \"template['language']\".",
            ),
            (
                131_009,
                "Param interactive['type'] must be one of {BUTTON, LIST}",
            ),
            (190, "Malformed access token"),
            (200, "You need permission"),
        ] {
            let forms = [
                json!({ "code": code, "message": format!("(#{code}) {told}") }),
                json!({ "code": code, "message": format!("(#{code}) Invalid parameter"),
                        "error_data": { "messaging_product": "whatsapp", "details": told } }),
                json!({ "code": code, "message": format!("(#{code}) Invalid parameter"),
                        "error_data": json!({ "details": told }).to_string() }),
                json!({ "code": code, "message": "Invalid parameter", "error_data": told }),
                json!({ "code": code.to_string(), "message": "", "error_user_msg": told }),
            ];
            for effect in [Effect::Message, Effect::Change, Effect::Idempotent] {
                let read = forms.clone().map(|form| {
                    let error = parsed(&form);
                    assert!(error.text.contains(told), "{error:?}");
                    (error.code, error.hint(effect), error.is_transient)
                });
                assert!(read.iter().all(|it| *it == read[0]), "{read:?}");
            }
        }
    }

    /// S43: what Meta wrote for a person is shown, and nothing is said twice.
    #[test]
    fn what_meta_wrote_for_a_person_is_shown() {
        let error = parsed(&json!({
            "code": 100, "message": "Invalid parameter", "error_data": { "details": "no header" },
            "error_user_title": "Header missing", "error_user_msg": "Add a header.",
        }));
        assert_eq!(
            error.text,
            "Invalid parameter: no header: Header missing: Add a header."
        );
        let same = parsed(&json!({ "message": "No header", "error_user_title": "No header" }));
        assert_eq!(same.text, "No header");
    }

    /// S43: a damaged token is not an expired one, and each command names the permission it needs.
    #[test]
    fn hints_say_what_to_change() {
        let hint = |error: Value, effect| parsed(&error).hint(effect).unwrap();
        for told in [
            "Malformed access token",
            "Invalid OAuth access token - Cannot parse access token",
            "The access token could not be decrypted",
        ] {
            let told = hint(json!({ "code": 190, "message": told }), Effect::Message);
            assert!(told.contains("not expired"), "{told}");
        }
        let expired =
            json!({ "code": 190, "message": "Session has expired", "error_subcode": 463 });
        assert!(hint(expired, Effect::Message).contains("has expired"));
        for code in [3, 10, 200, 299] {
            let of = |effect| hint(json!({ "code": code }), effect);
            assert!(of(Effect::Message).contains("whatsapp_business_messaging"));
            for effect in [Effect::Change, Effect::Idempotent] {
                assert!(of(effect).contains("whatsapp_business_management"));
            }
        }
    }
}
