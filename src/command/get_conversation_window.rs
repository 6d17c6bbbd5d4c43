//! getConversationWindow: whether a customer may be sent any message, or templates only.

use super::request::{self, PHONE_NUMBER};
use super::response::{self, CODE, DETAILS, Details, ERROR, STATUS};
use super::{Context, Execution};
use crate::customer::is_somebody;
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;

pub(super) const COMMAND: Command = Command {
    name: "getConversationWindow",
    display: "Get the Conversation Window",
    description: "Says whether the customer wrote within the last 24 hours, as far as this adapter has \
                  seen; otherwise only templates are delivered. Asks nobody.",
    traits: &[CommandTrait::Idempotent],
    request: &[PHONE_NUMBER],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::boolean(
            "windowOpen",
            "",
            "Whether any message may be sent. false as well if no message of the customer's was seen.",
        ),
        Field::integer(
            "closesAt",
            "",
            "When the window closes, in seconds since 1970; 0 if it is not open.",
        ),
        DETAILS,
    ],
    ..Command::EXTENSION
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    let customer = match parse(json) {
        Ok(customer) => customer,
        Err(error) => return response::of_refused(&COMMAND, error),
    };
    let business = context.properties.phone_number_id.as_str();
    let closes_at = context
        .windows
        .closes_at(business, &customer, context.now.latest_s);
    let details = Details {
        hint: closes_at.is_none().then_some(HINT),
        ..Details::default()
    };
    let members = [
        ("windowOpen", closes_at.is_some().to_string()),
        ("closesAt", closes_at.unwrap_or(0).to_string()),
    ];
    Ok(response::of_command(&COMMAND, &members, None, &details))
}

const HINT: &str = "send a template (sendMessageTemplate): it is delivered at any time";

fn parse(json: &str) -> Result<String, Error> {
    let mut members = request::members(json)?;
    let customer = request::customer(&mut members)?;
    members.finish()?;
    if !is_somebody(&customer) {
        return Err(Error::invalid_request(
            "request member \"phoneNumber\" names nobody: it has no digit; give digits, with + and country \
             code, or a business-scoped user id such as US.13491208655302741918",
        ));
    }
    Ok(customer.into_owned())
}
