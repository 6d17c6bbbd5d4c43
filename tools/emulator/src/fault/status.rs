//! Responses that replace the real one.

use serde_json::{Value, json};

use super::Fault;
use super::scene::Scene;
use crate::graph_error::GraphError;
use crate::http::Response;

/// The answer, if the fault is one of this group.
pub(crate) fn response(fault: &Fault, scene: &Scene<'_>) -> Option<Response> {
    let response = match fault {
        Fault::Answer {
            status,
            headers,
            body,
        } => Response {
            status: *status,
            headers: headers.clone(),
            body: body.clone().into_bytes(),
        },
        Fault::Graph {
            code,
            status,
            transient,
            retry_after,
        } => {
            let error = GraphError::of_code(*code).transient(*transient);
            let response = error.response(scene.trace);
            let status = status.unwrap_or(response.status);
            let response = in_use(Response { status, ..response }, scene.response);
            retry_later(response, retry_after.as_deref())
        }
        Fault::OddGraphCode { code } => odd_code(code, scene.trace),
        Fault::TransientButAccepted => {
            let error = GraphError::of_code(2).transient(Some(true));
            Response {
                status: 500,
                ..error.response(scene.trace)
            }
        }
        Fault::Html { status } => {
            let page = format!("<html><head><title>{status}</title></head><body></body></html>\n");
            Response::new(*status, "text/html", page.into_bytes())
        }
        Fault::Empty { status } => Response {
            status: *status,
            headers: Vec::new(),
            body: Vec::new(),
        },
        Fault::TooManyRequests { retry_after } => retry_later(
            Response::text(429, "Too many requests\n"),
            retry_after.as_deref(),
        ),
        Fault::Redirect { status, location } => {
            Response::text(*status, "Moved\n").with("Location", location)
        }
        _ => return None,
    };
    Some(response)
}

/// The response with the usage and version fields of the real one.
fn in_use(mut response: Response, deserved: &Response) -> Response {
    for name in [
        "x-app-usage",
        "x-business-use-case-usage",
        "facebook-api-version",
    ] {
        let found = deserved.headers.iter().find(|(key, _)| key == name);
        response.headers.extend(found.cloned());
    }
    response
}

fn retry_later(response: Response, retry_after: Option<&str>) -> Response {
    match retry_after {
        Some(value) => response.with("Retry-After", value),
        None => response,
    }
}

fn odd_code(code: &Value, trace: &str) -> Response {
    let mut error = json!({
        "message": "(#100) Invalid parameter",
        "type": "OAuthException",
        "fbtrace_id": trace,
    });
    if let (false, Some(members)) = (code.is_null(), error.as_object_mut()) {
        members.insert("code".to_owned(), code.clone());
    }
    Response::json(400, &json!({"error": error}))
}
