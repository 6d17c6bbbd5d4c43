//! What proves that a call succeeded. An HTTP status alone proves nothing: a captive portal, a proxy or a
//! stub answers 200 as well.

use serde_json::Value;

use crate::error::{Error, Kind};

/// The member of Meta's response that shows the success of a call: its name, or a JSON pointer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// `"success": true`.
    Success,
    /// A text or a number that is not empty, under this name.
    Id(&'static str),
    /// A list, under this name; it may be empty.
    List(&'static str),
    /// An object, under this name.
    Object(&'static str),
    /// One of these words, under this name: any text would also be in the answer of a proxy.
    Word(&'static str, &'static [&'static str]),
    /// One of these.
    Any(&'static [Self]),
    /// Any answer that is recognisably Graph's: one with its trace id, or with a member that Graph's have.
    OfGraph,
}

impl Evidence {
    /// Why the response does not prove success; `None` if it does. An idempotent call may be made again,
    /// because nobody refused it.
    pub(super) fn lacks(
        self,
        answer: Option<&Value>,
        trace_id: Option<&str>,
        is_question: bool,
    ) -> Option<Error> {
        let member = |name: &str| {
            if name.starts_with('/') {
                answer?.pointer(name)
            } else {
                answer?.get(name)
            }
        };
        let (name, shown) = match self {
            Self::Success | Self::OfGraph => match member("success") {
                Some(Value::Bool(false)) => {
                    return Some(Error::new(
                        Kind::CommandFailed,
                        "Meta answered success: false",
                    ));
                }
                success if self == Self::Success => {
                    ("success", success == Some(&Value::Bool(true)))
                }
                success => {
                    let has_data = member("data").is_some_and(Value::is_array);
                    let is_graphs = trace_id.is_some()
                        || has_data
                        || ["id", "request_id"].iter().any(|name| is_id(member(name)));
                    (
                        r#"success", "id" or "data"#,
                        is_graphs || success == Some(&Value::Bool(true)),
                    )
                }
            },
            Self::Id(name) => (name, is_id(member(name))),
            Self::List(name) => (name, member(name).is_some_and(Value::is_array)),
            Self::Object(name) => (name, member(name).is_some_and(Value::is_object)),
            Self::Word(name, words) => {
                let word = member(name).and_then(Value::as_str);
                (name, word.is_some_and(|word| words.contains(&word)))
            }
            Self::Any(kinds) => {
                let mut all = kinds.iter();
                let first = all.next()?.lacks(answer, trace_id, is_question)?;
                let shown = all.any(|kind| kind.lacks(answer, trace_id, is_question).is_none());
                return (!shown).then_some(first);
            }
        };
        if shown {
            return None;
        }
        let message = format!(
            "the answer says HTTP 200 and lacks its member \"{name}\", which shows that Meta did what was \
             asked for; something before Meta may have answered, such as a proxy or a sign-in page"
        );
        Some(if is_question {
            Error::new(Kind::Unavailable, message).with_retry(true, None)
        } else {
            Error::new(Kind::OutcomeUnknown, message)
        })
    }
}

/// Whether a member is a text or a number that says something.
fn is_id(member: Option<&Value>) -> bool {
    member.is_some_and(|id| match id {
        Value::String(id) => !id.is_empty(),
        id => id.is_number(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_named_member_is_evidence() {
        let portal = json!({ "status": "please log in" });
        for (evidence, shows, does_not) in [
            (
                Evidence::Success,
                json!({ "success": true }),
                vec![json!({ "success": "true" }), json!({ "success": 1 })],
            ),
            (
                Evidence::Id("id"),
                json!({ "id": "1" }),
                vec![
                    json!({ "id": "" }),
                    json!({ "id": null }),
                    json!({ "id": {} }),
                ],
            ),
            (
                Evidence::List("data"),
                json!({ "data": [] }),
                vec![json!({ "data": {} })],
            ),
            (
                Evidence::Object("data"),
                json!({ "data": {} }),
                vec![json!({ "data": [] })],
            ),
            (
                Evidence::Word("status", &["approved", "reserved"]),
                json!({ "status": "reserved" }),
                vec![json!({ "status": "ok" }), json!({ "status": 1 })],
            ),
            (
                Evidence::Any(&[Evidence::Object("one"), Evidence::Id("id")]),
                json!({ "one": "", "id": 7 }),
                vec![json!({ "one": [], "id": "" })],
            ),
            (
                Evidence::OfGraph,
                json!({ "data": [] }),
                vec![json!({ "data": {}, "id": "", "success": "true" })],
            ),
        ] {
            assert!(
                evidence.lacks(Some(&shows), None, false).is_none(),
                "{evidence:?}"
            );
            for answer in does_not
                .into_iter()
                .chain([json!({}), json!([]), portal.clone()])
            {
                let error = evidence.lacks(Some(&answer), None, false).unwrap();
                assert_eq!(error.kind(), Kind::OutcomeUnknown, "{evidence:?} {answer}");
                let error = evidence.lacks(Some(&answer), None, true).unwrap();
                assert_eq!(error.kind(), Kind::Unavailable, "{evidence:?} {answer}");
                assert!(error.is_retryable());
            }
            assert!(evidence.lacks(None, None, true).is_some());
        }
        // A trace id comes from Graph only.
        let traced = Evidence::OfGraph.lacks(Some(&portal), Some("Atrace"), false);
        assert!(traced.is_none());
        let refused = Evidence::Success.lacks(Some(&json!({ "success": false })), None, false);
        assert_eq!(refused.unwrap().kind(), Kind::CommandFailed);
    }
}
