//! checkSetup: what is wrong with the configuration and the account, and what to do about each.

mod account;
mod asked;
mod finding;
mod local;
mod number;
mod token;

use super::response::{self, CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution, request};
use crate::cloud_api::CallReport;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::{Error, Kind};
use asked::ask;
use finding::Finding;

pub(super) const COMMAND: Command = Command {
    name: "checkSetup",
    display: "Check the Setup",
    description: "Checks the properties, the access token, the phone number, the account and its \
                  subscription, and says what to do about what is wrong. Changes nothing.",
    traits: &[CommandTrait::Idempotent],
    request: &[],
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
    if let Err(error) = request::read_strictly(json, &COMMAND) {
        return response::of_refused(&COMMAND, error);
    }
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
        findings.extend(number::of_key(&key));
        account::findings(context, app_id.as_deref(), &mut findings);
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
