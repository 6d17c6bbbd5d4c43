//! One request to Graph, and its parameters as the endpoints need them.

use serde_json::{Map, Value};

use crate::account::uploads::PREFIX;
use crate::graph_error::GraphError;
use crate::http::{Query, RequestHead, Response};
use crate::media_address;
use crate::state::State;
use crate::version::{self, Version};

/// Parameters of a message that are objects or lists; Graph takes the JSON text of one, too.
const WRITTEN_AS_TEXT: [&str; 14] = [
    "audio",
    "contacts",
    "context",
    "document",
    "image",
    "interactive",
    "location",
    "pin",
    "reaction",
    "sticker",
    "template",
    "text",
    "typing_indicator",
    "video",
];

/// Parameters that any call may have in its query and that are not the endpoint's.
const OF_EVERY_CALL: [&str; 10] = [
    "access_token",
    "appsecret_proof",
    "appsecret_time",
    "date_format",
    "debug",
    "fields",
    "format",
    "locale",
    "pretty",
    "suppress_http_code",
];

/// `/{version}/{object}`, `/{version}/{object}/{edge}` or the latter with `/{item}`, taken apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) version: &'a str,
    pub(crate) object: &'a str,
    /// Empty if the path ends with the object; with a slash if it goes on to one item of a list.
    pub(crate) edge: &'a str,
}

impl<'a> Target<'a> {
    /// The parts of the path, if there are two to four; without a version, which is then the newest, one
    /// less.
    pub(crate) fn parse(path: &'a str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        let is_id = first.starts_with(|first: char| first.is_ascii_digit());
        let (version, path) = if is_id {
            (version::NEWEST, path)
        } else {
            (first, rest)
        };
        let (object, edge) = path.split_once('/').unwrap_or((path, ""));
        let ends = edge.split('/').count() <= 2 && !object.is_empty();
        ends.then_some(Self {
            version,
            object,
            edge,
        })
    }
}

/// A request that is complete: its head and all of its body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Complete<'a> {
    pub(crate) head: &'a RequestHead,
    pub(crate) body: &'a [u8],
    pub(crate) connection: u64,
}

/// A complete request and the emulator that it came to.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) state: &'a State,
    pub(crate) request: Complete<'a>,
    pub(crate) target: Option<Target<'a>>,
    pub(crate) query: Query,
    /// The edge that a field of this call asks for, if that is what is answered.
    edge: &'static str,
}

impl<'a> Call<'a> {
    pub(crate) fn new(state: &'a State, request: Complete<'a>) -> Self {
        Self {
            state,
            request,
            target: Target::parse(&request.head.path),
            query: Query::parse(&request.head.query),
            edge: "",
        }
    }

    /// The call that asks for an edge of the same object.
    pub(crate) fn of_edge(&self, edge: &'static str, query: Query) -> Self {
        Self {
            query,
            edge,
            ..*self
        }
    }

    /// The path of what is answered.
    pub(crate) fn path(&self) -> String {
        let path = &self.request.head.path;
        match self.edge {
            "" => path.clone(),
            edge => format!("{path}/{edge}"),
        }
    }

    pub(crate) fn method(&self) -> &'a str {
        &self.request.head.method
    }

    /// The object's id, as the path gives it.
    pub(crate) fn object(&self) -> &'a str {
        self.target.map_or("", |target| target.object)
    }

    /// The item of a list, where the path goes on to one.
    pub(crate) fn item(&self) -> &'a str {
        let edge = self.target.map_or("", |target| target.edge);
        edge.split_once('/').map_or("", |(_, item)| item)
    }

    /// Whether the bearer token is the right one.
    pub(crate) fn token(&self) -> Result<(), GraphError> {
        let Some(authorization) = self.request.head.headers.get("authorization") else {
            return Err(GraphError::token(
                "An access token is required to request this resource.",
            ));
        };
        let wanted = if self.object().starts_with(PREFIX) {
            "oauth"
        } else {
            "bearer"
        };
        let matches = authorization
            .split_once(' ')
            .is_some_and(|(scheme, token)| {
                scheme.eq_ignore_ascii_case(wanted) && token == self.state.config.access_token
            });
        if matches {
            return Ok(());
        }
        Err(GraphError::token(
            "Invalid OAuth access token - Cannot parse access token",
        ))
    }

    /// The body's media type, without its parameters.
    pub(crate) fn media_type(&self) -> &'a str {
        let given = self.request.head.headers.get("content-type");
        given
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
    }

    /// The body as JSON. With another content type Graph reads the body as a form and finds no
    /// parameter in it.
    pub(crate) fn json(&self) -> Result<Value, GraphError> {
        if !self.media_type().eq_ignore_ascii_case("application/json") {
            return Err(GraphError::required("messaging_product"));
        }
        serde_json::from_slice(self.request.body)
            .map_err(|error| GraphError::invalid(format!("The body is not valid JSON: {error}")))
    }

    /// The parameters of a call to an endpoint that takes them in the query, as a form or as JSON.
    pub(crate) fn parameters(&self) -> Result<Value, GraphError> {
        let mut parameters: Map<String, Value> = self.query.members();
        parameters.retain(|name, _| !OF_EVERY_CALL.contains(&name.as_str()));
        let body = self.request.body;
        if self.media_type() == "application/x-www-form-urlencoded" {
            let form = String::from_utf8_lossy(body);
            parameters.extend(Query::parse(&form).members());
        } else if !body.is_empty() {
            match self.json()? {
                Value::Object(members) => parameters.extend(members),
                _ => return Err(GraphError::invalid("The body must be a JSON object")),
            }
        }
        Ok(Value::Object(parameters))
    }

    /// The body as JSON, with what stands in the query and not in it: both are the call's parameters.
    pub(crate) fn json_and_query(&self) -> Result<Value, GraphError> {
        let mut body = self.json()?;
        if let Some(members) = body.as_object_mut() {
            for (name, value) in self.query.members() {
                if !OF_EVERY_CALL.contains(&name.as_str()) {
                    members.entry(name).or_insert(value);
                }
            }
            for (name, value) in members.iter_mut() {
                if WRITTEN_AS_TEXT.contains(&name.as_str())
                    && let Some(text) = value.as_str()
                    && let Ok(json @ (Value::Array(_) | Value::Object(_))) =
                        serde_json::from_str(text)
                {
                    *value = json;
                }
            }
        }
        Ok(body)
    }

    /// The answer with the fields that all of Graph's answers to a valid token have.
    pub(crate) fn finished(&self, response: Response, trace: &str) -> Response {
        if self.request.head.path == media_address::PATH {
            return response;
        }
        let usage = format!(
            "{{\"{}\":[{{\"type\":\"whatsapp\",\"call_count\":1,\"total_cputime\":1,\
             \"total_time\":1,\"estimated_time_to_regain_access\":0}}]}}",
            self.state.config.business_account_id
        );
        let response = if response.has("x-fb-request-id") {
            response
        } else {
            response.with("x-fb-request-id", trace)
        };
        let response = response
            .with(
                "x-app-usage",
                r#"{"call_count":0,"total_cputime":0,"total_time":0}"#,
            )
            .with("x-business-use-case-usage", &usage);
        versioned(self.request.head, response)
    }
}

/// The same answer with the version that served it, and a warning if that is another one.
pub(super) fn versioned(head: &RequestHead, response: Response) -> Response {
    let version = Target::parse(&head.path).and_then(|target| Version::parse(target.version));
    let Some(version) = version.filter(|version| version.exists()) else {
        return response;
    };
    let (served, warning) = version.served();
    let response = response.with("facebook-api-version", &served);
    match warning {
        Some(warning) => response.with("X-Ad-Api-Version-Warning", &warning),
        None => response,
    }
}
