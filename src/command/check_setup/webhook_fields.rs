//! Which webhook fields the app lacks for events that the host wants. Meta answers only a token of the app
//! itself (D/graph-api/reference/app/subscriptions, read 2026-12).

use serde_json::Value;

use super::asked::{ask, text};
use super::finding::Finding;
use crate::cloud_api::{Call, Evidence};
use crate::command::Context;
use crate::webhook::fields_of;

pub(super) fn finding(context: &Context<'_, '_>, app_id: &str, events: &[&str]) -> Option<Finding> {
    let mut wanted: Vec<&str> = events.iter().flat_map(|event| fields_of(event)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let call = Call::get(format!("{app_id}/subscriptions"), Evidence::List("data"));
    let asked = ask(context, &call);
    if asked.failure().is_some() {
        return Some(Finding::warning(
            "webhook_fields_unknown",
            "Meta tells the webhook fields of an app only to the app's own token",
            &format!(
                "look in the app's dashboard whether these fields are subscribed: {}",
                wanted.join(", ")
            ),
        ));
    }
    let apps = asked.json.as_ref()?.get("data")?.as_array()?;
    let own =
        |it: &&Value| text(it, "/object") == "whatsapp_business_account" && it["active"] == true;
    let webhook = apps.iter().find(own);
    let fields = webhook.and_then(|it| it["fields"].as_array());
    let has = |field: &str| {
        let mut names = fields
            .into_iter()
            .flatten()
            .map(|it| it.get("name").unwrap_or(it));
        names.any(|name| name == field)
    };
    wanted.retain(|field| !has(field));
    (!wanted.is_empty()).then(|| {
        let lacks = wanted.join(", ");
        Finding::error(
            "webhook_fields_missing",
            format!("the app is not subscribed to these webhook fields: {lacks}"),
            "subscribe to them in the app's dashboard, WhatsApp, Configuration, Webhook fields",
        )
    })
}
