//! What every command that sends a message shares: its response rows and the send itself.

use super::response::{self, CODE, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Content, Recipient};
use crate::descriptor::Field;

/// The response rows of a command that sends a message.
pub(super) const SEND_RESPONSE: &[Field] = &[
    STATUS,
    Field::string(
        "messageId",
        "",
        "The id of the sent message, use it to track your message status.",
    ),
    CODE,
    ERROR,
];

/// Sends `content` and says what became of it; for every command that sends a message.
pub(super) fn send(
    recipient: &Recipient<'_>,
    content: &Content<'_>,
    context: &Context<'_, '_>,
) -> Execution {
    let answer = context
        .client
        .send(recipient, content, context.correlation_id, &context.scope());
    response::of_answer(&answer)
}
