//! In which order things happen: what is about one subject happens in one lane, one after the other.

use std::collections::BTreeMap;
use std::hash::{Hash as _, Hasher as _};

use serde_json::Value;

use crate::customer::known_as;
use crate::declared::{Declared, MemberPath};

/// The lane of a webhook: two of one subject are processed one after the other. 0 if the body does not
/// tell, or tells of several subjects at once.
///
/// Descriptors say where the subjects stand in events, not in bodies. A service's body holds the same
/// objects deeper down, so that they are looked for at every depth: each element of a list that holds a
/// subject in events. Only the order depends on it.
pub(crate) fn lane_of_body(declared: &Declared, body: &Value) -> i64 {
    let mut lists: BTreeMap<&str, Vec<MemberPath>> = BTreeMap::new();
    let subjects = declared.subjects();
    for (list, member) in subjects.iter().filter_map(|path| path.of_list()) {
        lists.entry(list).or_default().push(member);
    }
    if lists.is_empty() {
        return 0;
    }
    let mut parts = Vec::new();
    parts_of(body, &lists, DEPTH, &mut |part| {
        parts.push(
            part.iter()
                .map(|name| known_as(&declared.adapter_type, name))
                .collect(),
        );
    });
    match one_subject(parts).as_deref() {
        Some(subject) => lane(&["webhook", subject]),
        None => 0,
    }
}

/// How deep the lists lie at most.
const DEPTH: usize = 16;

/// The names that each part of a body has for its subject.
fn parts_of(
    value: &Value,
    lists: &BTreeMap<&str, Vec<MemberPath>>,
    depth: usize,
    found: &mut dyn FnMut(Vec<String>),
) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(items) => {
            for item in items {
                parts_of(item, lists, depth - 1, found);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                if let (Some(paths), Some(items)) = (lists.get(name.as_str()), value.as_array()) {
                    for item in items {
                        found(paths.iter().filter_map(|path| path.text(item)).collect());
                    }
                } else {
                    parts_of(value, lists, depth - 1, found);
                }
            }
        }
        _ => {}
    }
}

/// The name of the one subject that all parts are about: parts that share a name are about one. Of several
/// names one is chosen that does not depend on their order.
fn one_subject(parts: Vec<Vec<String>>) -> Option<String> {
    let mut groups: Vec<Vec<String>> = Vec::new();
    for mut names in parts.into_iter().filter(|names| !names.is_empty()) {
        groups.retain(|group| {
            let is_shared = group.iter().any(|name| names.contains(name));
            if is_shared {
                names.extend(group.iter().cloned());
            }
            !is_shared
        });
        groups.push(names);
    }
    match groups.as_slice() {
        [only] => {
            let by = |one: &&String, other: &&String| (is_id(one), one).cmp(&(is_id(other), other));
            only.iter().max_by(by).cloned()
        }
        _ => None,
    }
}

/// An id that has other characters than digits is told with and without the number.
fn is_id(name: &str) -> (bool, usize) {
    let has_letters = name.chars().any(|c| !c.is_ascii_digit());
    (has_letters, name.len())
}

/// A number for what has to happen in order; never 0.
pub(crate) fn lane(parts: &[&str]) -> i64 {
    let mut hasher = std::hash::DefaultHasher::new();
    parts.hash(&mut hasher);
    match hasher.finish().cast_signed() {
        0 => 1,
        lane => lane,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;
    use crate::trigger::messaging;

    pub(crate) fn body_lane(value: &Value) -> i64 {
        let body = json!({"entry": [{"changes": [{"value": value}]}]});
        lane_of_body(&messaging(), &body)
    }

    #[test]
    fn one_customer_has_one_lane_and_a_batch_of_several_has_none() {
        let body = |parties: &Value| body_lane(&json!({"messages": parties}));
        let ada = body(&json!([{"from": "1"}]));
        assert_eq!(
            ada,
            body(&json!([{"from": "1"}, {"from": "1", "text": {}}]))
        );
        assert_ne!(ada, body(&json!([{"from": "2"}])));
        assert_eq!(body(&json!([{"from": "1"}, {"from": "2"}])), 0);
        assert_eq!(body(&json!([])), 0);
        let message = json!({"messages": [{"from": "1"}]});
        let lane = lane_of_body(&Declared::default(), &message);
        assert_eq!(lane, 0, "nothing is declared");
        assert_ne!(ada, 0);
    }

    #[test]
    fn h15_customers_known_by_user_id_only_have_a_lane_as_others() {
        let message = |message: Value| body_lane(&json!({"messages": [message]}));
        let ada = message(json!({"from_user_id": "US.1"}));
        assert_ne!(ada, 0);
        assert_ne!(ada, message(json!({"from_user_id": "US.2"})));
        for same in [
            json!({"messages": [{"from": "", "from_user_id": "US.1"}]}),
            json!({"messages": [{"from": "1650", "from_user_id": "US.1"}]}),
            json!({"messages": [{"from_user_id": "US.1", "x": 1e300}, {"from_user_id": "US.1"}]}),
            json!({"statuses": [{"recipient_id": "", "recipient_user_id": "US.1"}]}),
            json!({"contacts": [{"wa_id": "", "user_id": "US.1"}], "messages": [{"from": ""}]}),
            json!({"contacts": [{"wa_id": "1650", "user_id": "US.1"}], "messages": [{"from": "1650"}]}),
        ] {
            assert_eq!(body_lane(&same), ada, "{same}");
        }
        let mixed = json!({"messages": [{"from_user_id": "US.1"}, {"from_user_id": "US.2"}]});
        assert_eq!(body_lane(&mixed), 0);
        // What the adapter reads gives a lane, in whatever way it is written.
        let odd = r#"{"entry":[{"changes":[{"value":{"messages":[{"from_user_id":"US\u002e1","n":1e999}]}}]}]}"#;
        let odd = crate::json::parse(odd).unwrap();
        assert_eq!(lane_of_body(&messaging(), &odd), ada);
    }

    #[test]
    fn customers_do_not_share_a_lane() {
        let lanes = (0..1000).map(|customer| lane(&["webhook", &customer.to_string()]));
        let lanes: std::collections::HashSet<i64> = lanes.collect();
        assert_eq!(lanes.len(), 1000);
        assert!(!lanes.contains(&0));
    }
}
