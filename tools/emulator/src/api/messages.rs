//! The messages endpoints: the body is checked, the message is accepted and answered.

use serde::Serialize;

use super::{Call, Reply, SentMessage};
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::http::Response;
use crate::ids::{self, Direction};
use crate::send::{self, Circumstances, Failure, Message, Recipient, Send, digits};
use crate::state::State;

/// `POST /{phone number id}/messages`: messages, and read receipts.
pub(crate) fn send(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let state = call.state;
    let body = call.json_and_query()?;
    match send::check(&body, &circumstances(state, account))? {
        Send::Message(message) => accept(state, message),
        Send::Receipt(id) if ids::is_outgoing(&id) => Err(GraphError::invalid(format!(
            "Message supplied to mark message as read API with message ID: {id} is outgoing. \
             Please use an incoming message ID."
        ))),
        Send::Receipt(_) => Ok(Reply::success().of("read")),
    }
}

/// `POST /{phone number id}/marketing_messages`: templates only, with two members more.
pub(crate) fn send_marketing(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.json_and_query()?;
    let message = send::check_marketing(&body, &circumstances(call.state, account))?;
    accept(call.state, message)
}

fn circumstances<'a>(state: &'a State, account: &'a Account) -> Circumstances<'a> {
    Circumstances {
        account,
        business_number: &state.config.display_phone_number,
        now: state.ticker.now(),
    }
}

fn accept(state: &State, message: Message) -> Result<Reply, GraphError> {
    if let Some(code) = code_for(&state.config.refused, &message.recipient) {
        return Err(GraphError::of_code(code).details("Refused by configuration"));
    }
    let id = state
        .ids
        .message(message.recipient.name(), Direction::Outgoing);
    let body = Accepted::new(&message, &id);
    let reply = Reply::new(Response::json(200, &body)).of(message.kind);
    let failure = code_for(&state.config.undeliverable, &message.recipient).map(|code| Failure {
        code,
        details: "Reported by configuration".to_owned(),
    });
    let sent = SentMessage {
        failure: failure.or_else(|| message.failure.clone()),
        message,
        id,
    };
    Ok(Reply {
        sent: Some(sent),
        ..reply
    })
}

fn code_for(list: &[(String, u32)], recipient: &Recipient) -> Option<u32> {
    let named = |entry: &&(String, u32)| {
        entry.0 == recipient.name() || recipient.phone().is_some_and(|it| it == digits(&entry.0))
    };
    list.iter().find(named).map(|(_, code)| *code)
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
