//! Whether business and customer may talk now: registration, blocks, and the 24-hour window.

use super::circumstances::Circumstances;
use super::message::Failure;
use super::recipient::Recipient;
use crate::graph_error::GraphError;
use crate::node::Check;
use crate::strictness::WindowRule;

const OUTSIDE: &str = "Message failed to send because more than 24 hours have passed since the \
                       customer last replied to this number.";

/// Refuses the message, or says why it will not arrive.
pub(super) fn check(
    recipient: &Recipient,
    kind: &str,
    circumstances: &Circumstances<'_>,
) -> Check<Option<Failure>> {
    let account = circumstances.account;
    if !account.registration.is_registered() {
        return Err(GraphError::of_code(133_010).details("Account is not registered"));
    }
    let customer = recipient.name();
    if account.customers.is_blocked(customer) {
        return Err(GraphError::of_code(130_403).details("Unblock the user to send messages"));
    }
    if account.conversations.passed.contains(customer) {
        return Err(GraphError::of_code(131_070).details("Another role owns the thread"));
    }
    // Groups have no window, and templates exist to be sent outside of it.
    let free = recipient.is_group()
        || kind == "template"
        || account
            .customers
            .window_is_open(customer, circumstances.now);
    match account.strictness.service_window {
        WindowRule::Ignored => Ok(None),
        _ if free => Ok(None),
        WindowRule::Refused => Err(GraphError::of_code(131_047).details(OUTSIDE)),
        WindowRule::Reported => Ok(Some(Failure {
            code: 131_047,
            details: OUTSIDE.to_owned(),
        })),
    }
}
