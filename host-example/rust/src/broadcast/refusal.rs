//! Refusals that have nothing to do with the recipient: whoever comes next would be refused as well.

/// About the token, the account or the number that sends, by Meta's codes.
const ACCOUNT: [&str; 19] = [
    "0", "3", "10", "102", "190", "368", "130497", "131005", "131031", "131042", "131045",
    "131048", "131056", "131057", "133000", "133006", "133010", "133016", "2494055",
];
/// Permissions: 200 to 299.
const PERMISSIONS: std::ops::RangeInclusive<u32> = 200..=299;
/// About the template: 132000 to 132999.
const TEMPLATE: std::ops::RangeInclusive<u32> = 132_000..=132_999;

/// Whether everybody would be refused with this code. A row with members of its own asks for something of
/// its own, so that a refusal of its template may be about that row only.
pub(super) fn is_for_everybody(code: &str, has_own_members: bool) -> bool {
    let number = code.parse::<u32>().ok();
    ACCOUNT.contains(&code)
        || number.is_some_and(|code| PERMISSIONS.contains(&code))
        || (!has_own_members && number.is_some_and(|code| TEMPLATE.contains(&code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h11_a_refusal_of_the_recipient_is_told_from_one_of_everybody() {
        for code in ["190", "200", "299", "131042", "132001", "132015", "0"] {
            assert!(is_for_everybody(code, false), "{code}");
        }
        assert!(is_for_everybody("190", true) && !is_for_everybody("132001", true));
        for code in [
            "131026", "131030", "131047", "131049", "100", "300", "", "x",
        ] {
            assert!(!is_for_everybody(code, false), "{code}");
        }
    }
}
