//! processWebhook: one notification of Meta's; an event for everything in it.
//!
//! Two ways in, one work: as the command, with the body as text, and as raw bytes for hosts that own the
//! HTTP listener. Order of work: size cap, signature over the bytes, then parsing.

use std::time::Instant;

use super::response::{self, DETAILS, Details, STATUS};
use super::signed_body::{self, TooLarge};
use super::{Context, Execution};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::{Error, Kind};
use crate::event::Verdict;
use crate::log::{Level, Log};
use crate::memory;
use crate::properties::UnhandledEvents;
use crate::webhook::{self, Dedup, Delivery, NotRead, Refusal, Unreadable};

pub(super) const COMMAND: Command = Command {
    name: "processWebhook",
    display: "Process Webhook",
    description: "Processes a custom webhook notification from WhatsApp.",
    traits: &[CommandTrait::Webhook],
    request: &[Field::string(
        "whatsAppNotification",
        "WhatsApp Notification",
        "The WhatsApp Notification received as JSON.",
    )
    .required()],
    response: &[STATUS],
    extension_request: &[Field::string(
        "signature",
        "Signature",
        "The request's header X-Hub-Signature-256; required if the property appSecret is set.",
    )
    // An empty signature is one that does not fit: whoever takes it from a request must not be trusted
    // for it.
    .unlisted_length(0, 4096)
    .means_empty()],
    extension_response: &[DETAILS],
    rules: &[],
};

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    if let Some(refused) = out_of_time(context) {
        return Ok(refused);
    }
    let limit = context.properties.max_notification_bytes;
    let (notification, signature) = match signed_body::parse(json, &COMMAND, limit) {
        Ok(Ok(parsed)) => parsed,
        Ok(Err(too_large)) => return Ok(self::too_large(too_large)),
        Err(error) if matches!(error.kind(), Kind::InvalidArgument | Kind::NoMemory) => {
            return Err(error);
        }
        Err(error) => return Ok(refused("invalid_request", error)),
    };
    if let Some(refused) = cancelled(context) {
        return Ok(refused);
    }
    let signature = signature.as_deref().map(str::as_bytes);
    let authority = if signature.is_some() || context.properties.verifier.is_some() {
        Authority::Adapter(signature)
    } else {
        Authority::Host
    };
    if let Some(refused) = refusal(notification.as_bytes(), authority, context) {
        return Ok(refused);
    }
    emit(&notification, authority, context)
}

/// Who checks a body's signature.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Authority<'a> {
    /// The host has done it, as the specification's trigger does.
    Host,
    /// The adapter does it, with the header as it came.
    Adapter(Option<&'a [u8]>),
}

/// Processes one body.
///
/// # Errors
/// `NoMemory`; no event was emitted.
pub(crate) fn process(
    body: &[u8],
    authority: Authority<'_>,
    context: &mut Context<'_, '_>,
) -> Result<Execution, Error> {
    if let Some(refused) = out_of_time(context).or_else(|| cancelled(context)) {
        return Ok(refused);
    }
    if let Some(refused) = refusal(body, authority, context) {
        return Ok(refused);
    }
    // Bytes that are no UTF-8 cost their characters, not the notification.
    match std::str::from_utf8(body) {
        Ok(text) => emit(text, authority, context),
        // Each byte may become a character of three.
        Err(_) => memory::ask_for(body.len().saturating_mul(3))
            .and_then(|()| emit(&String::from_utf8_lossy(body), authority, context)),
    }
}

fn out_of_time(context: &Context<'_, '_>) -> Option<Execution> {
    (Instant::now() >= context.limits.deadline).then(|| unstarted(false))
}

fn cancelled(context: &Context<'_, '_>) -> Option<Execution> {
    let is_cancelled = context.limits.cancel.is_cancelled();
    is_cancelled.then(|| unstarted(true))
}

/// The answer to a call that was cancelled, or else out of time, before any event was emitted.
pub(super) fn unstarted(is_cancelled: bool) -> Execution {
    if is_cancelled {
        let message = "the call was cancelled; no event was emitted";
        return refused("cancelled", Error::new(Kind::Cancelled, message));
    }
    let message = "the call's time was up before it began; no event was emitted";
    refused("timeout", Error::timed_out(message))
}

/// The answer to a body that is too large or not authentic; nothing of it is read then.
fn refusal(body: &[u8], authority: Authority<'_>, context: &Context<'_, '_>) -> Option<Execution> {
    let limit = context.properties.max_notification_bytes;
    if let Err(too_large) = signed_body::fit(body.len(), limit) {
        return Some(self::too_large(too_large));
    }
    let Authority::Adapter(header) = authority else {
        return None;
    };
    let verdict = signed_body::verify(body, header, context.properties);
    verdict.err().map(|refusal| unauthentic(refusal, context))
}

/// Emits the events of a body that may be trusted.
///
/// # Errors
/// `NoMemory`; no event was emitted.
fn emit(
    text: &str,
    authority: Authority<'_>,
    context: &mut Context<'_, '_>,
) -> Result<Execution, Error> {
    // What is kept of the body while it is read; an event with its largest element.
    memory::ask_for(text.len() - text.len() / 8)?;
    let verified = match authority {
        Authority::Host => "host",
        Authority::Adapter(_) => "adapter",
    };
    let limits = context.limits;
    let is_over = || limits.cancel.is_cancelled() || Instant::now() >= limits.deadline;
    let log = context.log;
    let scope = webhook::Scope {
        adapter: context.instance_name,
        unhandled: match context.properties.unhandled_events {
            UnhandledEvents::Retry => Verdict::Retry,
            UnhandledEvents::Drop => Verdict::Dropped,
        },
        dedup: context.dedup,
        windows: context.windows,
        business: context.properties.phone_number_id.as_str(),
        now: context.now,
        is_secret: &|name| log.hides(name),
        is_over: &is_over,
    };
    let errors = context.dedup.health().errors();
    context.dedup.begin_batch(context.at);
    context.windows.begin_batch(context.at, context.now);
    let delivery = match webhook::process(text, &scope, context.sink) {
        Ok(delivery) => delivery,
        Err(NotRead::NoMemory) => return Err(memory::exhausted()),
        // Authentic and unreadable: refusing it would make the sender repeat it for a week.
        Err(NotRead::Unreadable(unreadable)) if verified == "adapter" => {
            webhook::process_unreadable(text, unreadable, &scope, context.sink)
        }
        Err(NotRead::Unreadable(unreadable)) => {
            log_journal_troubles(context.dedup, context.log);
            return Ok(of_unreadable(unreadable));
        }
    };
    context.dedup.end_batch();
    if context.dedup.health().errors() > errors {
        log_journal_troubles(context.dedup, context.log);
    }
    context.metrics.events(delivery.counts());
    tell_of_loss(&delivery, context);
    if delivery.dropped > 0 {
        context.log.record_limited(Level::Warn, "webhook", || {
            let message = "the host dropped events: they are not emitted again";
            let fields = serde_json::json!({ "dropped": delivery.dropped });
            (message.to_owned(), fields)
        });
    }
    context.log.record(Level::Debug, "webhook", || {
        let [accepted, refused, dropped, duplicates, ignored] = delivery.counts();
        let fields = serde_json::json!({
            "verified": verified, "accepted": accepted, "refused": refused, "dropped": dropped,
            "duplicates": duplicates, "ignored": ignored,
        });
        ("notification processed".to_owned(), fields)
    });
    Ok(of_delivery(&delivery, verified))
}

/// Counts what reached no receiver, and says the first time that there is such a thing.
fn tell_of_loss(delivery: &Delivery, context: &Context<'_, '_>) {
    let counters = &context.metrics.webhooks;
    for (member, count) in delivery.unknown.iter() {
        if counters.unknown_member(member, count) {
            context.log.record(Level::Warn, "webhook", || {
                let message = "notifications have a member that this version does not know: it is in no event";
                (message.to_owned(), serde_json::json!({ "member": member }))
            });
        }
    }
    for (reason, count) in &delivery.lost_letters {
        if counters.lost_letter(reason, *count) {
            context.log.record(Level::Warn, "webhook", || {
                let message = "a part of a notification could not be understood, and nobody is registered \
                               for dead_letter: it is lost; register a callback for that event";
                (message.to_owned(), serde_json::json!({ "reason": reason }))
            });
        }
    }
}

/// Tells a person what went wrong with the journals.
pub(crate) fn log_journal_troubles(dedup: &Dedup, log: &Log) {
    for (file, trouble) in dedup.health().take() {
        log.record_limited(Level::Warn, "webhook", || {
            let fields = serde_json::json!({ "property": "dedupJournal", "file": file });
            (trouble.message().to_owned(), fields)
        });
    }
}

fn of_delivery(delivery: &Delivery, verified: &'static str) -> Execution {
    let failure = (delivery.refused > 0).then(|| {
        let why = if delivery.is_cut_short {
            ", because the call's time was up or it was cancelled before all were offered"
        } else {
            ""
        };
        Error::new(
            Kind::EventNotAccepted,
            format!(
                "{} of {} events were not accepted{why}; answer the webhook with 5xx so that it is repeated",
                delivery.refused,
                delivery.counts().iter().sum::<u64>()
            ),
        )
        .with_retry(true, None)
    });
    response::of_delivery(verified, delivery, failure)
}

fn of_unreadable(unreadable: Unreadable) -> Execution {
    let details = Details {
        verified: Some("host"),
        reason: Some(unreadable.reason()),
        hint: Some(unreadable.hint()),
        ..Details::default()
    };
    let message = format!(
        "request member \"whatsAppNotification\": {}",
        unreadable.hint()
    );
    response::of_webhook(details, Some(Error::invalid_request(message)))
}

fn too_large(too_large: TooLarge) -> Execution {
    refused("too_large", too_large.error("the notification"))
}

/// The answer to a call that was not begun.
fn refused(reason: &'static str, error: Error) -> Execution {
    let details = Details {
        reason: Some(reason),
        ..Details::default()
    };
    response::of_webhook(details, Some(error))
}

fn unauthentic(refusal: Refusal, context: &Context<'_, '_>) -> Execution {
    context.metrics.webhooks.refused(refusal.reason());
    context.log.record_limited(Level::Warn, "webhook", || {
        let fields = serde_json::json!({ "reason": refusal.reason() });
        ("notification refused".to_owned(), fields)
    });
    let details = Details {
        reason: Some(refusal.reason()),
        hint: Some(refusal.hint()),
        ..Details::default()
    };
    response::of_webhook(details, Some(Error::new(Kind::Unauthentic, refusal.hint())))
}
