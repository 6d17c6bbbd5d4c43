//! S02 to S16: what may not come into a URL's path or into a header.

use serde_json::Value;

use super::{TOKEN, assert_hides, properties};
use crate::rig::{Adapter, EntryPoint};

/// The properties that go into the path.
const IN_PATH: [(&str, &str); 2] = [
    ("apiVersion", "v26.0"),
    ("phoneNumberId", "106540352242922"),
];

/// `name` cannot be `value`, neither from the start nor later.
fn refused(name: &str, value: &str) {
    let mut properties = properties();
    properties[name] = value.into();
    let failure = Adapter::create(EntryPoint::Loaded, &properties.to_string()).err();
    let failure = failure.unwrap_or_else(|| panic!("{name} may be {value:?}"));
    assert_eq!(failure.result, "INVALID_REQUEST", "{name}={value:?}");
    assert!(
        failure.message.contains(name),
        "{name}={value:?}: {}",
        failure.message
    );
    assert_hides("the refusal", &failure.message, &[TOKEN]);

    let Adapter::Loaded(adapter, _) = create(&super::properties()) else {
        panic!("it is behind the contract");
    };
    let updated = adapter.update_properties(&properties.to_string());
    assert!(updated.is_err(), "{name} may become {value:?}");
}

fn create(properties: &Value) -> Adapter {
    let adapter = Adapter::create(EntryPoint::Loaded, &properties.to_string());
    adapter.unwrap_or_else(|failure| panic!("{}", failure.message))
}

/// Neither property of the path may hold this, at its start, in its middle or at its end.
fn refused_in_paths(part: &str) {
    for (name, valid) in IN_PATH {
        let (begin, end) = valid.split_at(3);
        for value in [
            part.to_owned(),
            format!("{part}{valid}"),
            format!("{begin}{part}{end}"),
            format!("{valid}{part}"),
        ] {
            refused(name, &value);
        }
    }
}

#[test]
fn s02_a_step_up_is_no_part_of_a_path() {
    refused_in_paths("../");
    refused_in_paths("/..");
}

#[test]
fn s03_encoded_dots_are_no_part_of_a_path() {
    refused_in_paths("%2e%2e");
    refused_in_paths("%2E%2E/");
}

#[test]
fn s04_an_encoded_slash_is_no_part_of_a_path() {
    refused_in_paths("%2f");
    refused_in_paths("%2F");
    refused_in_paths("/");
}

#[test]
fn s05_a_question_mark_begins_no_query() {
    refused_in_paths("?");
    refused_in_paths("?access_token=x");
}

#[test]
fn s06_a_hash_sign_begins_no_fragment() {
    refused_in_paths("#");
}

#[test]
fn s07_an_at_sign_makes_no_other_host() {
    refused_in_paths("@");
    refused_in_paths("@evil.example/");
}

#[test]
fn s08_a_backslash_is_no_part_of_a_path() {
    refused_in_paths("\\");
}

#[test]
fn s09_a_line_end_begins_no_header() {
    for end in ["\r", "\n", "\r\n", "\r\nHost: evil.example\r\n"] {
        refused_in_paths(end);
    }
}

#[test]
fn s10_a_nul_ends_no_path() {
    refused_in_paths("\0");
}

#[test]
fn s11_white_space_is_no_part_of_a_path() {
    for space in [" ", "\t", "\u{b}", "\u{a0}", "\u{2028}", "\u{feff}"] {
        refused_in_paths(space);
    }
}

#[test]
fn s12_digits_of_other_scripts_are_no_digits() {
    for digit in ["１", "٣", "७", "𝟗", "²", "Ⅷ"] {
        refused_in_paths(digit);
    }
}

#[test]
fn s13_a_version_with_a_path_behind_it_is_refused() {
    for version in [
        "v26.0/../me",
        "v26.0/me",
        "v26.0/106540352242922/messages?x=",
    ] {
        refused("apiVersion", version);
    }
}

#[test]
fn s14_an_empty_part_of_a_path_is_refused() {
    for (name, _) in IN_PATH {
        refused(name, "");
    }
}

#[test]
fn s15_a_token_with_what_no_header_may_hold_is_refused() {
    for bad in [
        "\r",
        "\n",
        "\r\nX-Evil: 1",
        "\0",
        "é",
        "\u{7f}",
        "\t",
        " ",
        "😀",
        "\u{1b}[2J",
    ] {
        for value in [
            format!("{TOKEN}{bad}"),
            format!("{bad}{TOKEN}"),
            format!("EAAG{bad}{TOKEN}"),
        ] {
            refused("authenticationToken", &value);
        }
    }
}

#[test]
fn s16_lengths_are_kept_to_the_character() {
    for (name, least, most) in [
        ("authenticationToken", 20, 1000),
        ("apiVersion", 4, 100),
        ("phoneNumberId", 1, 100),
    ] {
        let of_length = |length: usize| match name {
            "apiVersion" => format!("v{}.0", "1".repeat(length.saturating_sub(3))),
            _ => "7".repeat(length),
        };
        for length in [least, most] {
            let mut properties = properties();
            properties[name] = of_length(length).into();
            create(&properties);
        }
        for length in [least - 1, most + 1] {
            refused(name, &of_length(length));
        }
    }
}
