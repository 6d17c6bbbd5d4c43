//! Several notifications in one body, and bodies of a given length.

use serde_json::json;

use super::envelope;
use crate::account::customers::user_id_of;
use crate::fault::BatchShape;
use crate::ids::Direction;
use crate::inbound::DEFAULT_CUSTOMER;
use crate::notice::{Content, Members};
use crate::state::State;

/// A text of a length that WhatsApp allows.
const TEXT_LENGTH: usize = 4000;

/// One body for all of them.
pub(crate) fn of_many(state: &State, contents: Vec<Content>, shape: BatchShape) -> Vec<u8> {
    match shape {
        BatchShape::Entries => {
            let entries: Vec<_> = contents.iter().map(|content| vec![content]).collect();
            envelope::body(state, &entries)
        }
        BatchShape::Changes => envelope::body(state, &[contents.iter().collect()]),
        BatchShape::Values => {
            let mut all = Content::default();
            for content in contents {
                all.contacts.extend(content.contacts);
                all.messages.extend(content.messages);
                all.statuses.extend(content.statuses);
                all.more.0.extend(content.more.0);
            }
            envelope::body(state, &[vec![&all]])
        }
    }
}

/// A body of exactly this length: text messages are added, and the last one is stretched.
pub(crate) fn of_length(state: &State, mut content: Content, length: usize) -> Vec<u8> {
    let measure = |content: &Content| envelope::body(state, &[vec![content]]).len();
    let before = measure(&content);
    content.messages.push(text(state, TEXT_LENGTH));
    let after = measure(&content);
    if after > length {
        content.messages.pop();
        return envelope::body(state, &[vec![&content]]);
    }
    // One byte more than the first for the comma between two messages.
    let each = after - before + 1;
    let more = (length - after) / each;
    content
        .messages
        .extend((0..more).map(|_| text(state, TEXT_LENGTH)));
    let missing = length.saturating_sub(measure(&content));
    content.messages.pop();
    content.messages.push(text(state, TEXT_LENGTH + missing));
    envelope::body(state, &[vec![&content]])
}

fn text(state: &State, length: usize) -> Members {
    Members::default()
        .with("from", DEFAULT_CUSTOMER)
        .with("from_user_id", user_id_of(DEFAULT_CUSTOMER))
        .with(
            "id",
            state.ids.message(DEFAULT_CUSTOMER, Direction::Incoming),
        )
        .with("timestamp", state.ticker.tick().to_string())
        .with("type", "text")
        .with("text", json!({"body": "x".repeat(length)}))
}
