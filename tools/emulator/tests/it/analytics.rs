//! Analytics: filters are fields of the account, or of an edge for templates.

use cloud_api_emulator::Template;
use serde_json::json;

use crate::support::quiet;

#[test]
fn each_kind_has_its_filters_and_its_shape() {
    let (_emulator, client) = quiet();
    let ask = |fields: &str| {
        let path = format!("{}?fields={fields}", client.business_account_id);
        client.get(&path)
    };
    let time = "start(1697328000).end(1699920000)";
    for (field, granularity, more, points) in [
        ("analytics", "DAY", "", "/analytics/data_points/0/sent"),
        (
            "conversation_analytics",
            "DAILY",
            ".conversation_directions([])",
            "/conversation_analytics/data/0/data_points/0/conversation",
        ),
        (
            "pricing_analytics",
            "MONTHLY",
            ".pricing_types([]).dimensions([\"COUNTRY\"])",
            "/pricing_analytics/data/0/data_points/0/volume",
        ),
        (
            "call_analytics",
            "DAILY",
            ".directions([])",
            "/call_analytics/data/0/data_points/0/count",
        ),
    ] {
        let all = format!("{field}.{time}.granularity({granularity}){more}");
        let answer = ask(&all).json();
        assert_eq!(answer.pointer(points), Some(&json!(0)), "{all}: {answer}");
        assert!(answer["id"].is_string());
        for odd in [
            format!("{field}.{time}"),
            format!("{field}.{time}.granularity(YEAR)"),
            format!("{field}.granularity({granularity})"),
            format!("{field}.start(2).end(1).granularity({granularity})"),
            format!("{field}.start(0).end(99999999).granularity({granularity})"),
            format!("{all}.colour(red)"),
        ] {
            assert_eq!(ask(&odd).code(), 100, "{odd}");
        }
    }
}

#[test]
fn templates_are_counted_by_their_ids_in_pages() {
    let (emulator, client) = quiet();
    let add = |name: &str| emulator.add_template(Template::new(name, "en_US", 0));
    let ids = format!("[{},{}]", add("one"), add("other"));
    let ask = |query: &str| {
        let path = format!("{}/template_analytics?{query}", client.business_account_id);
        client.get(&path)
    };
    let time = "start=1697328000&end=1699920000&granularity=DAILY";
    let first = ask(&format!("{time}&template_ids={ids}&limit=1")).json();
    assert_eq!(first["data"].as_array().unwrap().len(), 1);
    assert!(first["paging"]["next"].is_string());
    for query in [
        time.to_owned(),
        format!("{time}&template_ids=[1]"),
        format!("start=0&end=9999999&granularity=DAILY&template_ids={ids}"),
        format!("start=1&end=2&granularity=MONTHLY&template_ids={ids}"),
        format!("{time}&template_ids={ids}&colour=red"),
    ] {
        assert_eq!(ask(&query).code(), 100, "{query}");
    }
}
