//! Every request to Graph: path, version, token, object and permission are checked in that order,
//! the endpoint answers, and the ledger gets its record.

mod analytics;
mod block_users;
mod call;
mod download;
mod fields;
mod flows;
mod groups;
mod media;
mod messages;
mod multipart;
mod number_settings;
mod paging;
mod phone_number;
mod profile;
mod qr_codes;
mod registration;
mod reply;
mod routes;
mod subscriptions;
mod template_actions;
mod template_library;
mod template_rules;
mod templates;
mod threads;
mod token;
mod uploads;
mod username;
mod voice_calls;

use serde_json::Value;
use tokio::sync::oneshot;

use crate::account::Account;
use crate::account::uploads::PREFIX;
use crate::config::Config;
use crate::graph_error::GraphError;
use crate::http::{RequestHead, Response};
use crate::ledger::RequestRecord;
use crate::media_address;
use crate::notice::Notice;
use crate::notify::envelope::{self, EntryTime};
use crate::notify::status;
use crate::state::State;
use crate::version::Version;
pub(crate) use call::Complete;
use call::{Call, Target, versioned};
use reply::{Reply, SentMessage};

/// Longer bodies, which only uploads have, are not kept in the ledger.
const LEDGER_BODY_BYTES: usize = 1024 * 1024;

/// The answer to a request, and the notifications that follow from it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) response: Response,
    pub(crate) gates: Gates,
}

/// Holds back the notifications about a message; they go out when this is opened or dropped.
#[derive(Debug, Default)]
pub(crate) struct Gates(Vec<oneshot::Sender<()>>);

impl Gates {
    /// Lets the notifications go.
    pub(crate) fn open(self) {
        drop(self.0);
    }
}

/// Whether the path belongs to Graph or its media host; all other paths are control endpoints.
pub(crate) fn is_graph(path: &str) -> bool {
    let first = path.strip_prefix('/').unwrap_or_default();
    let version = first.strip_prefix(['v', 'V']).unwrap_or(first);
    version.starts_with(|symbol: char| symbol.is_ascii_digit()) || path == media_address::PATH
}

/// The longest body that is read for this request.
pub(crate) fn body_limit(config: &Config, head: &RequestHead) -> usize {
    let upload = Target::parse(&head.path)
        .is_some_and(|target| target.edge == "media" || target.object.starts_with(PREFIX));
    if upload {
        config.max_upload_bytes
    } else {
        config.max_request_bytes
    }
}

/// Answers a request and records it in the ledger. With `accepts` false the response is the same but the
/// request has no effect: for faults that lose a request after it was answered.
pub(crate) fn answer(
    state: &State,
    request: Complete<'_>,
    accepts: bool,
    fault: Option<&str>,
) -> Outcome {
    let call = Call::new(state, request);
    let trace = state.ids.trace();
    let mut record = record(&call, fault);
    let replied = if accepts {
        replied(&call, &mut state.account())
    } else {
        let mut forgotten = state.account().clone();
        replied(&call, &mut forgotten)
    };
    let (response, gates) = match replied {
        Ok(reply) => {
            record.kind = reply.kind.map(str::to_owned);
            record.accepted = accepts && reply.took_effect;
            record.error_code = reply.error_code;
            for (field, value) in reply.changes.iter().filter(|_| accepts) {
                let body = envelope::of_field(state, field, value, EntryTime::Usual);
                state.notify(Notice::raw(body));
            }
            let mut gates = Gates::default();
            if let Some(sent) = reply.sent.filter(|_| accepts) {
                gates = follow_up(state, &sent);
                record.message_id = Some(sent.id);
            }
            (call.finished(reply.response, &trace), gates)
        }
        Err(error) => {
            record.error_code = Some(error.code);
            let response = error.response(&trace);
            // A request without a valid token does not count towards usage.
            let response = match error.code {
                190 => versioned(request.head, response),
                _ => call.finished(response, &trace),
            };
            (response, Gates::default())
        }
    };
    record.http_status = response.status;
    log(state, &record);
    state.ledger.enter_request(record, &response.body);
    Outcome { response, gates }
}

fn replied(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    if call.request.head.path == media_address::PATH {
        return Ok(download::answer(call, account));
    }
    let path = &call.request.head.path;
    let unknown = || GraphError::unknown_path(path);
    let target = call.target.ok_or_else(unknown)?;
    Version::parse(target.version)
        .filter(|version| version.exists())
        .ok_or_else(unknown)?;
    call.token()?;
    account.details.token_works(call.state.ticker.now())?;
    let route = routes::find(call.method(), target, account)?;
    if !account.details.permits(route.scopes) {
        return Err(GraphError::of_code(200).details(format!(
            "The access token lacks the permission {}",
            route.scopes.join(" or ")
        )));
    }
    (route.answer)(call, account)
}

fn record(call: &Call<'_>, fault: Option<&str>) -> RequestRecord {
    let (state, request) = (call.state, call.request);
    let headers = &request.head.headers;
    let kept = request.body.len() <= LEDGER_BODY_BYTES;
    let body = if kept { request.body } else { &[] };
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let correlation = json
        .as_ref()
        .and_then(|json| json.get("biz_opaque_callback_data"));
    RequestRecord {
        sequence: 0,
        connection: request.connection,
        received_at: state.ticker.tick(),
        method: request.head.method.clone(),
        path: request.head.path.clone(),
        query: request.head.query.clone(),
        token_matched: call.token().is_ok(),
        user_agent: headers.get("user-agent").map(str::to_owned),
        content_type: headers.get("content-type").map(str::to_owned),
        accepted: false,
        message_id: None,
        kind: None,
        correlation: correlation.and_then(Value::as_str).map(str::to_owned),
        error_code: None,
        http_status: 0,
        fault: fault.map(str::to_owned),
        body_bytes: request.body.len(),
        body: body.to_vec(),
        json,
    }
}

fn log(state: &State, record: &RequestRecord) {
    let id = record.message_id.as_deref().unwrap_or("-");
    let kind = record.kind.as_deref().unwrap_or("-");
    let code = record
        .error_code
        .map_or_else(String::new, |code| format!(" code {code}"));
    let fault = record
        .fault
        .as_deref()
        .map_or_else(String::new, |fault| format!(" fault {fault}"));
    state.log(&format!(
        "{} {} {kind} {}{code} {id} connection {}{fault}",
        record.method, record.path, record.http_status, record.connection
    ));
}

fn follow_up(state: &State, sent: &SentMessage) -> Gates {
    if !state.config.statuses {
        return Gates::default();
    }
    let contents = status::life_of(state, &sent.message, &sent.id, sent.failure.as_ref());
    let mut gates = Vec::new();
    for content in contents {
        let (gate, opened) = oneshot::channel();
        state.notify(Notice::after(opened, content));
        gates.push(gate);
    }
    Gates(gates)
}
