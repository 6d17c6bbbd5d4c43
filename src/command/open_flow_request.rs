//! openFlowRequest: what a customer's phone asks of a Flow's data endpoint.
//!
//! Order of work: size cap, signature over the raw body, decryption; nothing is opened that is not signed
//! (D/flows/guides/implementingyourflowendpoint).

use super::response::{self, CODE, DETAILS, Details, ERROR, STATUS};
use super::signed_body;
use super::{Context, Execution};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::{Error, Kind};
use crate::flow::{self, NotOpened, ReplyKey, Request};
use crate::log::Level;
use crate::webhook::Refusal;

pub(super) const COMMAND: Command = Command {
    name: "openFlowRequest",
    display: "Open a Flow's Request",
    description: "Checks and decrypts a request to the data endpoint of a Flow. Answers health checks and \
                  error notifications by itself.",
    traits: &[CommandTrait::Idempotent],
    request: &[
        Field::string(
            "flowRequest",
            "Flow request",
            "The raw body of the HTTP request, as text.",
        )
        .required(),
        Field::string(
            "signature",
            "Signature",
            "The request's header X-Hub-Signature-256.",
        )
        // As of a notification: an empty one is one that does not fit.
        .unlisted_length(0, 4096)
        .means_empty(),
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::string(
            "action",
            "",
            "What is asked: INIT, BACK, data_exchange, or ping.",
        ),
        Field::string("screen", "", "The screen that asks; empty if none does."),
        Field::object("data", "", "What the screen has sent, as it came."),
        Field::string("flowToken", "", "The token that the Flow was sent with."),
        Field::string("version", "", "The version of the data API."),
        Field::string(
            "replyKey",
            "",
            "What sealFlowResponse seals the answer with, within 60 seconds, in any process with the same \
             private key; empty if reply is there.",
        ),
        REPLY,
        CONTENT_TYPE,
        HTTP_STATUS,
        DETAILS,
    ],
    ..Command::EXTENSION
};

const REPLY: Field = Field::string(
    "reply",
    "",
    "The body to answer with at once: of a health check and of an error notification; else empty.",
);
pub(super) const CONTENT_TYPE: Field =
    Field::string("contentType", "", "The Content-Type to answer with.");
pub(super) const HTTP_STATUS: Field = Field::integer(
    "httpStatus",
    "",
    "The HTTP status to answer with: 200; 421 if it does not decrypt, so that the phone fetches the public \
     key anew; 427 if the Flow is no longer valid; 432 if the signature is wrong; 0 if the request was not \
     looked at.",
);

/// A response's members, each as JSON.
pub(super) type Told = Vec<(&'static str, String)>;

/// What to answer with.
pub(super) fn http(status: u16) -> Told {
    vec![
        ("contentType", "\"text/plain\"".to_owned()),
        ("httpStatus", status.to_string()),
    ]
}

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    let limit = context.properties.max_notification_bytes;
    let (body, signature) = match signed_body::parse(json, &COMMAND, limit) {
        Ok(Ok(parsed)) => parsed,
        Ok(Err(too_large)) => return Ok(self::too_large(too_large)),
        Err(error) => return response::of_refused(&COMMAND, error),
    };
    if let Err(too_large) = signed_body::fit(body.len(), limit) {
        return Ok(self::too_large(too_large));
    }
    let header = signature.as_deref().map(str::as_bytes);
    if let Err(refusal) = signed_body::verify(body.as_bytes(), header, context.properties) {
        return Ok(unauthentic(refusal, context));
    }
    let keys = &context.properties.flow_keys;
    let Some(owner) = keys.first() else {
        let error = Error::invalid_request(
            "requests of Flows are opened with their private key: set the property flowPrivateKey",
        );
        return Ok(refused(error, "no_flow_key", None, 500));
    };
    match flow::open(body.as_bytes(), keys) {
        Ok((request, key)) => {
            let seconds = context.now.latest_s;
            let carried = key.seal(owner, seconds);
            let sealed = carried.and_then(|carried| opened(&request, &key, carried, context));
            sealed.map_or_else(|| Err(sealing_failed()), Ok)
        }
        Err(NotOpened::NotDecrypted) => {
            let error = Error::invalid_request(
                "the request does not decrypt with this adapter's key: answer 421, and the phone fetches the \
                 public key anew; if it comes again, set the public key with setFlowPublicKey",
            );
            Ok(refused(error, "flow_not_decrypted", None, 421))
        }
        Err(NotOpened::NoRequest) => {
            let error = Error::invalid_request(
                "the request decrypts, but it is no JSON object with an action: it is not of a Flow's phone",
            );
            Ok(refused(error, "flow_no_request", None, 400))
        }
    }
}

/// That cannot happen with keys of the right length.
pub(super) fn sealing_failed() -> Error {
    Error::new(
        Kind::Internal,
        "a defect in the adapter: nothing was sealed",
    )
}

fn opened(
    request: &Request,
    key: &ReplyKey,
    carried: String,
    context: &Context<'_, '_>,
) -> Option<Execution> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let own = match request.action.as_str() {
        "ping" => Some(flow::ping()),
        _ if request.is_error => Some(flow::client_error()),
        _ => None,
    };
    let reply = match &own {
        Some(content) => {
            let claimed = context.reply_keys.claim(key, content, context.now.latest_s);
            // Of a request that was answered otherwise before, there is nothing to answer.
            claimed
                .ok()
                .map_or(Some(String::new()), |()| key.encrypt(content))?
        }
        None => String::new(),
    };
    let carried = if own.is_some() {
        String::new()
    } else {
        carried
    };
    let mut members = http(200);
    members.extend([
        ("action", quoted(&request.action)),
        ("screen", quoted(&request.screen)),
        ("data", request.data.clone()),
        ("flowToken", quoted(&request.flow_token)),
        ("version", quoted(&request.version)),
        ("replyKey", quoted(&carried)),
        ("reply", quoted(&reply)),
    ]);
    let details = Details::default();
    Some(response::of_command(&COMMAND, &members, None, &details))
}

fn too_large(too_large: signed_body::TooLarge) -> Execution {
    let error = too_large.error("the Flow's request");
    refused(error, "too_large", None, 413)
}

fn unauthentic(refusal: Refusal, context: &Context<'_, '_>) -> Execution {
    let refusal = match refusal {
        // How Meta writes other bodies than notifications is not known.
        Refusal::Reserialised => Refusal::WrongKey,
        refusal => refusal,
    };
    let hint = match refusal {
        Refusal::NoSecret => {
            "the adapter has no appSecret to check the signature with: set it; a Flow's request is never \
             opened unchecked"
        }
        refusal => refusal.hint(),
    };
    context.log.record_limited(Level::Warn, "flow", || {
        let fields = serde_json::json!({ "reason": refusal.reason() });
        ("request of a Flow refused".to_owned(), fields)
    });
    let error = Error::new(Kind::Unauthentic, hint);
    refused(error, refusal.reason(), Some(hint), 432)
}

fn refused(
    error: Error,
    reason: &'static str,
    hint: Option<&'static str>,
    http_status: u16,
) -> Execution {
    let details = Details {
        reason: Some(reason),
        hint,
        ..Details::default()
    };
    response::of_command(&COMMAND, &http(http_status), Some(error), &details)
}
