//! One request to Graph, with what the endpoints ask of it.

use serde_json::{Map, Value};

use super::{Complete, versioned};
use crate::graph_error::GraphError;
use crate::http::{Query, Response};
use crate::state::State;

/// `/{version}/{object}` or `/{version}/{object}/{edge}`, taken apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) version: &'a str,
    pub(crate) object: &'a str,
    /// Empty if the path ends with the object.
    pub(crate) edge: &'a str,
}

impl<'a> Target<'a> {
    /// The parts of the path, if there are two or three.
    pub(crate) fn parse(path: &'a str) -> Option<Self> {
        let mut parts = path.strip_prefix('/')?.split('/');
        let (version, object) = (parts.next()?, parts.next()?);
        let edge = parts.next().unwrap_or_default();
        let ends = parts.next().is_none() && !object.is_empty();
        ends.then_some(Self {
            version,
            object,
            edge,
        })
    }
}

/// A complete request and the emulator that it came to.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) state: &'a State,
    pub(crate) request: Complete<'a>,
    pub(crate) target: Option<Target<'a>>,
    pub(crate) query: Query,
}

impl<'a> Call<'a> {
    pub(crate) fn new(state: &'a State, request: Complete<'a>) -> Self {
        Self {
            state,
            request,
            target: Target::parse(&request.head.path),
            query: Query::parse(&request.head.query),
        }
    }

    pub(crate) fn method(&self) -> &'a str {
        &self.request.head.method
    }

    /// The object's id, as the path gives it.
    pub(crate) fn object(&self) -> &'a str {
        self.target.map_or("", |target| target.object)
    }

    /// Whether the bearer token is the right one.
    pub(crate) fn token(&self) -> Result<(), GraphError> {
        let Some(authorization) = self.request.head.headers.get("authorization") else {
            return Err(GraphError::token(
                "An access token is required to request this resource.",
            ));
        };
        let matches = authorization
            .split_once(' ')
            .is_some_and(|(scheme, token)| {
                scheme.eq_ignore_ascii_case("bearer") && token == self.state.config.access_token
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
            let given = self.media_type();
            let details = format!("Content-Type must be application/json, is \"{given}\"");
            return Err(GraphError::envelope_missing("messaging_product").details(details));
        }
        serde_json::from_slice(self.request.body)
            .map_err(|error| GraphError::invalid(format!("The body is not valid JSON: {error}")))
    }

    /// The parameters of a call to an endpoint that takes them in the query, as a form or as JSON.
    pub(crate) fn parameters(&self) -> Result<Value, GraphError> {
        let mut parameters: Map<String, Value> = self.query.members();
        parameters.remove("access_token");
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

    /// The answer with the fields that all of Graph's successful answers have.
    pub(crate) fn finished(&self, response: Response, trace: &str) -> Response {
        if self.request.head.path == super::download::PATH {
            return response;
        }
        let usage = format!(
            "{{\"{}\":[{{\"type\":\"whatsapp\",\"call_count\":1,\"total_cputime\":1,\
             \"total_time\":1,\"estimated_time_to_regain_access\":0}}]}}",
            self.state.config.business_account_id
        );
        let response = response
            .with("x-fb-request-id", trace)
            .with(
                "x-app-usage",
                r#"{"call_count":0,"total_cputime":0,"total_time":0}"#,
            )
            .with("x-business-use-case-usage", &usage);
        versioned(self.request.head, response)
    }
}
