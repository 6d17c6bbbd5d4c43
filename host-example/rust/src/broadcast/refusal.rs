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
    OfRecipient,
    /// Not the recipient's; whether others are refused as well will be seen.
    OfAction,
    /// Everybody would be refused.
    OfEverybody,
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
        Refusal::OfEverybody
    } else if ACTIONS.contains(&code) || is_in(&PERMISSIONS) {
        Refusal::OfAction
    } else {
        Refusal::OfRecipient
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h11_a_refusal_of_the_recipient_is_told_from_one_of_everybody() {
        use Refusal::{OfAction, OfEverybody, OfRecipient};
        let own = |names: &[&str]| -> Map<String, Value> {
            let members = names.iter().map(|name| ((*name).to_owned(), Value::Null));
            members.collect()
        };
        for (code, names, expected) in [
            ("190", &["languageCode", "parameters"][..], OfEverybody),
            ("0", &[], OfEverybody),
            ("200", &[], OfAction),
            ("299", &["parameters"], OfAction),
            ("131005", &[], OfAction),
            ("131042", &["parameters"], OfEverybody),
            ("132015", &["languageCode", "parameters"], OfEverybody),
            ("132001", &["parameters"], OfEverybody),
            ("132001", &["languageCode"], OfRecipient),
            ("132000", &[], OfEverybody),
            ("132000", &["parameters"], OfRecipient),
            ("131026", &[], OfRecipient),
            ("131030", &[], OfRecipient),
            ("131047", &[], OfRecipient),
            ("131049", &[], OfRecipient),
            ("100", &[], OfRecipient),
            ("300", &[], OfRecipient),
            ("", &[], OfRecipient),
            ("x", &[], OfRecipient),
        ] {
            assert_eq!(refusal(code, &own(names)), expected, "{code} {names:?}");
        }
    }
}
