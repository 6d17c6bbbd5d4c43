//! getConversationWindow: whether a customer may be sent any message, or templates only.

use std::borrow::Cow;

use super::request::{self, CUSTOMER, PHONE_NUMBER};
use super::response::{self, CODE, DETAILS, Details, ERROR, STATUS};
use super::{Context, Execution};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::phone_number::is_somebody;
use crate::rows::TextCheck;

pub(super) const COMMAND: Command = Command {
    name: "getConversationWindow",
    display: "Get the Conversation Window",
    description: "Says whether the customer wrote within the last 24 hours, as far as this adapter has \
                  seen; otherwise only templates are delivered. Asks nobody.",
    traits: &[CommandTrait::Idempotent],
    request: &[PHONE_NUMBER.check(&SOMEBODY)],
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
    let request = match request::read_strictly(json, &COMMAND) {
        Ok(request) => request,
        Err(error) => return response::of_refused(&COMMAND, error),
    };
    let business = context.properties.phone_number_id.as_str();
    let closes_at =
        context
            .windows
            .closes_at(business, &request::customer(&request), context.now.latest_s);
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

const SOMEBODY: TextCheck = TextCheck {
    name: "somebody",
    demands: CUSTOMER.demands,
    find: |text, say| {
        (CUSTOMER.find)(text, say);
        if !is_somebody(&request::stripped(Cow::Borrowed(text)).0) {
            let what = "names nobody: it has no digit; give digits, with + and country code, or a \
                        business-scoped user id such as US.13491208655302741918";
            say.refuse("", what);
        }
    },
};
