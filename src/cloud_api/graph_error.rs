//! Graph's error envelope, read leniently, and what to do about its codes.

use serde_json::Value;

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
    /// The error in `body`, if it is JSON with an `error` member that is an object.
    pub(super) fn parse(body: &Value) -> Option<Self> {
        let error = body.get("error")?.as_object()?;
        let text_at = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
        let message = text_at("message");
        // `error_data` is an object with `details`, sometimes the text itself.
        let details = match error.get("error_data") {
            Some(Value::String(text)) => text.as_str(),
            Some(data) => data
                .get("details")
                .and_then(Value::as_str)
                .unwrap_or_default(),
            None => text_at("error_user_msg"),
        };
        let text = match (
            message.is_empty(),
            details.is_empty() || message.contains(details),
        ) {
            (false, false) => format!("{message}: {details}"),
            (false, true) => message.to_owned(),
            (true, false) => details.to_owned(),
            (true, true) => "Meta gave no message".to_owned(),
        };
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
}

/// Codes arrive as numbers, and from some proxies as digits in a string.
fn integer(value: Option<&Value>) -> Option<i64> {
    let value = value?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// What to do about a code that users tend to read as a defect.
pub(super) const fn hint_for(code: i64, subcode: Option<i64>) -> Option<&'static str> {
    Some(match (code, subcode) {
        (100, Some(33)) => {
            "check the property phoneNumberId, and that the token's app may use that number"
        }
        (33, _) => "the phone number was deleted or the property phoneNumberId is wrong",
        (190 | 0, _) => {
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
        (131_030, _) => {
            "a test number writes only to numbers on its list: add the recipient in the app dashboard; \
             for BR, MX and AR numbers add the form Meta answers as wa_id"
        }
        (131_037, _) => "the number's display name needs Meta's approval first",
        (131_042, _) => "Meta finds no usable payment method on the account",
        (131_047, _) => {
            "more than 24 hours since the customer last wrote: send a template (sendMessageTextTemplate)"
        }
        (131_049, _) => "Meta limits marketing to this customer: do not repeat it within 24 hours",
        (131_050, _) => "the customer has stopped marketing messages from this business",
        (131_056, _) => {
            "too many messages to this one customer: about one in six seconds is allowed"
        }
        (132_000, _) => {
            "compare the parameters with the approved template: sendMessageTemplate with preflight says \
             what differs"
        }
        (132_001, _) => "no approved template of that name in that language",
        (132_015 | 132_016, _) => "Meta has paused or disabled this template for its quality",
        (133_010, _) => "the number is not registered with the Cloud API",
        (368 | 131_031, _) => {
            "Meta has locked the account for a policy reason: see Business Support Home"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
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
        ];
        for (body, (code, text)) in cases {
            let error = GraphError::parse(&serde_json::from_str(body).unwrap()).unwrap();
            assert_eq!((error.code, error.text.as_str()), (code, text), "{body}");
        }
        for body in ["{}", "[]", r#"{"error":"text"}"#, "null"] {
            assert_eq!(
                GraphError::parse(&serde_json::from_str(body).unwrap()),
                None,
                "{body}"
            );
        }
    }
}
