//! Refusals that have nothing to do with the recipient: whoever comes next would be refused as well.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

/// About the token, the account or the number that sends, by Meta's codes.
const ACCOUNT: [&str; 10] = [
    "0", "102", "190", "368", "131031", "131042", "131045", "131048", "131057", "133010",
];
/// About a permission, which one action may lack and another have.
const ACTIONS: [&str; 3] = ["3", "10", "131005"];
const PERMISSIONS: RangeInclusive<u32> = 200..=299;
/// About the template's own state: paused, disabled, against a policy.
const TEMPLATE: [&str; 3] = ["132007", "132015", "132016"];
/// There is no such template, or not in this language.
const NO_TEMPLATE: &str = "132001";
/// Otherwise about how the template's variables are filled: 132000 to 132999.
const VARIABLES: RangeInclusive<u32> = 132_000..=132_999;

/// Whose refusal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The recipient's: it is final.
    Recipient,
    /// Not the recipient's; whether others are refused as well will be seen.
    Action,
    /// Everybody would be refused.
    Everybody,
}

/// Whose refusal a code is. A row with members of its own asks for something of
/// its own, and is then refused for itself.
pub(super) fn refusal(code: &str, own: &Map<String, Value>) -> Refusal {
    let number = code.parse::<u32>().ok();
    let is_in = |codes: &RangeInclusive<u32>| number.is_some_and(|code| codes.contains(&code));
    let of_everybody = match code {
        _ if ACCOUNT.contains(&code) || TEMPLATE.contains(&code) => true,
        NO_TEMPLATE => !own.contains_key("languageCode"),
        _ => is_in(&VARIABLES) && own.is_empty(),
    };
    if of_everybody {
        Refusal::Everybody
    } else if ACTIONS.contains(&code) || is_in(&PERMISSIONS) {
        Refusal::Action
    } else {
        Refusal::Recipient
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h11_a_refusal_of_the_recipient_is_told_from_one_of_everybody() {
        use Refusal::{Action, Everybody, Recipient};
        let own = |names: &[&str]| -> Map<String, Value> {
            let members = names.iter().map(|name| ((*name).to_owned(), Value::Null));
            members.collect()
        };
        for (code, names, expected) in [
            ("190", &["languageCode", "parameters"][..], Everybody),
            ("0", &[], Everybody),
            ("200", &[], Action),
            ("299", &["parameters"], Action),
            ("131005", &[], Action),
            ("131042", &["parameters"], Everybody),
            ("132015", &["languageCode", "parameters"], Everybody),
            ("132001", &["parameters"], Everybody),
            ("132001", &["languageCode"], Recipient),
            ("132000", &[], Everybody),
            ("132000", &["parameters"], Recipient),
            ("131026", &[], Recipient),
            ("131030", &[], Recipient),
            ("131047", &[], Recipient),
            ("131049", &[], Recipient),
            ("100", &[], Recipient),
            ("300", &[], Recipient),
            ("", &[], Recipient),
            ("x", &[], Recipient),
        ] {
            assert_eq!(refusal(code, &own(names)), expected, "{code} {names:?}");
        }
    }
}
