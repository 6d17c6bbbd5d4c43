//! Templates that an account's command moved, and those that it could not move.

use serde_json::{Value, json};

use crate::descriptor::Field;

/// Those that were not moved.
pub(crate) const FAILED: Field = Field::array(
    "failedTemplates",
    "",
    "Which templates it did not work for: objects with id and reason.",
);

/// The answer's list of them: Meta writes objects with id and reason, or one object of reasons by id.
pub(crate) fn failed(answer: &Value) -> Option<(&'static str, String)> {
    let failed = match answer.get("failed_templates")? {
        Value::Object(reasons) => {
            let entry = |(id, reason): (&String, &Value)| json!({ "id": id, "reason": reason });
            reasons.iter().map(entry).collect()
        }
        failed => failed.clone(),
    };
    failed
        .is_array()
        .then(|| ("failedTemplates", failed.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_meta_become_a_list() {
        let list = json!([{ "id": "1", "reason": "why" }]);
        for theirs in [json!({ "1": "why" }), list.clone()] {
            let failed = failed(&json!({ "failed_templates": theirs }));
            assert_eq!(failed, Some(("failedTemplates", list.to_string())));
        }
        assert_eq!(failed(&json!({ "failed_templates": "?" })), None);
        assert_eq!(failed(&json!({})), None);
    }
}
