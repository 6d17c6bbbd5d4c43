//! The commands: one file each, its descriptor rows beside what it does. Adding one is a file and a
//! line in `COMMANDS` and `run`.

mod process_webhook;
mod request;
mod response;
mod send;
mod send_message_reaction;
mod send_message_text;
mod send_message_text_template;

pub(crate) use process_webhook::{Authority, process as process_webhook_body};

use crate::cloud_api::{Client, Limits, Scope};
use crate::descriptor;
use crate::error::{Error, Kind};
use crate::event::EventSink;
use crate::log::Log;
use crate::metrics::Metrics;
use crate::properties::Properties;
use crate::webhook::Dedup;

/// The specification's commands, in its order.
pub(crate) const COMMANDS: &[&descriptor::Command] = &[
    &send_message_text::COMMAND,
    &send_message_text_template::COMMAND,
    &send_message_reaction::COMMAND,
    &process_webhook::COMMAND,
];

/// What a command may use.
pub(crate) struct Context<'a, 's> {
    pub(crate) properties: &'a Properties,
    pub(crate) client: &'a Client,
    pub(crate) log: &'a Log,
    pub(crate) metrics: &'a Metrics,
    pub(crate) dedup: &'a Dedup,
    /// Unix seconds that never go back.
    pub(crate) now_s: u64,
    /// The instance's name, if the host gave one.
    pub(crate) instance_name: Option<&'a str>,
    pub(crate) limits: &'a Limits,
    pub(crate) correlation_id: Option<&'a str>,
    pub(crate) sink: &'a mut EventSink<'s>,
}

impl Context<'_, '_> {
    /// What a call of the Cloud API is bounded by, and where it tells what it did.
    fn scope(&self) -> Scope<'_> {
        Scope {
            limits: self.limits,
            log: self.log,
            metrics: &self.metrics.sending,
        }
    }
}

/// A command that was found and whose request was JSON: it always has a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// One JSON object with all of the specification's response members, and `details`.
    pub response: String,
    /// Why it failed; none on success.
    pub failure: Option<Error>,
}

/// Runs one command.
///
/// # Errors
/// `NotFound` for a name that is no command, `InvalidArgument` for a request that is no JSON. Every
/// other failure is inside the [`Execution`].
pub(crate) fn run(
    name: &str,
    request: &str,
    context: &mut Context<'_, '_>,
) -> Result<Execution, Error> {
    match name {
        "sendMessageText" => send_message_text::run(request, context),
        "sendMessageTextTemplate" => send_message_text_template::run(request, context),
        "sendMessageReaction" => send_message_reaction::run(request, context),
        "processWebhook" => process_webhook::run(request, context),
        _ => Err(Error::new(
            Kind::NotFound,
            format!("no such command; known are: {}", names()),
        )),
    }
}

fn names() -> String {
    COMMANDS
        .iter()
        .map(|command| command.name)
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::Memory;

    #[test]
    fn every_row_has_its_branch_and_unknown_names_are_listed() {
        let properties = Properties::parse(
            r#"{"authenticationToken":"EAAGexampleexampleexample","apiVersion":"v26.0",
                "phoneNumberId":"1","baseUrl":"http://127.0.0.1:1"}"#,
        )
        .unwrap();
        let client = Client::new(&properties, None).unwrap();
        let limits = Limits {
            deadline: std::time::Instant::now(),
            cancel: std::sync::Arc::default(),
        };
        for name in COMMANDS
            .iter()
            .map(|command| command.name)
            .chain(["sendmessagetext", ""])
        {
            let known = COMMANDS.iter().any(|command| command.name == name);
            let mut context = Context {
                properties: &properties,
                client: &client,
                log: &Log::default(),
                metrics: &Metrics::new(std::iter::empty()),
                dedup: &Dedup::new(Memory {
                    entries: 1,
                    seconds: 1,
                }),
                now_s: 0,
                instance_name: None,
                limits: &limits,
                correlation_id: None,
                sink: &mut |_| panic!("no event is expected"),
            };
            let ran = run(name, "{}", &mut context);
            assert_eq!(ran.is_ok(), known, "{name}");
        }
    }
}
