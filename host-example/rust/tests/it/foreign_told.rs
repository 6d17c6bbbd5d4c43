//! Whose event it is: what an adapter tells is of one instance, and of one subject, and of no other.

use crate::foreign::{Foreign, instance, on_post};

const JSON: &str = "\r\nContent-Type: application/json";

/// What its own instance has not told is told by no other one.
#[test]
fn x11_an_event_of_another_instance_does_not_tell_how_a_command_ended() {
    let receive = |name: &str| {
        let step = format!(
            "command = \"receive\"\ninstance = \"{name}\"\nrequest = {{ body = \"{{body}}\" }}"
        );
        on_post(name, &step)
    };
    let site = Foreign::new(
        &(instance("post", "")
            + &instance("fax", "")
            + &on_post("lose", "command = \"loseMail\"")
            + &receive("post")
            + &receive("fax")),
    );
    let _served = site.serve();
    assert_eq!(site.post("lose", "", "{}"), 200);
    site.wait_until("nobody knows", |site| site.are("lose", 1, "unknown"));
    let step = site.runs_of("lose")[0]["steps"][0].clone();
    let about = format!("settled about {}", step["correlationId"].as_str().unwrap());
    assert_eq!(site.post("fax", "", &about), 200);
    site.wait_until("the event came", |site| site.are("fax", 1, "done"));
    assert!(site.are("lose", 1, "unknown"), "another instance's event");
    assert_eq!(site.post("post", "", &about), 200);
    site.wait_until("its own event tells", |site| site.are("lose", 1, "done"));
}

/// The digits that not every form of a phone number has were dropped from any subject.
#[test]
fn x10_a_subject_that_is_no_phone_number_wakes_nobody_elses_run() {
    let wait = "wait = \"1h\"\nevent = \"settled\"\ninstance = \"post\"\ncustomer = \"{order}\"";
    let receive = "command = \"receive\"\nrequest = { body = \"{body}\" }";
    let waiting = on_post("wait", wait).replace("type = \"Adv", "parse_body = true\ntype = \"Adv");
    let site = Foreign::new(&(instance("post", "") + &waiting + &on_post("receive", receive)));
    let _served = site.serve();
    for order in ["525599990001", "5215599990001"] {
        assert_eq!(
            site.post("wait", JSON, &format!("{{\"order\":\"{order}\"}}")),
            200
        );
    }
    site.wait_until("both wait", |site| site.are("wait", 2, "waiting"));
    let of_state = |state: &str| {
        let mut runs = site.runs_of("wait");
        runs.retain(|run| run["state"] == state);
        runs.len()
    };
    for (number, order) in (1..).zip(["5215599990001", "525599990001"]) {
        assert_eq!(
            site.post("receive", "", &format!("settled from {order}")),
            200
        );
        site.wait_until("it came", |site| site.are("receive", number, "done"));
        assert_eq!(of_state("waiting"), 2 - number, "{order}");
    }
}
