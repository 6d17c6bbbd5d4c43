//! The rows of the decision table for Graph's error codes (D/support/error-codes, read 2026-11).

use super::reason::Reason;
use super::row::{Again, MINUTE, Row, SECOND, refuses, rejected, throttled, unknown};

const TOO_MANY_REQUESTS: u16 = 429;

/// The row for a response with Graph's `error` object.
pub(super) const fn of_code(http_status: u16, code: Option<i64>, transient: bool) -> Row {
    let Some(code) = code else {
        return without_code(http_status, transient);
    };
    match code {
        130_429 => throttled("G130429", Again::Throttled, SECOND),
        131_056 => throttled("G131056", Again::Pair, 6 * SECOND),
        131_057 => throttled("G131057", Again::OnceAfter(5 * SECOND), MINUTE),
        4 | 17 | 32 | 341 | 613 | 80_000..=80_014 | 131_208 | 132_069 | 138_005 | 138_013 => {
            throttled("G-quota", Again::No, 5 * MINUTE)
        }
        1 | 2 | 131_000 | 131_016 | 133_004 => unknown("G-uncertain", Some(Reason::ServerError)),
        131_049 => Row {
            wait_ms: Some(24 * 60 * MINUTE),
            ..rejected("G-penalised", Some(Reason::DoNotRepeat), false)
        },
        368 | 130_472 | 130_497 | 131_031 | 131_048 | 131_050 | 131_064 | 132_015 | 133_016 => {
            rejected("G-penalised", Some(Reason::DoNotRepeat), false)
        }
        0 | 102 | 190 => Row {
            refuses_token: true,
            ..rejected("G-auth", Some(Reason::Auth), false)
        },
        // The token is valid and lacks one permission: that says nothing about other messages.
        3 | 10 | 200..=299 | 131_005 => rejected("G-permission", Some(Reason::Auth), false),
        _ if transient && http_status != TOO_MANY_REQUESTS => {
            unknown("T21", Some(Reason::ServerError))
        }
        33
        | 100
        | 192
        | 506
        | 803
        | 130_403
        | 130_501
        | 131_001
        | 131_002
        | 131_006
        | 131_008
        | 131_009
        | 131_020
        | 131_021
        | 131_026
        | 131_030
        | 131_037
        | 131_041
        | 131_042
        | 131_044
        | 131_045
        | 131_047
        | 131_051..=131_053
        | 131_055
        | 131_058..=131_063
        | 131_065
        | 131_070
        | 131_200..=131_207
        | 131_209..=131_299
        | 132_000..=132_014
        | 132_016..=132_068
        | 132_070..=132_099
        | 133_000
        | 133_005..=133_015
        | 134_011
        | 134_100..=134_102
        | 135_000
        | 136_024
        | 136_025
        | 137_000
        | 138_000..=138_004
        | 138_006..=138_012
        | 138_014..=139_199
        | 147_001..=147_005
        | 2_494_191 => rejected("G-rejected", None, false),
        _ => without_code(http_status, transient),
    }
}

/// A code that Meta's table does not list, or no code: the HTTP status decides.
const fn without_code(http_status: u16, transient: bool) -> Row {
    match http_status {
        // Refused for being too fast, whatever code Meta gives.
        TOO_MANY_REQUESTS => throttled("T16", Again::Throttled, SECOND),
        // A gateway that gave up waiting may have passed the request on.
        400..=499 if !transient && refuses(http_status) => rejected("T14", None, false),
        _ => unknown("T21", Some(Reason::ServerError)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud_api::row::Outcome;

    /// S32: only what Meta says about the token itself may hold back the other messages.
    #[test]
    fn only_the_codes_about_the_token_are_about_every_message() {
        for code in (0..1_000).chain(80_000..80_020).chain(130_000..148_000) {
            for http_status in [200, 400, 401, 403, 429, 500] {
                let row = of_code(http_status, Some(code), false);
                assert_eq!(row.refuses_token, [0, 102, 190].contains(&code), "{code}");
            }
        }
        assert!(
            !of_code(401, None, false).refuses_token,
            "a status names no token"
        );
    }

    /// S38: 429 is a refusal for being too fast, unless Meta's code says something else.
    #[test]
    fn a_429_with_a_code_that_nobody_knows_is_throttled() {
        for (code, transient) in [(None, false), (None, true), (Some(999_999), false)] {
            let row = of_code(429, code, transient);
            assert_eq!((row.outcome, row.name), (Outcome::Rejected, "T16"));
            assert_eq!(row.reason, Some(Reason::Throttled));
        }
        assert_eq!(of_code(429, Some(131_026), false).name, "G-rejected");
        assert_eq!(of_code(429, Some(131_000), false).outcome, Outcome::Unknown);
    }
}
