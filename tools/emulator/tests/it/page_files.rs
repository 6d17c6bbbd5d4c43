//! The page's files: all there, typed, and under a policy that leaves no room for others.

use crate::support::{Answer, quiet};

fn get(path: &str) -> Answer {
    let (_emulator, client) = quiet();
    client.call("GET", path, "", b"")
}

fn text(path: &str) -> String {
    let answer = get(path);
    assert_eq!(answer.status, 200, "{path}");
    String::from_utf8(answer.body).unwrap()
}

/// What stands between `before` and the next quote.
fn quoted<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    let after = text.split(before).skip(1);
    after.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_page_is_html_under_a_strict_policy() {
    for path in ["/", "/index.html"] {
        let answer = get(path);
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        let policy = answer.header("content-security-policy").unwrap();
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}

#[test]
fn the_markup_has_no_script_or_style_of_its_own() {
    let html = text("/");
    assert!(!html.contains("<style"));
    assert!(!html.contains(" style="));
    assert_eq!(
        html.matches("<script").count(),
        html.matches("<script type=\"module\" src=").count()
    );
    for attribute in [" onclick", " onload", " onerror", "javascript:"] {
        assert!(!html.contains(attribute), "{attribute}");
    }
}

#[test]
fn every_file_that_the_page_names_is_there_with_its_type() {
    let html = text("/");
    let mut open: Vec<String> = [" src=\"/", " href=\"/"]
        .iter()
        .flat_map(|before| quoted(&html, before))
        .map(|path| format!("/{path}"))
        .collect();
    let mut seen = Vec::new();
    while let Some(path) = open.pop() {
        if seen.contains(&path) {
            continue;
        }
        let answer = get(&path);
        assert_eq!(answer.status, 200, "{path}");
        let body = String::from_utf8(answer.body.clone()).unwrap();
        let media_type = answer.header("content-type").unwrap();
        if path.starts_with("/js/") {
            assert_eq!(media_type, "text/javascript; charset=utf-8", "{path}");
            let modules = quoted(&body, " from \"./");
            open.extend(modules.into_iter().map(|module| format!("/js/{module}")));
            open.extend(
                quoted(&body, "fetch(\"/")
                    .into_iter()
                    .map(|it| format!("/{it}")),
            );
        } else if path.starts_with("/css/") {
            assert_eq!(media_type, "text/css; charset=utf-8", "{path}");
            open.extend(
                quoted(&body, "url(\"/")
                    .into_iter()
                    .map(|it| format!("/{it}")),
            );
        }
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert!(!body.contains("https://"), "{path} names another machine");
        seen.push(path);
    }
    assert!(seen.contains(&"/js/app.js".to_owned()));
    assert!(seen.contains(&"/faults.json".to_owned()));
    let served = include_str!("../../src/page/assets.rs");
    let rows = served.lines().filter(|line| line.starts_with("    \"/"));
    // All of them but the page itself, which nothing names.
    assert_eq!(seen.len(), rows.count() - 1, "{seen:?}");
}

#[test]
fn each_fault_of_the_catalogue_is_one_that_the_emulator_knows() {
    let (_emulator, client) = quiet();
    let catalogue: serde_json::Value = serde_json::from_str(&text("/faults.json")).unwrap();
    let mut count = 0;
    for group in catalogue.as_array().unwrap() {
        let path = match group["target"].as_str().unwrap() {
            "request" => "/__faults",
            "webhook" => "/__webhook_faults",
            other => panic!("{other}"),
        };
        for row in group["faults"].as_array().unwrap() {
            let body = row["fault"].to_string();
            let (_running, elsewhere) = quiet();
            let answer = elsewhere.post(path, "", body.as_bytes());
            assert_eq!(answer.status, 202, "{body}");
            assert!(!row["title"].as_str().unwrap().is_empty());
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
    let answer = client.call("GET", "/__webhook_faults", "", b"");
    assert_eq!(answer.json(), serde_json::json!([]));
}

#[test]
fn notification_faults_that_wait_can_be_seen_and_forgotten() {
    let (_emulator, client) = quiet();
    client.post("/__webhook_faults", "", br#"{"fault":"lost"}"#);
    let waiting = || client.call("GET", "/__webhook_faults", "", b"").json();
    assert_eq!(waiting(), serde_json::json!([{"fault": "lost"}]));
    assert_eq!(
        client.call("DELETE", "/__webhook_faults", "", b"").status,
        204
    );
    assert_eq!(waiting(), serde_json::json!([]));
}
