//! checkSetup: what is wrong with the configuration and the account, and what to do about each.

mod account;
mod asked;
mod finding;
mod local;
mod number;
mod token;
mod webhook_fields;

use super::response::{self, CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution, request};
use crate::cloud_api::CallReport;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::{Error, Kind};
use crate::rows::{Item, Members, shown};
use crate::webhook::{EVENTS, EXTENSION_EVENTS};
use asked::ask;
use finding::Finding;

pub(super) const COMMAND: Command = Command {
    name: "checkSetup",
    display: "Check the Setup",
    description: "Checks the properties, the access token, the phone number, the account and its \
                  subscription, and says what to do about what is wrong. Changes nothing. Which \
                  responder owns a thread nobody can ask Meta.",
    traits: &[CommandTrait::Idempotent],
    request: &[Field::array(
        "events",
        "Events",
        "The events that workflows start from, such as customer_message: the webhook fields that the app \
         lacks for them are found, if Meta tells them.",
    )
    .items(1, 100, &Field::text_item().length(1, 64))],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::boolean(
            "healthy",
            "",
            "Whether nothing was found that keeps messages from going out or notifications from coming in.",
        ),
        Field::array(
            "findings",
            "",
            "Objects with check (a stable name), level (error or warning), message and todo.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    let request = match request::read_strictly(json, &COMMAND).and_then(known_events) {
        Ok(request) => request,
        Err(error) => return response::of_refused(&COMMAND, error),
    };
    let events = request.list("events").iter().filter_map(Item::text);
    let events: Vec<&str> = events.collect();
    let mut findings = local::findings(context.properties, context.now.sure_s);
    let token = token::call(context.properties);
    let asked = ask(context, &token);
    if let Some(error) = asked.failure().filter(is_end) {
        return Ok(response::of_command(
            &COMMAND,
            &[],
            Some(error),
            &response::of_reply(&asked),
        ));
    }
    // Neither a proxy's page nor a limit says anything about the token.
    let reachable = asked
        .failure()
        .is_none_or(|error| error.remote_code().is_some() && !error.is_retryable());
    if reachable {
        let app_id = token::findings(&asked, context.now.sure_s, &mut findings);
        let number = ask(context, &number::call(context.properties));
        number::findings(&number, &mut findings);
        let key = ask(context, &number::key_call(context.properties));
        number::of_key(&key, context.properties, &mut findings);
        account::findings(context, app_id.as_deref(), &mut findings);
        if let Some(app_id) = app_id.filter(|_| !events.is_empty()) {
            findings.extend(webhook_fields::finding(context, &app_id, &events));
        }
    } else {
        findings.push(unreachable(&asked));
    }
    let healthy = !findings.iter().any(Finding::is_error);
    let json = serde_json::to_string(&findings).unwrap_or_default();
    let members = [("healthy", healthy.to_string()), ("findings", json)];
    Ok(response::of_command(
        &COMMAND,
        &members,
        None,
        &response::of_reply(&asked),
    ))
}

/// The request, if every event in it is one of the descriptor's.
fn known_events(request: Members<'_>) -> Result<Members<'_>, Error> {
    let is_known = |name: &str| {
        let mut all = EVENTS.iter().chain(EXTENSION_EVENTS);
        all.any(|event| event.name == name)
    };
    let mut names = request.list("events").iter().filter_map(Item::text);
    match names.find(|name| !is_known(name)) {
        None => Ok(request),
        Some(name) => Err(Error::invalid_request(format!(
            "\"events\" has {}, which is no event of this adapter",
            shown(name)
        ))),
    }
}

/// Whether the host ended the call, or its time did.
fn is_end(error: &Error) -> bool {
    matches!(error.kind(), Kind::Cancelled | Kind::Timeout)
}

fn unreachable(reply: &CallReport) -> Finding {
    let error = reply.failure();
    let told = error.as_ref().map(Error::message).unwrap_or_default();
    let todo = reply.hint().unwrap_or(
        "check the network, a proxy's rules for graph.facebook.com, and the properties baseUrl, proxy and \
         caFile",
    );
    Finding::error("graph_unreachable", told, todo)
}
