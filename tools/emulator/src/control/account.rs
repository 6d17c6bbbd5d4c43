//! The control endpoints that change the account, the customers and the time.

use serde::Deserialize;
use serde_json::{Value, json};

use super::parsed::{parsed, tried};
use crate::http::{RequestHead, Response};
use crate::notice::Notice;
use crate::notify::envelope::EntryTime;
use crate::notify::{envelope, sample, status};
use crate::settings;
use crate::state::State;
use crate::{Oddities, Strictness, Template};

#[derive(Deserialize)]
struct Advance {
    advance_seconds: u64,
}

#[derive(Deserialize)]
struct Host {
    host: Option<String>,
}

#[derive(Deserialize)]
struct Window {
    customer: String,
    open: bool,
}

#[derive(Deserialize)]
struct Joins {
    group: String,
    customer: String,
}

#[derive(Deserialize)]
struct ForeignFlow {
    account: String,
    name: String,
}

#[derive(Deserialize)]
struct CallPermission {
    customer: String,
    allowed: bool,
}

#[derive(Deserialize)]
struct Caller {
    customer: String,
}

#[derive(Deserialize)]
struct KnownAs {
    number: String,
    wa_id: String,
}

#[derive(Deserialize)]
struct Review {
    name: String,
    language: String,
    status: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    field: String,
    /// Absent: that of Meta's sample of the field.
    value: Option<Value>,
    /// Absent: as Meta has it for the field; null: none.
    #[serde(default)]
    time: EntryTime,
}

/// The answer, if it is one of these endpoints.
pub(crate) fn answer(state: &State, head: &RequestHead, body: &[u8]) -> Option<Response> {
    let response = match (head.method.as_str(), head.path.as_str()) {
        ("POST", "/__join_group") => parsed(
            body,
            |Joins { group, customer }: Joins| json!({"id": settings::join_group(state, &group, &customer)}),
        ),
        ("POST", "/__foreign_flow") => {
            parsed(body, |ForeignFlow { account, name }: ForeignFlow| {
                state.account().flows.foreign.push((account, name));
                json!({"added": 1})
            })
        }
        ("POST", "/__call_permission") => parsed(body, |permission: CallPermission| {
            settings::allow_calls(state, &permission.customer, permission.allowed);
            json!({"allowed": permission.allowed})
        }),
        ("POST", "/__call") => parsed(
            body,
            |Caller { customer }: Caller| json!({"id": settings::customer_calls(state, &customer)}),
        ),
        ("POST", "/__clock") => parsed(body, |advance: Advance| {
            state.ticker.advance(advance.advance_seconds);
            json!({"now": state.ticker.now()})
        }),
        ("GET", "/__strictness") => Response::json(200, &state.account().strictness),
        ("POST", "/__strictness") => parsed(body, |strictness: Strictness| {
            state.account().strictness = strictness;
            strictness
        }),
        ("GET", "/__oddities") => Response::json(200, &state.account().oddities),
        ("POST", "/__oddities") => parsed(body, |oddities: Oddities| {
            state.account().oddities = oddities;
            oddities
        }),
        ("POST", "/__window") => parsed(body, |window: Window| {
            settings::set_window(state, &window.customer, window.open);
            json!({"open": window.open})
        }),
        ("POST", "/__wa_id") => parsed(body, |known: KnownAs| {
            let mut account = state.account();
            account.customers.know_as(&known.number, &known.wa_id);
            json!({"wa_id": known.wa_id})
        }),
        ("POST", "/__media") => {
            let mime_type = head.headers.get("content-type");
            let mime_type = mime_type.unwrap_or("application/octet-stream");
            let id = settings::add_customer_media(state, mime_type, body);
            Response::json(202, &json!({"id": id}))
        }
        ("POST", "/__media_host") => parsed(body, |Host { host }: Host| {
            state.account().media.host.clone_from(&host);
            json!({"host": host})
        }),
        ("GET", "/__account") => Response::json(200, &settings::account(state)),
        ("POST", "/__account") => parsed(body, |patch: Value| {
            state.account().details.merge(&patch);
            settings::account(state)
        }),
        ("GET", "/__templates") => Response::json(200, &state.account().templates.all()),
        ("POST", "/__templates") => parsed(body, |template: Template| {
            let id = state.account().templates.add(template, &state.ids);
            json!({"id": id})
        }),
        ("POST", "/__template_status") => parsed(body, |review: Review| {
            let Review {
                name,
                language,
                status,
            } = review;
            json!({"queued": i32::from(settings::set_template_status(state, &name, &language, &status))})
        }),
        ("POST", "/__statuses") => parsed(body, |given: Value| {
            state.notify(Notice::now(status::reported(state, &given)));
            json!({"queued": 1})
        }),
        ("GET", "/__changes") => Response::json(200, &sample::all()),
        ("POST", "/__changes") => tried(body, |change: Change| {
            let field = &change.field;
            let is_known = field == "messages" || sample::all().contains_key(field);
            let value = change.value.or_else(|| sample::of(state, field));
            let unknown =
                || format!("{field:?} is none of Meta's webhook fields that are known here");
            let value =
                value.ok_or_else(|| format!("{}, and has no sample: give its value", unknown()))?;
            state.notify(Notice::raw(envelope::of_field(
                state,
                field,
                &value,
                change.time,
            )));
            // Meta adds fields, and a test may need one before it is known here.
            Ok(if is_known {
                json!({"queued": 1})
            } else {
                json!({"queued": 1, "warning": format!("{}: posted all the same", unknown())})
            })
        }),
        _ => return None,
    };
    Some(response)
}
