//! `serve` with an adapter that has nothing to do with WhatsApp: X1 to X9.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::program;
use crate::served::{LIMIT, Served, free_address, runs, send};

/// A folder with fake plugins and a configuration.
pub(crate) struct Foreign {
    pub(crate) folder: TempDir,
    pub(crate) address: SocketAddr,
}

/// Builds the fake plugin under an id and a version.
pub(crate) fn build(folder: &Path, file: &str, id: &str, version: &str) {
    build_with(folder, file, id, version, &[]);
}

/// The same, with more for the compiler.
pub(crate) fn build_with(folder: &Path, file: &str, id: &str, version: &str, more: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = std::process::Command::new("cc")
        .args(["-std=c11", "-shared", "-fPIC", "-pthread", "-I"])
        .arg(root.join("../../include"))
        .arg(format!("-DFAKE_ID=\"{id}\""))
        .arg(format!("-DFAKE_VERSION=\"{version}\""))
        .args(more)
        .arg(root.join("tests/fake/fake.c"))
        .arg("-o")
        .arg(folder.join(file))
        .status();
    assert!(built.unwrap().success());
}

impl Foreign {
    /// With one plugin of the type `mail`.
    pub(crate) fn new(more: &str) -> Self {
        let site = Self {
            folder: tempfile::tempdir().unwrap(),
            address: free_address(),
        };
        fs::create_dir(site.plugins()).unwrap();
        build(&site.plugins(), "libmail.so", "mail", "1.0.0");
        site.configure(more);
        site
    }

    pub(crate) fn plugins(&self) -> PathBuf {
        self.folder.path().join("plugins")
    }

    pub(crate) fn notes(&self) -> PathBuf {
        self.folder.path().join("notes")
    }

    pub(crate) fn configure(&self, more: &str) {
        let address = self.address;
        let head = format!(
            "[plugins]\ndirectory = \"plugins\"\n[store]\npath = \"host.db\"\nthreads = 4\nresolve_within = \"1h\"\n\
             [server]\nlisten = \"{address}\"\nfeed_origin = \"http://127.0.0.1:1\"\n"
        );
        let unfinished = self.folder.path().join("unfinished");
        fs::write(&unfinished, format!("{head}{more}")).unwrap();
        fs::rename(unfinished, self.folder.path().join("host.toml")).unwrap();
    }

    pub(crate) fn check(&self) -> crate::program::Ended {
        let file = self.folder.path().join("host.toml");
        crate::program::run(program().arg("check").arg(file))
    }

    pub(crate) fn serve(&self) -> Served {
        let served = Served::start(program(), self.folder.path(), "adapter_host=trace,info");
        served.wait_for_line("ready on ");
        served
    }

    pub(crate) fn runs_of(&self, workflow: &str) -> Vec<Value> {
        let mut all = runs(self.address);
        all.retain(|run| run["workflow"] == workflow);
        all
    }

    pub(crate) fn wait_until(&self, what: &str, is_true: impl Fn(&Self) -> bool) {
        let begin = Instant::now();
        while !is_true(self) {
            let runs = runs(self.address);
            let notes = fs::read_to_string(self.notes()).unwrap_or_default();
            assert!(
                begin.elapsed() < LIMIT,
                "in vain until {what}: {runs:#?}\n{notes}"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn are(&self, workflow: &str, count: usize, state: &str) -> bool {
        let runs = self.runs_of(workflow);
        runs.len() == count && runs.iter().all(|run| run["state"] == state)
    }

    pub(crate) fn post(&self, webhook: &str, fields: &str, body: &str) -> u16 {
        let head = format!("POST /wfe/api/advancedwebhook/{webhook} HTTP/1.1{fields}");
        send(self.address, &head, body.as_bytes()).0
    }
}

pub(crate) fn instance(name: &str, properties: &str) -> String {
    format!(
        "[[instance]]\nname = \"{name}\"\nadapter_type = \"mail\"\n[instance.properties]\n{properties}\n"
    )
}

/// A workflow that a webhook without a signature starts, and its step.
pub(crate) fn on_post(name: &str, step: &str) -> String {
    format!(
        "[[trigger]]\nname = \"{name}\"\ntype = \"Advanced Webhook\"\nauthentication_type = \"None\"\n\
         adapter = \"post\"\nworkflow = \"{name}\"\nproperties = {{ body = \"{{wfsystem.body}}\" }}\n\
         [[workflow]]\nname = \"{name}\"\n[[workflow.step]]\nname = \"go\"\n{step}\n"
    )
}

pub(crate) const ON_TICK: &str = "[[trigger]]\nname = \"tick\"\ntype = \"Adapter Type Event\"\nadapter_type = \"mail\"\n\
    event = \"tick\"\nworkflow = \"tick\"\n[[workflow]]\nname = \"tick\"\n[[workflow.step]]\nname = \"go\"\n\
    command = \"sendMail\"\nrequest = { to = \"{n}\" }\n";

#[test]
fn x01_x09_events_of_two_instances_from_threads_of_their_own_are_all_taken_once() {
    let two = instance("post", "ticks = 3") + &instance("fax", "ticks = 2");
    let site = Foreign::new(&(two + ON_TICK));
    let served = site.serve();
    // Both count their events from one, and begin to do so while the host starts.
    site.wait_until("all are done", |site| site.are("tick", 5, "done"));
    let of = |name: &str| {
        let runs = site.runs_of("tick");
        runs.iter().filter(|run| run["instance"] == name).count()
    };
    assert_eq!((of("post"), of("fax")), (3, 2));
    served.kill();
    let _served = site.serve(); // whose adapters offer all of them again
    let duplicates = |instance: &str, count: usize| {
        let labels = format!(
            "events_total{{name=\"tick\",duplicate=\"true\",adapter=\"mail\",instance=\"{instance}\"}} {count}"
        );
        send(site.address, "GET /metrics HTTP/1.1", b"")
            .1
            .contains(&labels)
    };
    site.wait_until("they are known again", |_| {
        duplicates("post", 3) && duplicates("fax", 2)
    });
    assert_eq!(site.runs_of("tick").len(), 5);
}

#[test]
fn x02_a_foreign_event_settles_an_unknown_outcome_only_by_the_member_that_is_marked() {
    let site = Foreign::new(
        &(instance("post", "")
            + &on_post("lose", "command = \"loseMail\"")
            + &on_post(
                "receive",
                "command = \"receive\"\nrequest = { body = \"{body}\" }",
            )),
    );
    let _served = site.serve();
    assert_eq!(site.post("lose", "", "{}"), 200);
    site.wait_until("nobody knows", |site| site.are("lose", 1, "unknown"));
    assert_eq!(site.post("receive", "", "bounced"), 200);
    site.wait_until("the event came", |site| site.are("receive", 1, "done"));
    assert!(site.are("lose", 1, "unknown"), "its `status` says nothing");
    assert_eq!(site.post("receive", "", "settled"), 200);
    site.wait_until("the other event tells", |site| site.are("lose", 1, "done"));
    let output = &site.runs_of("lose")[0]["steps"][0]["output"];
    assert_eq!(output["status"], "SUCCESS");
    assert_eq!(output["details"]["outcome"], "accepted");
    assert_eq!(output["mailId"], "", "a declared text is never missing");
}

#[test]
fn x05_a_run_that_one_adapter_starts_waits_for_another_ones_event() {
    let wait = "wait = \"1h\"\nevent = \"settled\"\ninstance = \"fax\"\n\
                condition = 'outcome == \"accepted\"'";
    let receive = "command = \"receive\"\ninstance = \"fax\"\nrequest = { body = \"{body}\" }";
    let lose = "command = \"loseMail\"\ninstance = \"fax\"";
    let site = Foreign::new(
        &(instance("post", "ticks = 1")
            + &instance("fax", "")
            + &ON_TICK.replace("command = \"sendMail\"\nrequest = { to = \"{n}\" }", wait)
            + &on_post("lose", lose)
            + &on_post("receive", receive)),
    );
    let _served = site.serve();
    site.wait_until("it waits", |site| site.are("tick", 1, "waiting"));
    assert_eq!(site.runs_of("tick")[0]["instance"], "post");
    assert_eq!(site.post("lose", "", "{}"), 200);
    site.wait_until("nobody knows", |site| site.are("lose", 1, "unknown"));
    assert_eq!(site.post("receive", "", "settled"), 200);
    site.wait_until("the event has come", |site| site.are("tick", 1, "done"));
}

#[test]
fn x06_a_command_that_fails_without_code_and_error_says_why_in_its_run() {
    let site = Foreign::new(&(instance("post", "") + &on_post("fail", "command = \"fail\"")));
    let _served = site.serve();
    assert_eq!(site.post("fail", "", "{}"), 200);
    site.wait_until("it has failed", |site| site.are("fail", 1, "failed"));
    let error = site.runs_of("fail")[0]["error"].clone();
    let error = error.as_str().unwrap().to_owned();
    assert!(error.contains("the mailbox is full"), "{error}");
}

#[test]
fn x07_a_plugin_that_ignores_its_timeout_holds_neither_its_step_nor_other_workflows_nor_the_end() {
    // The fake neither ends at its timeout nor when it is cancelled.
    let slow = "command = \"sendMail\"\ntimeout = \"1s\"\nrequest = { ms = 60000 }";
    let site = Foreign::new(
        &(instance("post", "")
            + &instance("fax", "")
            + &on_post("slow", slow)
            + &on_post("stuck", "command = \"nap\"\nrequest = { ms = 60000 }")
            + &on_post("quick", "command = \"nap\"\ninstance = \"fax\"")),
    );
    let served = site.serve();
    for _ in 0..6 {
        assert_eq!(site.post("stuck", "", "{}"), 200); // more than the engine has threads
    }
    assert_eq!(site.post("quick", "", "{}"), 200);
    site.wait_until("others go on", |site| site.are("quick", 1, "done"));
    assert_eq!(served.terminate_within(Duration::from_secs(30)), 0);

    let served = site.serve();
    assert_eq!(site.post("quick", "", "{}"), 200);
    site.wait_until("others go on", |site| site.are("quick", 2, "done"));
    drop(served);
    fs::remove_file(site.folder.path().join("host.db")).unwrap();
    let _served = site.serve();
    let began = Instant::now();
    assert_eq!(site.post("slow", "", "{}"), 200);
    site.wait_until("nobody knows", |site| site.are("slow", 1, "unknown"));
    assert!(
        began.elapsed() < Duration::from_secs(50),
        "it waited for the plugin"
    );
}

#[test]
fn x08_an_instance_without_update_is_created_anew_after_the_former_one_has_ended() {
    let notes = |site: &Foreign| fs::read_to_string(site.notes()).unwrap_or_default();
    let configured = |label: &str| {
        instance(
            "post",
            &format!("label = \"{label}\"\nnotesFile = \"notes\"\nticks = 1"),
        ) + &on_post("nap", "command = \"nap\"\nrequest = { ms = 300 }")
    };
    let site = Foreign::new(&configured("first"));
    let served = site.serve();
    assert_eq!(notes(&site), "create first\n");
    assert_eq!(site.post("nap", "", "{}"), 200);
    site.configure(&configured("second"));
    served.wait_for_line("an instance was created anew instance=\"post\"");
    served.wait_for_line("the configuration was read again");
    assert_eq!(
        notes(&site),
        "create first\ndestroy first\ncreate second\n",
        "never two at once"
    );
    site.wait_until("the command has ended", |site| site.are("nap", 1, "done"));
    assert_eq!(served.terminate_within(Duration::from_secs(30)), 0);
    assert!(notes(&site).ends_with("destroy second\n"));
}

/// While the new one was made there was none, and a command that began then failed for ever.
#[test]
fn x08_a_command_that_begins_while_its_instance_is_created_anew_runs_in_the_new_one() {
    let configured = |label: &str, more: &str| {
        let properties = format!("label = \"{label}\"\nnotesFile = \"notes\"\n{more}");
        instance("post", &properties) + &on_post("nap", "command = \"nap\"")
    };
    let notes = |site: &Foreign| fs::read_to_string(site.notes()).unwrap_or_default();
    let site = Foreign::new(&configured("first", ""));
    let served = site.serve();
    site.configure(&configured("second", "gateFile = \"go on\""));
    let between = "create first\ndestroy first\ncreate second\n";
    site.wait_until("the new one is being made", |site| notes(site) == between);
    assert_eq!(site.post("nap", "", "{}"), 200);
    let has_begun = |site: &Foreign| site.runs_of("nap")[0]["state"] != "ready";
    site.wait_until("it has been tried", has_begun);
    assert!(site.are("nap", 1, "waiting"), "{:?}", site.runs_of("nap"));
    fs::write(site.folder.path().join("go on"), "").unwrap();
    served.wait_for_line("the configuration was read again");
    site.wait_until("it has ended", |site| site.are("nap", 1, "done"));
}

#[test]
fn x09_a_workflow_starts_with_the_host_and_again_and_again() {
    let timed = "[[trigger]]\nname = \"begin\"\non = \"start\"\nadapter = \"post\"\nworkflow = \"begin\"\n\
        [[trigger]]\nname = \"often\"\ntype = \"Schedule\"\nevery = \"1s\"\nworkflow = \"often\"\n\
        properties = { at = \"{wfsystem.occurrence}\" }\n\
        [[workflow]]\nname = \"begin\"\n[[workflow.step]]\nname = \"go\"\ncommand = \"nap\"\n\
        [[workflow]]\nname = \"often\"\noutput = { at = \"{at}\" }\n[[workflow.step]]\nname = \"go\"\n\
        instance = \"post\"\ncommand = \"nap\"\n";
    let site = Foreign::new(&(instance("post", "") + timed));
    let served = site.serve();
    site.wait_until("it has begun", |site| site.are("begin", 1, "done"));
    let often = |site: &Foreign, least: usize| site.runs_of("often").len() >= least;
    site.wait_until("the schedule", |site| often(site, 2));
    served.kill();
    let before = 2;
    std::thread::sleep(Duration::from_millis(2500)); // several occurrences pass
    let _served = site.serve();
    site.wait_until("what was missed is made up for", |site| {
        often(site, before + 1)
    });
    site.wait_until("it begins with every start", |site| {
        site.are("begin", 2, "done")
    });
    // Each occurrence is run once.
    let mut at: Vec<String> = site.runs_of("often").iter().map(occurrence).collect();
    let count = at.len();
    at.sort();
    at.dedup();
    assert_eq!(at.len(), count);
}

fn occurrence(run: &Value) -> String {
    run["id"].to_string()
}

#[test]
fn a_webhook_is_checked_and_routed_as_its_adapter_declares() {
    use base64::Engine as _;
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let secret = "0123456789abcdef0123";
    let of = |name: &str, desk: &str| {
        instance(
            name,
            &format!("desk = \"{desk}\"\nsecret = {{ file = \"secret\" }}"),
        )
    };
    let site = Foreign::new("");
    fs::write(site.folder.path().join("secret"), secret).unwrap();
    // No key, and no instance: the adapter says both.
    site.configure(
        &(of("post", "one")
            + &of("fax", "two")
            + "[[trigger]]\nname = \"in\"\ntype = \"Advanced Webhook\"\n\
           authentication_type = \"HMAC SHA256 using key\"\nworkflow = \"in\"\n\
           properties = { body = \"{wfsystem.body}\" }\n\
           [[workflow]]\nname = \"in\"\n[[workflow.step]]\nname = \"take\"\ninstance = \"post\"\n\
           command = \"receive\"\nrequest = { body = \"{body}\" }\n\
           [[workflow.step]]\nname = \"answer\"\ncommand = \"sendMail\"\n"),
    );
    let _served = site.serve();
    let body = r#"{"to":["two"]}"#;
    let mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let mac = mac.chain_update(body).finalize().into_bytes();
    let signature = base64::prelude::BASE64_STANDARD.encode(mac);
    let post = |field: &str| site.post("in", field, body);
    assert_eq!(post(""), 401);
    assert_eq!(post("\r\nX-Hub-Signature-256: sha256=00"), 401);
    assert_eq!(post("\r\nX-Fake-Signature: bm90IHJpZ2h0"), 403);
    assert_eq!(post(&format!("\r\nX-Fake-Signature: {signature}")), 200);
    site.wait_until("it is done", |site| site.are("in", 1, "done"));
    let run = site.runs_of("in").remove(0);
    assert_eq!(run["instance"], "fax", "the body says so");
}
