//! Whose event it is: what an adapter tells is of one instance, and of one subject, and of no other.

use std::path::Path;

use crate::foreign::{Foreign, ON_TICK, instance, on_post};
use crate::program::{program, run};
use crate::served::{LIMIT, Served};

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
    assert_eq!(
        step["output"]["error"], "no answer came",
        "what the adapter says"
    );
    let about = format!("settled about {}", step["correlationId"].as_str().unwrap());
    assert_eq!(site.post("fax", "", &about), 200);
    site.wait_until("the event came", |site| site.are("fax", 1, "done"));
    assert!(site.are("lose", 1, "unknown"), "another instance's event");
    assert_eq!(site.post("post", "", &about), 200);
    site.wait_until("its own event tells", |site| site.are("lose", 1, "done"));
}

/// A worker that was quick had told of its run's end before the start was told.
#[test]
fn h09_a_run_is_told_from_its_start_to_its_end() {
    const RUNS: usize = 240;
    let instances = (1..=12).map(|number| instance(&format!("post{number}"), "ticks = 20"));
    // Nothing of the run takes any time.
    let (trigger, _) = ON_TICK.split_once("command = ").unwrap();
    let branch = "branch = [{ when = \"n > 100\", goto = \"end\" }]\notherwise = \"end\"\n";
    let site = Foreign::new(&(instances.collect::<String>() + trigger + branch));
    let served = Served::start(program(), site.folder.path(), "adapter_host=info");
    let mut told: Vec<String> = Vec::new();
    let ended = |line: &&String| line.contains("the run has ended");
    while told.iter().filter(ended).count() < RUNS {
        told.push(served.line(LIMIT).unwrap());
    }
    for run in 1..=RUNS {
        let run = format!("run={run}");
        let of_run = |line: &&String| line.split(' ').any(|word| word == run);
        let of_run: Vec<_> = told.iter().filter(of_run).collect();
        let [first, .., last] = of_run.as_slice() else {
            panic!("{run}: {of_run:?}")
        };
        assert!(first.contains("a run has started"), "{of_run:#?}");
        assert!(last.contains("the run has ended"), "{of_run:#?}");
    }
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

/// A response that is no JSON was a success with the code `WFA_OK`, and the status `FAILED`.
#[test]
fn x06_a_response_that_is_no_json_is_the_fault_of_the_plugin() {
    let site = Foreign::new("");
    garbled(&site.plugins());
    let own =
        "[[instance]]\nname = \"garbled\"\nadapter_type = \"garbled\"\n[instance.properties]\n";
    let step = |command: &str| {
        on_post(
            command,
            &format!("command = \"{command}\"\ninstance = \"garbled\""),
        )
    };
    site.configure(&(instance("post", "") + own + &step("send") + &step("look")));
    let _served = site.serve();
    for command in ["send", "look"] {
        assert_eq!(site.post(command, "", "{}"), 200);
    }
    site.wait_until("the one has failed", |site| site.are("look", 1, "failed"));
    site.wait_until("the other is unknown", |site| {
        site.are("send", 1, "unknown")
    });
    for (command, code) in [("look", "COMMAND_FAILED"), ("send", "OUTCOME_UNKNOWN")] {
        let output = site.runs_of(command)[0]["steps"][0]["output"].clone();
        assert_eq!(output["code"], code);
        let error = output["error"].as_str().unwrap();
        assert!(error.contains("the plugin is at fault"), "{error}");
    }
    let plugin = site.plugins().join("libgarbled.so");
    for (command, word) in [("send", "may have been sent"), ("look", "is no JSON")] {
        let ended = run(program()
            .args(["exec", command, "{}", "--plugin"])
            .arg(&plugin));
        assert_eq!(ended.code, 1, "{}", ended.stderr);
        assert!(
            ended.stderr.contains("the plugin garbled is at fault"),
            "{}",
            ended.stderr
        );
        assert!(ended.stderr.contains(word), "{}", ended.stderr);
    }
}

/// Builds the plugin whose responses are no JSON.
fn garbled(folder: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut compiler = std::process::Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-pthread", "-I"]);
    compiler
        .arg(root.join("../../include"))
        .arg(root.join("../garbled.c"));
    let built = compiler
        .arg("-o")
        .arg(folder.join("libgarbled.so"))
        .status();
    assert!(built.unwrap().success());
}
