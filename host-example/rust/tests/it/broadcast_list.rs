//! What a broadcast makes of its list: mistakes are named before anything is sent, columns fill the
//! template.

use crate::broadcast::{broadcast, broadcast_of, outcomes};
use crate::served::Site;

#[test]
fn a_mistake_in_the_list_or_the_arguments_is_named_and_nothing_is_sent() {
    let site = Site::new("");
    for (list, more, words) in [
        (
            "number\n1\n",
            &[][..],
            "list.csv:1: there is no column phoneNumber",
        ),
        (
            "phoneNumber,callbackData\n16505550001,campaign\n",
            &[],
            "list.csv:1: callbackData is no column of a list; it may have phoneNumber, ",
        ),
        (
            "phoneNumber\n16505550001\n16505550001\n",
            &[],
            "list.csv:3: phoneNumber is the same as in line 2",
        ),
        (
            "phoneNumber\n16505550001\n",
            &["--instance", "nobody"],
            "there is sales",
        ),
        ("phoneNumber\n16505550001\n", &["--rate", "0"], "--rate"),
    ] {
        let ended = broadcast(&site, list, more);
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (2, ""),
            "{}",
            ended.stderr
        );
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
    assert_eq!(site.emulator.ledger().complete(), 0);
}

/// The texts with which the body of each accepted template was filled, in the order in which they came.
fn filled(site: &Site) -> Vec<String> {
    let ledger = site.emulator.ledger();
    let requests = ledger
        .requests
        .iter()
        .filter_map(|request| request.json.as_ref());
    requests
        .filter_map(|json| json.pointer("/template/components/0/parameters"))
        .map(|parameters| {
            let texts = parameters.as_array().unwrap().iter();
            let texts: Vec<_> = texts
                .map(|one| {
                    format!(
                        "{}{}",
                        one["parameter_name"].as_str().unwrap_or_default(),
                        one["text"]
                    )
                })
                .collect();
            texts.join(" ")
        })
        .collect()
}

#[test]
fn h11_a_template_is_filled_from_the_columns_of_the_list() {
    let site = Site::new("");
    let list = "phoneNumber,parameter.1\n+16505550001,2\n+16505550002,\"3, or 4\"\n";
    let one = ["--parallel", "1"];
    let ended = broadcast_of(&site, "sample_shipping_confirmation", list, &one);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(outcomes(&site), ["accepted", "accepted"]);
    let list = "phoneNumber;parameter.order_id;parameter.customer_name\n+16505550001;7;Ana\n";
    let ended = broadcast_of(&site, "order_update", list, &one);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(outcomes(&site), ["accepted"]);
    let all = filled(&site);
    assert_eq!(all[..2], ["\"2\"", "\"3, or 4\""]);
    assert!(
        all[2].contains("customer_name\"Ana\"") && all[2].contains("order_id\"7\""),
        "{all:?}"
    );
    // Two variables, of which one is given: nobody would get it.
    let list = "phoneNumber,parameter.customer_name\n+16505550005,Ana\n";
    assert_eq!(
        broadcast_of(&site, "order_update", list, &["--name", "x"]).code,
        1
    );
}

#[test]
fn h10_a_lone_quote_in_a_list_is_named_before_anything_is_sent() {
    let site = Site::new("");
    let list = "phoneNumber\n+16505550001\n\"+16505550002\n+16505550003\n";
    for more in [&[][..], &["--skip-invalid"]] {
        let ended = broadcast(&site, list, more);
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (2, ""),
            "{}",
            ended.stderr
        );
        assert!(
            ended.stderr.contains("list.csv:3: a quote"),
            "{}",
            ended.stderr
        );
    }
    assert_eq!(site.emulator.ledger().complete(), 0);
}

#[test]
fn h10_lines_that_are_no_recipients_can_be_left_out() {
    let site = Site::new("");
    let list = "Phone Number;languageCode\n+16505550001;en_US\nabc;\n1.65056E+10;\n";
    let ended = broadcast(&site, list, &[]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (2, ""),
        "{}",
        ended.stderr
    );
    assert_eq!(site.emulator.ledger().complete(), 0);
    let ended = broadcast(&site, list, &["--skip-invalid"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("invalid 2"), "{}", ended.stdout);
    assert_eq!(outcomes(&site), ["accepted", "invalid", "invalid"]);
}
