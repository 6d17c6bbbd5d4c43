//! getAnalytics: how many messages, conversations and calls there were, and what they cost (D/analytics,
//! read 2026-06; of calls from memory).

use std::fmt::Write as _;

use serde_json::Value;

use super::call;
use super::paging;
use super::request::NODE_ID;
use super::response::{CODE, DETAILS, ERROR, STATUS};
use super::{Context, Execution};
use crate::cloud_api::{Call, Evidence};
use crate::descriptor::{Command, CommandTrait, Field};
use crate::error::Error;
use crate::pattern;
use crate::properties::Properties;
use crate::rows::{Check, Item, Leniency, Members, Pattern, Rule, Say, Words};

pub(super) const COMMAND: Command = Command {
    name: "getAnalytics",
    display: "Get Analytics",
    description: "Counts messages, conversations, calls or what templates did, and what it cost.",
    traits: &[CommandTrait::Idempotent],
    request: &[
        Field::string(
            "kind",
            "Kind",
            "messaging, conversation, pricing, template or call.",
        )
        .required()
        .length(1, 64)
        .words(&Words::only(&[
            "messaging",
            "conversation",
            "pricing",
            "template",
            "call",
        ])),
        Field::integer("start", "Start", "Where the time begins, in seconds since 1970.")
            .required()
            .value(0, i64::MAX),
        Field::integer(
            "end",
            "End",
            "Where it ends, in seconds since 1970: at most 366 days after start, of template 90; Meta keeps no \
             more (since 2025-12), and says nothing of how long it keeps calls.",
        )
        .required()
        .value(0, i64::MAX),
        Field::string(
            "granularity",
            "Granularity",
            "Of messaging HALF_HOUR, DAY or MONTH; of template DAILY; else HALF_HOUR, DAILY or MONTHLY (of call \
             from memory, and not checked).",
        )
        .required()
        .length(1, 64)
        .pattern(&WORD),
        list(
            "displayPhoneNumbers",
            "Numbers",
            "Only these phone numbers of the business; all if absent.",
        ),
        list("countryCodes", "Countries", "Only customers of these countries, such as DE."),
        list("metricTypes", "Metrics", "Only these of Meta's metrics, such as COST or SENT."),
        list(
            "dimensions",
            "Dimensions",
            "What the numbers are broken down by, such as COUNTRY or PRICING_CATEGORY.",
        ),
        list(
            "pricingTypes",
            "Pricing types",
            "Of pricing: only these, such as REGULAR or FREE_ENTRY_POINT.",
        ),
        list(
            "pricingCategories",
            "Pricing categories",
            "Of pricing: only these, such as MARKETING.",
        ),
        list("directions", "Directions", "Of conversation and call: only these of Meta's directions."),
        Field::array("templateIds", "Template ids", "Of template: 1 to 10 ids of templates.").items(
            1,
            100,
            &Field::text_item().length(1, 256).pattern(&NODE_ID),
        ),
        paging::LIMIT,
        paging::AFTER,
    ],
    response: &[
        STATUS,
        CODE,
        ERROR,
        Field::object(
            "analytics",
            "",
            "Meta's object with data_points, or with data, whose elements have them.",
        ),
        paging::NEXT,
        DETAILS,
    ],
    rules: &[
        Rule::Only("pricingTypes", "kind", &["pricing"]),
        Rule::Only("pricingCategories", "kind", &["pricing"]),
        Rule::Only("directions", "kind", &["conversation", "call"]),
        Rule::Only("templateIds", "kind", &["template"]),
        Rule::Only("limit", "kind", &["template"]),
        Rule::Only("after", "kind", &["template"]),
        Rule::Check(&Check {
            name: "range",
            demands: "start is before end, and the time no longer than Meta keeps; the granularity is one of \
                      the kind's; template has templateIds",
            find: find_in_range,
        }),
    ],
    ..Command::EXTENSION
};

/// What stands inside the parentheses of Meta's fields, so that it cannot end them.
const WORD: Pattern = pattern!(
    "^[A-Za-z0-9_+ -]*$",
    "must be letters, digits, spaces, hyphens and underscores"
);

const fn list(name: &'static str, display: &'static str, description: &'static str) -> Field {
    const ITEM: Field = Field::text_item().length(1, 64).pattern(&WORD);
    Field::array(name, display, description).items(0, 1000, &ITEM)
}

pub(super) fn run(json: &str, context: &mut Context<'_, '_>) -> Result<Execution, Error> {
    let now_s = context.now.sure_s;
    let plan = |members: &Members<'_>, properties: &Properties, leniency: &mut Leniency| {
        let start = members.integer("start").unwrap_or_default();
        if let Some(days) = days_kept(members.text("kind"))
            && start < now_s.saturating_sub(days * DAY)
        {
            leniency.exceeded(format!(
                "\"start\" is more than {days} days ago, and Meta keeps no more; ask from {} on",
                now_s - days * DAY
            ))?;
        }
        plan(members, properties)
    };
    call::run_lenient(json, context, &COMMAND, plan, take, call::unchecked)
}

const DAY: u64 = 24 * 60 * 60;

/// The days that Meta keeps, if a page of Meta's says so.
fn days_kept(kind: &str) -> Option<u64> {
    match kind {
        "template" => Some(90),
        "messaging" | "conversation" | "pricing" => Some(366),
        _ => None,
    }
}

fn find_in_range(members: &Members<'_>, say: &mut Say<'_, '_>) {
    let kind = members.text("kind");
    let granularities: &[&str] = match kind {
        "template" => &["DAILY"],
        "messaging" => &["HALF_HOUR", "DAY", "MONTH"],
        "conversation" | "pricing" => &["HALF_HOUR", "DAILY", "MONTHLY"],
        _ => &[],
    };
    let time = |name| members.integer(name).unwrap_or_default();
    match (time("end").checked_sub(time("start")), days_kept(kind)) {
        (None | Some(0), _) => say.refuse("end", "must be after start"),
        (Some(seconds), Some(days)) if seconds > days * DAY => {
            let what = format!("is more than {days} days after start; ask for less at a time");
            say.limit("end", &what);
        }
        _ => {}
    }
    if !granularities.is_empty() && !granularities.contains(&members.text("granularity")) {
        let what = format!("must be one of: {}", granularities.join(", "));
        say.limit("granularity", &what);
    }
    let ids = members.list("templateIds").len();
    if kind == "template" && !(1..=10).contains(&ids) {
        let what = format!("has {ids} elements; Meta takes 1 to 10 templates at a time");
        say.limit("templateIds", &what);
    }
}

/// Lists of the request, and what Meta calls them.
const LISTS: [(&str, &str); 6] = [
    ("displayPhoneNumbers", "phone_numbers"),
    ("countryCodes", "country_codes"),
    ("metricTypes", "metric_types"),
    ("pricingTypes", "pricing_types"),
    ("pricingCategories", "pricing_categories"),
    ("dimensions", "dimensions"),
];

fn plan(members: &Members<'_>, properties: &Properties) -> Result<Call, Error> {
    let number = |name| members.integer(name).unwrap_or_default().to_string();
    let (start, end) = (number("start"), number("end"));
    let granularity = members.text("granularity");
    let texts = |name: &str| {
        let texts = members.list(name).iter().filter_map(Item::text);
        texts.collect::<Value>().to_string()
    };
    let lists = LISTS.iter().filter(|(name, _)| members.has(name));
    let kind = members.text("kind");
    if kind == "template" {
        let path = call::of_account(properties, "template_analytics")?;
        let mut call = Call::get(path, Evidence::List("data"))
            .query("start", &start)
            .query("end", &end)
            .query("granularity", granularity)
            .query("template_ids", &texts("templateIds"));
        for (name, theirs) in lists {
            call = call.query(*theirs, &texts(name));
        }
        return Ok(paging::pages(members, call));
    }
    let mut field = format!(
        "{}.start({start}).end({end}).granularity({granularity})",
        field_of(kind)
    );
    let directions = match kind {
        "call" => ("directions", "directions"),
        _ => ("directions", "conversation_directions"),
    };
    let directions = members.has("directions").then_some(&directions);
    for (name, theirs) in lists.chain(directions) {
        let _ = write!(field, ".{theirs}({})", texts(name));
    }
    let account = call::account(properties)?;
    // Without a message in this time there may be no such member.
    Ok(Call::get(account.to_string(), Evidence::Id("id")).query("fields", &field))
}

fn field_of(kind: &str) -> &'static str {
    match kind {
        "conversation" => "conversation_analytics",
        "pricing" => "pricing_analytics",
        "call" => "call_analytics",
        _ => "analytics",
    }
}

fn take(answer: &Value) -> call::Taken {
    let kinds = ["messaging", "conversation", "pricing", "call"];
    let field = kinds.iter().find_map(|kind| answer.get(field_of(kind)));
    if let Some(analytics) = field {
        return vec![("analytics", analytics.to_string())];
    }
    let Some(data) = answer.get("data") else {
        return Vec::new();
    };
    let mut members = paging::page("data", answer);
    members.retain(|(name, _)| *name != "data");
    let analytics = serde_json::json!({ "data": data });
    members.push(("analytics", analytics.to_string()));
    members
}
