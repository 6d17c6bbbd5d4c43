//! sealFlowResponse: the answer to a request that openFlowRequest has opened.

use serde_json::Value;

use super::open_flow_request::{CONTENT_TYPE, HTTP_STATUS, Told, http, sealing_failed};
use super::response::{self, CODE, DETAILS, Details, ERROR, STATUS};
use super::{Context, Execution, request};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::{Error, Kind};
use crate::flow::{self, NotFree, NotSealable, ReplyKey};
use crate::json::ObjectText;
use crate::rows::{Check, Members, Object, Others, Rule};

pub(super) const COMMAND: Command = Command {
    name: "sealFlowResponse",
    display: "Seal a Flow's Response",
    description: "Encrypts the answer to a request that openFlowRequest has opened. The same answer gives the \
                  same bytes; a second, different one is refused.",
    traits: &[CommandTrait::Idempotent],
    request: &[
        Field::string(
            "replyKey",
            "Reply key",
            "What openFlowRequest has answered, at most 60 seconds ago.",
        )
        .required()
        .length(1, 512)
        .secret(),
        Field::string(
            "screen",
            "Screen",
            "The screen that comes next; SUCCESS ends the Flow.",
        )
        .length(1, 256),
        Field::object("data", "Data", "What the screen shows; {} if absent.")
            .members(&Object::of(&[]).others(Others::Ignored))
            .passed_on(),
        Field::string(
            "flowTokenInvalid",
            "Message about an invalid Flow",
            "In place of a screen: the Flow is no longer valid, and the customer is shown this message.",
        )
        .length(1, 1024),
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string("body", "", "The body to answer with, in Base64, as it is sent."),
        CONTENT_TYPE,
        HTTP_STATUS,
        DETAILS,
    ],
    rules: &[
        Rule::One(&["screen", "flowTokenInvalid"]),
        Rule::Needs("data", "screen"),
        Rule::Check(&END),
    ],
    ..Command::EXTENSION
};

/// The screen that ends a Flow.
const SUCCESS: &str = "SUCCESS";

const END: Check = Check {
    name: "end of a flow",
    demands: "with the screen SUCCESS, data has extension_message_response.params, an object with a \
              flow_token",
    find: |members, say| {
        if members.text("screen") == SUCCESS && members.is_right("data") && !ends(members) {
            let what = "needs extension_message_response.params with a flow_token: without it the phone does \
                        not end the Flow";
            say.refuse("data", what);
        }
    },
};

fn ends(members: &Members<'_>) -> bool {
    let data = members.json("data").unwrap_or("{}");
    let data: Value = serde_json::from_str(data).unwrap_or_default();
    let token = data.pointer("/extension_message_response/params/flow_token");
    token
        .and_then(Value::as_str)
        .is_some_and(|token| !token.is_empty())
}

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    let request = match request::read_strictly(json, &COMMAND) {
        Ok(request) => request,
        Err(error) => return response::of_refused(&COMMAND, error),
    };
    let (content, http_status) = content(&request);
    let now_s = context.now.latest_s;
    let keys = &context.properties.flow_keys;
    let key = match ReplyKey::open(request.text("replyKey"), keys, now_s) {
        Ok(key) => key,
        Err(NotSealable::Expired) => {
            let message =
                "the replyKey is older than 60 seconds: the phone no longer waits for this answer";
            return Ok(refused(
                Error::invalid_request(message),
                "reply_key_expired",
            ));
        }
        Err(NotSealable::Foreign) => {
            let message = "the replyKey was not made with this adapter's flowPrivateKey, or it was changed: \
                           pass what openFlowRequest answered";
            return Ok(refused(
                Error::invalid_request(message),
                "reply_key_foreign",
            ));
        }
    };
    match context.reply_keys.claim(&key, &content, now_s) {
        Ok(()) => {}
        Err(NotFree::Used) => {
            let message = "this request was answered otherwise before: a second answer under the same key would \
                           show both to others";
            return Ok(refused(Error::invalid_request(message), "reply_key_used"));
        }
        Err(NotFree::Full) => {
            let message = "more answers than can be remembered are under way";
            let error = Error::new(Kind::Busy, message).with_retry(true, Some(1_000));
            return Ok(refused(error, "too_many_replies"));
        }
    }
    let body = key.encrypt(&content).ok_or_else(sealing_failed)?;
    let mut members: Told = http(http_status);
    members.push(("body", Value::from(body).to_string()));
    let details = Details::default();
    Ok(response::of_command(&COMMAND, &members, None, &details))
}

/// What is sealed, and the HTTP status that it goes out with.
fn content(request: &Members<'_>) -> (String, u16) {
    if let Some(message) = request.maybe_text("flowTokenInvalid") {
        return (flow::token_invalid(message), 427);
    }
    let data = ObjectText::of_json(request.json("data").unwrap_or("{}")).end();
    (flow::screen(request.text("screen"), &data), 200)
}

fn refused(error: Error, reason: &'static str) -> Execution {
    let details = Details {
        reason: Some(reason),
        ..Details::default()
    };
    response::of_command(&COMMAND, &[], Some(error), &details)
}
