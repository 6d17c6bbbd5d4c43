//! Graph's error envelope.

use serde::Serialize;
use serde_json::Value;

use crate::graph_codes::title_of;
use crate::http::Response;

/// A refusal in Graph's shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GraphError {
    pub(crate) status: u16,
    pub(crate) code: u32,
    message: String,
    kind: &'static str,
    subcode: Option<u32>,
    details: Option<String>,
    transient: Option<bool>,
    /// What Graph would show to people: a title and a sentence.
    user: Option<Box<(String, String)>>,
}

impl GraphError {
    /// The error of this code with its usual title and status.
    pub(crate) fn of_code(code: u32) -> Self {
        let (status, title) = title_of(code);
        Self {
            status,
            code,
            message: format!("(#{code}) {title}"),
            kind: "OAuthException",
            subcode: None,
            details: None,
            transient: None,
            user: None,
        }
    }

    /// 100: a parameter is missing; the path has brackets: `template['language']['code']`.
    pub(crate) fn required(path: &str) -> Self {
        Self::parameter(&format!("The parameter {path} is required."))
    }

    /// 100 without a text of its own; the reason is in the details.
    pub(crate) fn invalid(details: impl Into<String>) -> Self {
        Self::of_code(100).details(details)
    }

    /// 100 of a JSON schema, whose message has no code: these members of the field are missing.
    pub(crate) fn schema_required(field: &str, missing: &[&str]) -> Self {
        let sentences: Vec<String> = missing
            .iter()
            .map(|name| schema_violation("required", field, &format!("missing : '{name}'")))
            .collect();
        Self::of_code(100).message(&sentences.join(", "))
    }

    /// 100 of a JSON schema: the field is none of these words.
    pub(crate) fn schema_enum(field: &str, words: &[&str], given: &Value) -> Self {
        let given = given
            .as_str()
            .map_or_else(|| given.to_string(), str::to_owned);
        let list = words.join(", ");
        let reason = format!("expected : '[{list}]' but got '{given}'");
        Self::of_code(100).message(&schema_violation("enum", field, &reason))
    }

    /// 100 with a message of its own and without details.
    pub(crate) fn parameter(message: &str) -> Self {
        let mut error = Self::of_code(100);
        error.message = format!("(#100) {message}");
        error
    }

    /// 131008: WhatsApp misses something that Graph's own reading does not ask for.
    pub(crate) fn missing(details: impl Into<String>) -> Self {
        Self::of_code(131_008).details(details)
    }

    /// 131009: a member has a value that is not allowed.
    pub(crate) fn value(details: impl Into<String>) -> Self {
        Self::of_code(131_009).details(details)
    }

    /// 190: the token is missing or not the right one.
    pub(crate) fn token(message: &str) -> Self {
        let mut error = Self::of_code(190);
        message.clone_into(&mut error.message);
        error
    }

    /// 100 with subcode 33: no such object, or no right to see it.
    pub(crate) fn no_object(method: &str, id: &str) -> Self {
        let mut error = Self::of_code(100);
        error.kind = "GraphMethodException";
        error.subcode = Some(33);
        error.message = format!(
            "Unsupported {} request. Object with ID '{id}' does not exist, cannot be loaded due to \
             missing permissions, or does not support this operation. Please read the Graph API \
             documentation at https://developers.facebook.com/docs/graph-api",
            method.to_ascii_lowercase()
        );
        error
    }

    /// 2500: the path names nothing.
    pub(crate) fn unknown_path(path: &str) -> Self {
        let mut error = Self::of_code(2500);
        error.message = format!("Unknown path components: {path}");
        error
    }

    /// The same error with `error_data.details`.
    pub(crate) fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }

    /// The same error with `is_transient`, or without it.
    pub(crate) fn transient(mut self, transient: Option<bool>) -> Self {
        self.transient = transient;
        self
    }

    /// The same error with `error_subcode`.
    pub(crate) fn subcode(mut self, subcode: u32) -> Self {
        self.subcode = Some(subcode);
        self
    }

    /// The same error with another message, as it is.
    pub(crate) fn message(mut self, message: &str) -> Self {
        message.clone_into(&mut self.message);
        self
    }

    /// The same error with `error_user_title` and `error_user_msg`.
    pub(crate) fn user(mut self, title: &str, message: &str) -> Self {
        self.user = Some(Box::new((title.to_owned(), message.to_owned())));
        self.transient = self.transient.or(Some(false));
        self
    }

    /// The answer that carries it. `trace` becomes `fbtrace_id` and `x-fb-request-id`.
    pub(crate) fn response(&self, trace: &str) -> Response {
        let envelope = Envelope {
            error: Body {
                message: &self.message,
                kind: self.kind,
                code: self.code,
                error_data: self.details.as_deref().map(|details| Data {
                    messaging_product: "whatsapp",
                    details,
                }),
                error_subcode: self.subcode,
                is_transient: self.transient,
                error_user_title: self.user.as_ref().map(|user| user.0.as_str()),
                error_user_msg: self.user.as_ref().map(|user| user.1.as_str()),
                fbtrace_id: trace,
            },
        };
        let response = Response::json(self.status, &envelope).with("x-fb-request-id", trace);
        match self.challenge() {
            Some(challenge) => response.with("WWW-Authenticate", &challenge),
            None => response,
        }
    }

    /// The `WWW-Authenticate` that Graph adds: to each 400 with the error's message, to a token's
    /// error with a text of its own.
    fn challenge(&self) -> Option<String> {
        let (kind, text) = match (self.code, self.status) {
            (190, _) => ("invalid_token", "Invalid OAuth token".to_owned()),
            (_, 400) => ("invalid_request", quotable(&self.message)),
            _ => return None,
        };
        Some(format!("OAuth \"Facebook Platform\" \"{kind}\" \"{text}\""))
    }

    /// The title without the code, as the `errors` of a notification show it.
    pub(crate) fn title(&self) -> &str {
        self.message
            .split_once(") ")
            .map_or(self.message.as_str(), |(_, title)| title)
    }
}

/// One sentence of Graph's about a JSON schema, which names the field twice.
fn schema_violation(constraint: &str, field: &str, reason: &str) -> String {
    format!(
        "Your request has violated JSON schema constraint '{constraint}' for the JSON field '{field}', please \
         check the JSON schema for the JSON field '{field}' and make sure your request is valid for {reason}"
    )
}

/// A text as it can stand between quotes in a field of an HTTP head.
fn quotable(text: &str) -> String {
    let mut quotable = String::new();
    for symbol in text.chars() {
        match symbol {
            '"' | '\\' => quotable.extend(['\\', symbol]),
            ' '..='~' => quotable.push(symbol),
            _ => quotable.push('?'),
        }
    }
    quotable
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    message: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_data: Option<Data<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_subcode: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_transient: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_user_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_user_msg: Option<&'a str>,
    fbtrace_id: &'a str,
}

#[derive(Serialize)]
struct Data<'a> {
    messaging_product: &'a str,
    details: &'a str,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(error: &GraphError) -> Value {
        serde_json::from_slice(&error.response("Atrace").body).unwrap()
    }

    #[test]
    fn the_envelope_is_graphs() {
        let error = GraphError::value("no such thing");
        assert_eq!(
            body(&error),
            json!({"error": {
                "message": "(#131009) Parameter value is not valid",
                "type": "OAuthException",
                "code": 131_009,
                "error_data": {"messaging_product": "whatsapp", "details": "no such thing"},
                "fbtrace_id": "Atrace",
            }})
        );
        assert_eq!(error.title(), "Parameter value is not valid");
    }

    #[test]
    fn an_unknown_object_has_subcode_33_and_no_error_data() {
        let body = body(&GraphError::no_object("POST", "1"));
        assert_eq!(body["error"]["type"], "GraphMethodException");
        assert_eq!(body["error"]["error_subcode"], 33);
        assert_eq!(body["error"].get("error_data"), None);
    }

    /// E12: any 400 has the challenge, whose text cannot leave its quotes.
    #[test]
    fn a_refusal_with_400_brings_the_challenge_with_its_message() {
        let challenge = |error: &GraphError| {
            let headers = error.response("A").headers;
            let found = headers
                .into_iter()
                .find(|(name, _)| name == "WWW-Authenticate");
            found.map(|(_, value)| value).unwrap_or_default()
        };
        assert_eq!(
            challenge(&GraphError::parameter("Unexpected key \"é\r\n\".")),
            "OAuth \"Facebook Platform\" \"invalid_request\" \"(#100) Unexpected key \\\"???\\\".\""
        );
        assert_eq!(challenge(&GraphError::of_code(131_000)), "");
    }

    #[test]
    fn a_token_error_brings_the_challenge() {
        let response = GraphError::token("Bad token").response("A");
        assert_eq!(response.status, 401);
        assert!(
            response
                .headers
                .iter()
                .any(|(name, _)| name == "WWW-Authenticate")
        );
    }
}
