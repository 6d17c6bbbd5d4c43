//! The scenario of host-example/README.md, step by step; its order is the transcript's.

use std::sync::{Arc, mpsc as std_mpsc};
use std::time::Duration;

use cloud_api_emulator::{Emulator, inbound};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::time::timeout;
use workflow_adapter_loader::{
    CommandOutput, Plugin, Verdict, WFA_ERR_COMMAND_FAILED, WFA_ERR_INVALID_REQUEST, WFA_OK,
    result_name, wfa_result,
};

use super::reply::{self as workflow, Reply};
use super::transcript;
use super::webhook::{self, Notification};
use crate::console;
use crate::instance::{Call, Instance};
use crate::problem::Problem;

/// The instance's name.
const INSTANCE: &str = "demo";
/// How long the scenario waits for anything; all of it takes less than a second.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);
/// An accepted message is followed by three notifications: sent, delivered, read.
const STATUSES: usize = 3;

/// One command that the host runs.
struct Step {
    command: &'static str,
    request: &'static str,
    correlation_id: Option<&'static str>,
    expected: wfa_result,
}

const STEPS: [Step; 5] = [
    Step {
        command: "sendMessageText",
        request: r#"{"phoneNumber":"+16505551234","message":"Your order has shipped 📦"}"#,
        correlation_id: Some("order-1"),
        expected: WFA_OK,
    },
    Step {
        command: "sendMessageTextTemplate",
        request: concat!(
            r#"{"phoneNumber":"+16505551234","templateName":"hello_world","#,
            r#""languageCode":"en_US"}"#
        ),
        correlation_id: Some("order-2"),
        expected: WFA_OK,
    },
    Step {
        command: "sendMessageReaction",
        request: concat!(
            r#"{"phoneNumber":"+16505551234","#,
            r#""messageId":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQQA=","emoji":"👍"}"#
        ),
        correlation_id: Some("order-3"),
        expected: WFA_OK,
    },
    Step {
        command: "sendMessageText",
        request: r#"{"phoneNumber":"+16505551234"}"#,
        correlation_id: None,
        expected: WFA_ERR_INVALID_REQUEST,
    },
    Step {
        command: "sendMessageText",
        request: r#"{"phoneNumber":"+15550000000","message":"Hello"}"#,
        correlation_id: Some("order-4"),
        expected: WFA_ERR_COMMAND_FAILED,
    },
];

/// An event that the callback accepted.
struct Event {
    name: String,
    json: String,
}

/// The scenario while it plays.
pub(crate) struct Scenario {
    instance: Instance,
    events: std_mpsc::Receiver<Event>,
    notifications: mpsc::Receiver<Notification>,
    emulator: Arc<Emulator>,
    /// How many notifications were answered with 200.
    delivered: usize,
}

impl Scenario {
    /// Creates the instance, and registers for every event.
    pub(crate) fn start(
        plugin: &Plugin,
        properties: &str,
        notifications: mpsc::Receiver<Notification>,
        emulator: Arc<Emulator>,
    ) -> Result<Self, Problem> {
        let (queue, events) = std_mpsc::channel();
        // Only notes what happened: workflows start when processWebhook has returned. A real host
        // stores the event before it accepts it.
        let on_event = move |name: &str, json: &str| {
            let event = Event {
                name: name.to_owned(),
                json: json.to_owned(),
            };
            match (transcript::event(name, json), queue.send(event)) {
                (Ok(()), Ok(())) => Verdict::Accepted,
                _ => Verdict::Retry,
            }
        };
        let instance = Instance::create(plugin, INSTANCE, properties, on_event)
            .map_err(|failure| Problem::Failed(format!("cannot create {INSTANCE}: {failure}")))?;
        transcript::created(INSTANCE)?;
        Ok(Self {
            instance,
            events,
            notifications,
            emulator,
            delivered: 0,
        })
    }

    /// Plays the scenario to its end.
    pub(crate) async fn play(mut self) -> Result<(), Problem> {
        for step in STEPS {
            self.step(&step).await?;
        }
        self.emulator
            .customer_sends(inbound::text(inbound::DEFAULT_CUSTOMER, "hello"));
        for event in self.notification("the customer's message").await? {
            if let Some(reply) = Reply::started_by(&event.name, &event.json) {
                self.reply(&reply).await?;
            }
        }
        self.wait_for_answers().await?;
        let destroyed = self.instance.destroy();
        destroyed.map_err(|failure| Problem::Failed(format!("cannot destroy: {failure}")))?;
        transcript::destroyed(INSTANCE)?;
        Ok(())
    }

    async fn step(&mut self, step: &Step) -> Result<(), Problem> {
        let call = Call {
            command: step.command.to_owned(),
            request: step.request.to_owned(),
            correlation_id: step.correlation_id.map(str::to_owned),
            timeout: None,
        };
        self.send(call, step.expected).await
    }

    /// The workflow that a customer's message starts.
    async fn reply(&mut self, reply: &Reply) -> Result<(), Problem> {
        transcript::workflow(workflow::NAME, workflow::TRIGGER, &reply.from)?;
        let call = Call {
            command: "sendMessageText".to_owned(),
            request: reply
                .request()
                .map_err(|error| Problem::Failed(error.to_string()))?,
            correlation_id: Some("reply-1".to_owned()),
            timeout: None,
        };
        self.send(call, WFA_OK).await
    }

    /// Runs a command; after an accepted message come its notifications.
    async fn send(&mut self, call: Call, expected: wfa_result) -> Result<(), Problem> {
        let what = format!("{} {}", call.command, call.request);
        transcript::command(&call.command, &call.request)?;
        let output = self.execute(call).await?;
        if output.result != expected {
            let (came, expected) = (result_name(output.result), result_name(expected));
            let message = format!("{what} ended with {came}; the scenario has {expected}");
            return Err(Problem::Failed(message));
        }
        let count = if expected == WFA_OK { STATUSES } else { 0 };
        for number in 1..=count {
            let awaited = format!("notification {number} of {count} about {what}");
            self.notification(&awaited).await?;
        }
        Ok(())
    }

    async fn execute(&self, call: Call) -> Result<CommandOutput, Problem> {
        let ended = self.instance.execute_apart(call).await;
        let output = ended.map_err(Problem::Failed)?;
        transcript::ended(&output)?;
        Ok(output)
    }

    /// Waits for one notification, lets the adapter process it, and answers the sender. The events
    /// that came of it are the caller's.
    async fn notification(&mut self, awaited: &str) -> Result<Vec<Event>, Problem> {
        let next = timeout(LIMIT, self.notifications.recv()).await;
        let notification = next.ok().flatten().ok_or_else(|| waited_for(awaited))?;
        transcript::webhook()?;
        let output = self.execute(process_webhook(&notification)?).await?;
        let status = webhook::status_of(output.result);
        if notification.answer.send(status).is_err() {
            console::note("the sender of a notification did not wait for the answer");
        }
        if output.result == WFA_OK {
            self.delivered += 1;
        }
        Ok(self.events.try_iter().collect())
    }

    /// Waits until the emulator has every answer, so that nothing is cut off at the end.
    async fn wait_for_answers(&self) -> Result<(), Problem> {
        let (emulator, delivered) = (Arc::clone(&self.emulator), self.delivered);
        let wait = move || emulator.wait_for_webhooks(delivered, LIMIT);
        match tokio::task::spawn_blocking(wait).await {
            Ok(true) => Ok(()),
            _ => Err(waited_for("the answers to the notifications to arrive")),
        }
    }
}

/// The call that hands a notification to the adapter.
pub(crate) fn process_webhook(notification: &Notification) -> Result<Call, Problem> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct ProcessWebhook<'a> {
        whats_app_notification: &'a str,
    }
    let body = std::str::from_utf8(&notification.body)
        .map_err(|error| Problem::Failed(format!("a notification is no text: {error}")))?;
    let request = serde_json::to_string(&ProcessWebhook {
        whats_app_notification: body,
    });
    Ok(Call {
        command: "processWebhook".to_owned(),
        request: request.map_err(|error| Problem::Failed(error.to_string()))?,
        ..Call::default()
    })
}

fn waited_for(what: &str) -> Problem {
    Problem::Failed(format!("waited {} s in vain for {what}", LIMIT.as_secs()))
}
