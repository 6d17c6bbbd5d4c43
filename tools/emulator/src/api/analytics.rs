//! Analytics: the shapes of Meta's answers, with one point for the whole time (Meta: analytics, 2026-06).

use serde_json::{Value, json};

use super::{Call, Reply, paging};
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

const DAY: u64 = 24 * 60 * 60;
/// Points of time that most kinds are counted by.
const GRANULARITIES: [&str; 3] = ["HALF_HOUR", "DAILY", "MONTHLY"];

/// What the filters ask for.
struct Asked {
    start: u64,
    end: u64,
    granularity: &'static str,
}

/// Reads what each kind has: the time, and how fine it is.
fn asked(
    call: &Call<'_>,
    granularities: &[&'static str],
    most_days: u64,
    filters: &[&str],
) -> Check<Asked> {
    let of_all = [
        "start",
        "end",
        "granularity",
        "phone_numbers",
        "country_codes",
    ];
    let of_all = [
        of_all.as_slice(),
        &["metric_types", "dimensions", "limit", "after", "before"],
    ];
    for (name, _) in call.query.pairs() {
        if !of_all.concat().contains(&name) && !filters.contains(&name) {
            return Err(GraphError::parameter(&format!(
                "Unexpected key \"{name}\"."
            )));
        }
    }
    let text = |name: &str| -> Check<Value> {
        let value = call.query.get(name);
        Ok(json!(value.ok_or_else(|| GraphError::required(name))?))
    };
    let (start, end, granularity) = (text("start")?, text("end")?, text("granularity")?);
    let asked = Asked {
        start: Node::new(&start, "start").index()?,
        end: Node::new(&end, "end").index()?,
        granularity: Node::new(&granularity, "granularity").word(granularities)?,
    };
    let length = asked.end.saturating_sub(asked.start);
    if length == 0 || length > most_days * DAY {
        return Err(GraphError::parameter("Invalid parameter").details(format!(
            "The time must end after its start and last at most {most_days} days"
        )));
    }
    Ok(asked)
}

/// `fields=analytics.…`.
pub(crate) fn messaging(call: &Call<'_>, _: &mut Account) -> Result<Reply, GraphError> {
    let words = ["HALF_HOUR", "DAY", "MONTH"];
    let asked = asked(call, &words, 366, &["product_types"])?;
    let numbers = [&call.state.config.display_phone_number];
    let point = json!({"start": asked.start, "end": asked.end, "sent": 0, "delivered": 0});
    let answer = json!({
        "phone_numbers": numbers, "granularity": asked.granularity, "data_points": [point],
    });
    Ok(Reply::json(&answer))
}

/// `fields=conversation_analytics.…`.
pub(crate) fn conversation(call: &Call<'_>, _: &mut Account) -> Result<Reply, GraphError> {
    let filters = ["conversation_types", "conversation_directions"];
    let asked = asked(call, &GRANULARITIES, 366, &filters)?;
    let point = json!({"start": asked.start, "end": asked.end, "conversation": 0, "cost": 0.0});
    Ok(Reply::json(&json!({"data": [{"data_points": [point]}]})))
}

/// `fields=pricing_analytics.…`.
pub(crate) fn pricing(call: &Call<'_>, _: &mut Account) -> Result<Reply, GraphError> {
    let filters = ["pricing_types", "pricing_categories"];
    let asked = asked(call, &GRANULARITIES, 366, &filters)?;
    let point = json!({"start": asked.start, "end": asked.end, "pricing_category": "UTILITY",
                       "country": "US", "volume": 0, "cost": 0.0});
    Ok(Reply::json(&json!({"data": [{"data_points": [point]}]})))
}

/// `fields=call_analytics.…`.
pub(crate) fn call(call: &Call<'_>, _: &mut Account) -> Result<Reply, GraphError> {
    let asked = asked(call, &GRANULARITIES, 366, &["directions"])?;
    let point = json!({"start": asked.start, "end": asked.end, "count": 0, "cost": 0.0,
                       "average_duration": 0});
    Ok(Reply::json(&json!({"data": [{"data_points": [point]}]})))
}

/// `GET /{business account id}/template_analytics`.
pub(crate) fn template(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let filters = ["template_ids", "product_type", "use_waba_timezone"];
    let asked = asked(call, &["DAILY"], 90, &filters)?;
    let ids = call.query.list("template_ids").unwrap_or_default();
    if !(1..=10).contains(&ids.len()) {
        return Err(GraphError::parameter(
            "Param template_ids must have 1 to 10 elements.",
        ));
    }
    if let Some(id) = ids.iter().find(|id| account.templates.find(id).is_none()) {
        return Err(GraphError::no_object(call.method(), id));
    }
    let point = |id: String| {
        json!({"granularity": "DAILY", "product_type": "cloud_api", "data_points": [{
            "template_id": id, "start": asked.start, "end": asked.end,
            "sent": 0, "delivered": 0, "read": 0,
        }]})
    };
    let all = ids.into_iter().map(point).collect();
    Ok(Reply::json(&paging::page(call, all)?).of("template_analytics"))
}
