//! How a command ends for its host where the adapter leaves that to the SDK.

use crate::call::Call;
use crate::descriptor::{Command, CommandTrait};
use crate::error::{Error, Kind};
use crate::json::ObjectText;

/// The end of a command whose adapter says that it succeeded, with a response that is no JSON object.
pub(crate) fn no_response(command: &Command) -> Error {
    let message =
        "a defect in the adapter: it answered success with a response that is no JSON object";
    undecided(command, Error::new(Kind::Internal, message))
}

/// The end of a command that parked its work when it was over already.
pub(crate) fn parked_at_its_end(command: &Command, call: &Call<'_>) -> Error {
    let message = "the call was over, and waited once more";
    let kind = if call.limits.cancel.is_cancelled() {
        Kind::Cancelled
    } else {
        Kind::Timeout
    };
    undecided(command, Error::new(kind, message))
}

/// The end of a command that raised an event which can reach nobody.
pub(crate) fn unsound_event(command: &Command, error: &Error) -> Error {
    undecided(command, Error::new(Kind::Internal, error.message()))
}

/// `error` as the end of a command of which nobody but the adapter knows what it has done: of one that
/// sends, that is an unknown outcome.
fn undecided(command: &Command, error: Error) -> Error {
    if command.traits.contains(&CommandTrait::Sends) {
        return Error::maybe_sent(format!("{}; it may have been sent", error.message()));
    }
    error
}

/// The response of a command that ended with `error`: every member of its rows, empty but for what the
/// error says. Of words, which leave nothing empty, it has the last one.
pub(crate) fn response_of(command: &Command, error: &Error) -> String {
    // A service's code beside an unknown outcome would be taken for a rejection.
    let code = error.remote_code().filter(|_| !error.is_maybe_sent());
    let code = code.map_or_else(|| error.kind().name().to_owned(), |code| code.to_string());
    let rows = command.response.iter().chain(command.extension_response);
    let response = rows.fold(ObjectText::new(), |response, row| match row.name {
        "code" if row.kind == "string" => response.text("code", &code),
        "error" if row.kind == "string" => response.text("error", error.message()),
        name => match row.words.and_then(|words| words.list.last()) {
            Some(word) => response.text(name, word),
            None => response.raw(name, row.empty_json()),
        },
    });
    response.end()
}

/// Why `command` failed, as its host may know it. A command that sends and whose event is refused is not
/// repeated for the event's sake: nobody but the adapter knows what it has sent by then.
pub(crate) fn unrepeated(command: &Command, error: Error) -> Error {
    if error.kind() == Kind::EventNotAccepted && command.traits.contains(&CommandTrait::Sends) {
        let message = "the host did not take an event of the command, which may have been sent";
        return Error::maybe_sent(format!("{message}: {}", error.message()));
    }
    error
}
