//! The demo without an end: the emulator's page on one side, the workflow `reply` on the other.

use std::sync::Arc;
use std::sync::mpsc as std_mpsc;

use cloud_api_emulator::Emulator;
use tokio::sync::mpsc;
use workflow_adapter::{Plugin, Verdict, WFA_OK};

use crate::console;
use crate::instance::{Call, Instance};
use crate::problem::Problem;
use crate::scenario::process_webhook;
use crate::webhook::{self, Notification};
use crate::workflow::Reply;

/// Answers notifications and runs the workflow until the program is ended.
pub(crate) async fn serve(
    plugin: &Plugin,
    properties: &str,
    mut notifications: mpsc::Receiver<Notification>,
    emulator: &Emulator,
) -> Result<(), Problem> {
    let (queue, events) = std_mpsc::channel();
    // Only notes what is to be done; a real host stores the event before it accepts it.
    let on_event = move |name: &str, json: &str| {
        let noted = Reply::started_by(name, json).map(|reply| queue.send(reply));
        match noted {
            Some(Err(_)) => Verdict::Retry,
            _ => Verdict::Accepted,
        }
    };
    let instance = Instance::create(plugin, "demo", properties, on_event)
        .map_err(|failure| Problem::Failed(format!("cannot create demo: {failure}")))?;
    let instance = Arc::new(instance);
    console::say(format_args!(
        "Open {}/ in a browser: you are the customer. Ctrl-C ends the demo.",
        emulator.base_url()
    ))?;
    while let Some(notification) = notifications.recv().await {
        let processed = instance
            .execute_apart(process_webhook(&notification)?)
            .await;
        let output = processed.map_err(Problem::Failed)?;
        if notification
            .answer
            .send(webhook::status_of(output.result))
            .is_err()
        {
            console::note("the sender of a notification did not wait for the answer");
        }
        for reply in events.try_iter() {
            // A send may take as long as a fault likes; notifications do not wait for it.
            tokio::spawn(answer(Arc::clone(&instance), reply));
        }
    }
    Ok(())
}

/// The workflow's one step.
async fn answer(instance: Arc<Instance>, reply: Reply) {
    let Ok(request) = reply.request() else { return };
    let call = Call {
        command: "sendMessageText".to_owned(),
        request,
        ..Call::default()
    };
    match instance.execute_apart(call).await {
        Ok(output) if output.result == WFA_OK => {}
        Ok(output) => console::note(format_args!("the reply was not sent: {}", output.response)),
        Err(error) => console::note(format_args!("the reply was not sent: {error}")),
    }
}
