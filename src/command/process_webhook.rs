//! processWebhook: one notification of Meta's, as text; an event for every message and status in it.

use super::response::{self, DETAILS, Details, STATUS};
use super::{Context, Execution, request};
use crate::descriptor::{Command, Field};
use crate::error::{Error, Kind};
use crate::event::Verdict;
use crate::log::Level;
use crate::properties::UnhandledEvents;
use crate::webhook::{self, Delivery, Unreadable};

pub(super) const COMMAND: Command = Command {
    name: "processWebhook",
    display: "Process Webhook",
    description: "Processes a custom webhook notification from WhatsApp.",
    request: &[Field::string(
        "whatsAppNotification",
        "WhatsApp Notification",
        "The WhatsApp Notification received as JSON.",
    )
    .required()],
    response: &[STATUS],
    extension_request: &[],
    extension_response: &[DETAILS],
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    let limit = context.properties.max_notification_bytes;
    let notification = match parse(json, limit) {
        Ok(notification) => notification,
        Err(error) if error.kind() == Kind::InvalidArgument => return Err(error),
        Err(error) => {
            let details = Details {
                reason: Some("invalid_request"),
                ..Details::default()
            };
            return Ok(response::of_webhook(details, Some(error)));
        }
    };
    if context.limits.cancel.is_cancelled() {
        let details = Details {
            reason: Some("cancelled"),
            ..Details::default()
        };
        let error = Error::new(
            Kind::Cancelled,
            "the call was cancelled; no event was emitted",
        );
        return Ok(response::of_webhook(details, Some(error)));
    }
    let scope = webhook::Scope {
        adapter: context.instance_name,
        unhandled: match context.properties.unhandled_events {
            UnhandledEvents::Retry => Verdict::Retry,
            UnhandledEvents::Drop => Verdict::Dropped,
        },
    };
    Ok(
        match webhook::process(&notification, &scope, context.sink) {
            Ok(delivery) => {
                context.metrics.events(delivery.counts());
                context.log.record(Level::Debug, "webhook", || {
                    ("notification processed".to_owned(), delivery.to_fields())
                });
                of_delivery(&delivery)
            }
            Err(unreadable) => of_unreadable(unreadable),
        },
    )
}

fn parse(json: &str, limit: usize) -> Result<std::borrow::Cow<'_, str>, Error> {
    let mut members = request::members(json)?;
    let notification = members.required_text("whatsAppNotification", 1..=usize::MAX)?;
    members.finish()?;
    if notification.len() > limit {
        return Err(Error::invalid_request(format!(
            "request member whatsAppNotification has {} bytes; the limit is {limit} \
             (property maxNotificationBytes)",
            notification.len()
        )));
    }
    Ok(notification)
}

fn of_delivery(delivery: &Delivery) -> Execution {
    let failure = (delivery.refused > 0).then(|| {
        Error::new(
            Kind::EventNotAccepted,
            format!(
                "{} of {} events were not accepted; answer the webhook with 5xx so that it is repeated",
                delivery.refused,
                delivery.accepted + delivery.refused + delivery.dropped
            ),
        )
        .with_retry(true, None)
    });
    let details = Details {
        verified: Some("host"),
        accepted: Some(delivery.accepted),
        refused: Some(delivery.refused),
        dropped: Some(delivery.dropped),
        ignored: Some(delivery.ignored),
        ..Details::default()
    };
    response::of_webhook(details, failure)
}

fn of_unreadable(unreadable: Unreadable) -> Execution {
    let details = Details {
        verified: Some("host"),
        reason: Some(unreadable.reason()),
        hint: Some(unreadable.hint()),
        ..Details::default()
    };
    let message = format!("request member whatsAppNotification {}", unreadable.hint());
    response::of_webhook(details, Some(Error::invalid_request(message)))
}
