//! The messages endpoint: token, path and body are checked, the message is accepted and answered.

use serde::Serialize;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::graph_error::GraphError;
use crate::http::{RequestHead, Response};
use crate::ids::Direction;
use crate::ledger::RequestRecord;
use crate::notify::{self, Notice};
use crate::send::{self, Account, Message, Recipient, Send, digits};
use crate::state::State;
use crate::version::Version;

/// A request that is complete: its head and all of its body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Complete<'a> {
    pub(crate) head: &'a RequestHead,
    pub(crate) body: &'a [u8],
    pub(crate) connection: u64,
}

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

/// `/{version}/{phone number id}/messages`, taken apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    version: &'a str,
    phone_number_id: &'a str,
}

impl<'a> Target<'a> {
    /// The parts of the path, if it is the messages endpoint's.
    pub(crate) fn parse(path: &'a str) -> Option<Self> {
        let mut parts = path.strip_prefix('/')?.split('/');
        let (version, phone_number_id) = (parts.next()?, parts.next()?);
        let last = parts.next()?;
        (last == "messages" && parts.next().is_none()).then_some(Self {
            version,
            phone_number_id,
        })
    }
}

/// Answers a request and writes it into the ledger. With `accepts` false the answer is the same,
/// but the message counts as not accepted: for faults that lose a request behind its answer.
pub(crate) fn answer(
    state: &State,
    request: Complete<'_>,
    accepts: bool,
    fault: Option<&str>,
) -> Outcome {
    let token_matched = token(state, request.head).is_ok();
    let checked = check(state, request);
    let trace = state.ids.trace();
    let mut record = record(state, request, token_matched, fault);
    let (response, gates) = match checked {
        Ok(Send::Receipt(_)) => {
            record.kind = Some("read".to_owned());
            record.accepted = accepts;
            (
                success(state, request.head, &Receipt { success: true }, &trace),
                Gates::default(),
            )
        }
        Ok(Send::Message(message)) => {
            let id = state
                .ids
                .message(message.recipient.name(), Direction::Outgoing);
            record.kind = Some(message.kind.to_owned());
            record.correlation.clone_from(&message.correlation);
            record.accepted = accepts;
            record.message_id = accepts.then(|| id.clone());
            let body = Accepted::new(&message, &id);
            let response = success(state, request.head, &body, &trace);
            let gates = if accepts {
                follow_up(state, &message, &id)
            } else {
                Gates::default()
            };
            (response, gates)
        }
        Err(error) => {
            record.error_code = Some(error.code);
            (
                versioned(request.head, error.response(&trace)),
                Gates::default(),
            )
        }
    };
    record.http_status = response.status;
    log(state, &record);
    state.ledger.enter_request(record);
    Outcome { response, gates }
}

fn record(
    state: &State,
    request: Complete<'_>,
    token_matched: bool,
    fault: Option<&str>,
) -> RequestRecord {
    let headers = &request.head.headers;
    let json: Option<Value> = serde_json::from_slice(request.body).ok();
    let correlation = json
        .as_ref()
        .and_then(|json| json.get("biz_opaque_callback_data"));
    RequestRecord {
        sequence: 0,
        connection: request.connection,
        received_at: state.ticker.tick(),
        path: request.head.path.clone(),
        token_matched,
        user_agent: headers.get("user-agent").map(str::to_owned),
        content_type: headers.get("content-type").map(str::to_owned),
        accepted: false,
        message_id: None,
        kind: None,
        correlation: correlation.and_then(Value::as_str).map(str::to_owned),
        error_code: None,
        http_status: 0,
        fault: fault.map(str::to_owned),
        body: request.body.to_vec(),
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
        "POST {} {kind} {}{code} {id} connection {}{fault}",
        record.path, record.http_status, record.connection
    ));
}

/// The checks in Graph's order: path, token, object, content type, body.
fn check(state: &State, request: Complete<'_>) -> Result<Send, GraphError> {
    let path = &request.head.path;
    let unknown = || GraphError::unknown_path(path);
    let target = Target::parse(path).ok_or_else(unknown)?;
    Version::parse(target.version)
        .filter(|version| version.exists())
        .ok_or_else(unknown)?;
    token(state, request.head)?;
    if target.phone_number_id != state.config.phone_number_id {
        return Err(GraphError::no_object(target.phone_number_id));
    }
    content_type(request.head)?;
    let body = serde_json::from_slice(request.body)
        .map_err(|error| GraphError::invalid(format!("The body is not valid JSON: {error}")))?;
    let account = Account {
        templates: &state.config.templates,
        business_number: &state.config.display_phone_number,
    };
    let send = send::check(&body, &account)?;
    match &send {
        Send::Message(message) => refused(state, message)?,
        Send::Receipt(id) if state.ledger.is_outgoing(id) => {
            return Err(GraphError::invalid(format!(
                "Message supplied to mark message as read API with message ID: {id} is outgoing. \
                 Please use an incoming message ID."
            )));
        }
        Send::Receipt(_) => {}
    }
    Ok(send)
}

fn token(state: &State, head: &RequestHead) -> Result<(), GraphError> {
    let Some(authorization) = head.headers.get("authorization") else {
        return Err(GraphError::token(
            "An access token is required to request this resource.",
        ));
    };
    match authorization.split_once(' ') {
        Some((scheme, token))
            if scheme.eq_ignore_ascii_case("bearer") && token == state.config.access_token =>
        {
            Ok(())
        }
        _ => Err(GraphError::token(
            "Invalid OAuth access token - Cannot parse access token",
        )),
    }
}

/// Without JSON's content type Graph reads the body as a form and finds no parameter in it.
fn content_type(head: &RequestHead) -> Result<(), GraphError> {
    let given = head.headers.get("content-type").unwrap_or_default();
    let media_type = given.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let details = format!("Content-Type must be application/json, is \"{given}\"");
    Err(GraphError::envelope_missing("messaging_product").details(details))
}

fn refused(state: &State, message: &Message) -> Result<(), GraphError> {
    match code_for(&state.config.refused, &message.recipient) {
        Some(code) => Err(GraphError::of_code(code).details("Refused by configuration")),
        None => Ok(()),
    }
}

fn code_for(list: &[(String, u32)], recipient: &Recipient) -> Option<u32> {
    let named = |entry: &&(String, u32)| {
        entry.0 == recipient.name() || recipient.phone().is_some_and(|it| it == digits(&entry.0))
    };
    list.iter().find(named).map(|(_, code)| *code)
}

fn follow_up(state: &State, message: &Message, id: &str) -> Gates {
    if !state.config.statuses {
        return Gates::default();
    }
    let failure = code_for(&state.config.undeliverable, &message.recipient);
    let contents = notify::status::life_of(state, message, id, failure);
    let mut gates = Vec::new();
    for content in contents {
        let (gate, opened) = oneshot::channel();
        state.notify(Notice::after(opened, content));
        gates.push(gate);
    }
    Gates(gates)
}

fn success(state: &State, head: &RequestHead, body: &impl Serialize, trace: &str) -> Response {
    let usage = format!(
        "{{\"{}\":[{{\"type\":\"whatsapp\",\"call_count\":1,\"total_cputime\":1,\
         \"total_time\":1,\"estimated_time_to_regain_access\":0}}]}}",
        state.config.business_account_id
    );
    let response = Response::json(200, body)
        .with("x-fb-request-id", trace)
        .with(
            "x-app-usage",
            r#"{"call_count":0,"total_cputime":0,"total_time":0}"#,
        )
        .with("x-business-use-case-usage", &usage);
    versioned(head, response)
}

fn versioned(head: &RequestHead, response: Response) -> Response {
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

#[derive(Serialize)]
struct Receipt {
    success: bool,
}

/// The body of a successful send.
#[derive(Serialize)]
struct Accepted<'a> {
    messaging_product: &'a str,
    contacts: [Contact<'a>; 1],
    messages: [Accepting<'a>; 1],
}

#[derive(Serialize)]
struct Contact<'a> {
    input: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    wa_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Accepting<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_status: Option<&'a str>,
}

impl<'a> Accepted<'a> {
    fn new(message: &'a Message, id: &'a str) -> Self {
        let contact = match &message.recipient {
            Recipient::Phone { input, wa_id } => Contact {
                input,
                wa_id: Some(wa_id),
                user_id: None,
            },
            Recipient::User(user) => Contact {
                input: user,
                wa_id: None,
                user_id: Some(user),
            },
            Recipient::Group(group) => Contact {
                input: group,
                wa_id: Some(group),
                user_id: None,
            },
        };
        let message_status = (message.kind == "template").then_some("accepted");
        Self {
            messaging_product: "whatsapp",
            contacts: [contact],
            messages: [Accepting { id, message_status }],
        }
    }
}
