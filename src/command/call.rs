//! What every command shares that calls the Graph API and sends no message.

use serde_json::Value;

use super::request;
use super::response;
use super::{Context, Execution};
use crate::cloud_api::{Call, CallReport};
use crate::descriptor::Command;
use crate::error::{Error, Kind};
use crate::properties::{BusinessAccountId, Properties};
use crate::rows::{Leniency, Members};

/// The fields that describe the state of a phone number.
pub(super) const NUMBER_FIELDS: &str = "display_phone_number,verified_name,quality_rating,throughput,\
                                        code_verification_status,platform_type,account_mode,\
                                        health_status,messaging_limit_tier,name_status,\
                                        webhook_configuration";

/// A command's own response members, each as JSON.
pub(super) type Taken = Vec<(&'static str, String)>;

/// Plans the call from the request's members.
pub(super) type Plan = fn(&Members<'_>, &Properties) -> Result<Call, Error>;

/// Takes the response's members from Meta's response.
pub(super) type Take = fn(&Value) -> Taken;

/// Compares what Meta says of each part with what was asked for.
pub(super) type Check = fn(&Members<'_>, &mut CallReport);

/// Runs a command that is one call.
pub(super) fn run(
    json: &str,
    context: &Context<'_, '_>,
    command: &Command,
    plan: Plan,
    take: Take,
) -> Result<Execution, Error> {
    run_checked(json, context, command, plan, take, unchecked)
}

/// Runs a command that is one call, whose response reports on several parts.
pub(super) fn run_checked(
    json: &str,
    context: &Context<'_, '_>,
    command: &Command,
    plan: Plan,
    take: Take,
    check: Check,
) -> Result<Execution, Error> {
    run_lenient(
        json,
        context,
        command,
        |members, properties, _| plan(members, properties),
        take,
        check,
    )
}

/// The same, with a plan that has limits which are no row's: those of a file.
pub(super) fn run_lenient(
    json: &str,
    context: &Context<'_, '_>,
    command: &Command,
    plan: impl FnOnce(&Members<'_>, &Properties, &mut Leniency) -> Result<Call, Error>,
    take: Take,
    check: Check,
) -> Result<Execution, Error> {
    let properties = context.properties;
    let mut leniency = Leniency::new(properties.strict_limits);
    let read = request::read(json, command, &mut leniency);
    let planned =
        read.and_then(|request| Ok((plan(&request, properties, &mut leniency)?, request)));
    let (call, request) = match planned {
        Ok(planned) => planned,
        Err(error) => return response::of_refused(command, error),
    };
    let mut reply = context.client.call(&call, &context.call_context());
    check(&request, &mut reply);
    reply.warnings.splice(0..0, leniency.into_warnings());
    Ok(of_reply(command, &reply, take))
}

/// The command's response for Meta's response. Its members are taken from a refusal as well.
pub(super) fn of_reply(command: &Command, reply: &CallReport, take: Take) -> Execution {
    let members = reply.json.as_ref().map(take).unwrap_or_default();
    response::of_command(
        command,
        &members,
        reply.failure(),
        &response::of_reply(reply),
    )
}

/// Fails the call if Meta did nothing of it: neither the list `done` has one, and some failed.
pub(super) fn check_parts(reply: &mut CallReport, done: &str, failed: &str, says: &str) {
    let has = |name: &str| {
        let list = reply
            .json
            .as_ref()
            .and_then(|answer| answer.get(name)?.as_array());
        list.is_some_and(|list| !list.is_empty())
    };
    if has(failed) && !has(done) {
        reply.fail(&Error::new(Kind::CommandFailed, says));
    }
}

/// For commands that Meta does as a whole or not at all.
pub(super) const fn unchecked(_: &Members<'_>, _: &mut CallReport) {}

/// For commands whose response has nothing of its own.
pub(super) const fn nothing(_: &Value) -> Taken {
    Vec::new()
}

/// The response members that stand in the answer under a JSON pointer.
pub(super) fn pick(answer: &Value, places: &[(&'static str, &str)]) -> Taken {
    let found = places.iter().filter_map(|(name, pointer)| {
        let value = answer.pointer(pointer).filter(|value| !value.is_null())?;
        Some((*name, value.to_string()))
    });
    found.collect()
}

/// The path of one of the business account's edges.
///
/// # Errors
/// `InvalidRequest` without the property businessAccountId.
pub(super) fn of_account(properties: &Properties, edge: &str) -> Result<String, Error> {
    Ok(format!("{}/{edge}", account(properties)?))
}

/// The id of the business account.
///
/// # Errors
/// `InvalidRequest` without the property businessAccountId.
pub(super) fn account(properties: &Properties) -> Result<&BusinessAccountId, Error> {
    properties.business_account_id.as_ref().ok_or_else(|| {
        Error::invalid_request(
            "this command is about the account: set the property businessAccountId (the WhatsApp Business \
             Account ID of the API set-up page)",
        )
    })
}
