//! One host runs the workflows of a store; `broadcast`, `erase` and reads work beside it.

use std::fs;
use std::os::unix::fs::symlink;

use cloud_api_emulator::inbound;

use crate::program::{Ended, run};
use crate::served::{Site, greet_if};

const REPLY: &str = r#"
[[workflow.step]]
name = "reply"
command = "sendMessageText"
request = { phoneNumber = "{messages[0].from}", message = "Hello" }
[[workflow.step]]
name = "pause"
wait = "24h"
"#;

/// Starts another host, on an address and with a store of that name; it is expected to be refused.
fn second(site: &Site, name: &str, store: &str) -> Ended {
    let text = fs::read_to_string(site.file()).unwrap();
    let listen = format!("listen = \"{}\"", site.address);
    let text = text
        .replace(&listen, "listen = \"127.0.0.1:0\"")
        .replace("path = \"host.db\"", &format!("path = \"{store}\""));
    let file = site.folder.path().join(name);
    fs::write(&file, text).unwrap();
    run(site.program().arg("serve").arg(file))
}

#[test]
fn h01_a_second_host_is_refused_at_once_with_the_process_id_of_the_first() {
    let site = Site::new(&greet_if("true", REPLY));
    let served = site.serve();
    site.emulator
        .customer_sends(inbound::text("16505551234", "hello"));
    site.wait_until("the run waits", |site| site.are("greet", 1, "waiting"));
    let inside = |name: &str| site.folder.path().join(name);
    symlink(site.folder.path(), inside("other")).unwrap();
    symlink(inside("host.db"), inside("soft.db")).unwrap();
    fs::hard_link(inside("host.db"), inside("hard.db")).unwrap();
    let own = format!("in use by pid {}", served.id());
    for store in [
        "host.db",
        "other/host.db",
        "plugins/../host.db",
        "soft.db",
        "hard.db",
    ] {
        let refused = second(&site, "second.toml", store);
        assert_eq!(refused.code, 1, "{store}: {}", refused.stderr);
        assert!(refused.stderr.contains(&own), "{store}: {}", refused.stderr);
    }
    fs::remove_file(inside("hard.db")).unwrap();
    served.kill();
    let served = site.serve(); // a killed host keeps nobody out
    assert!(site.are("greet", 1, "waiting"));
    assert_eq!(
        site.emulator.ledger().accepted(),
        1,
        "nothing was sent twice"
    );
    assert_eq!(served.terminate(), 0);
    assert_eq!(site.serve().terminate(), 0);
}

#[test]
fn h01_a_file_with_two_names_is_opened_by_no_command() {
    let site = Site::new(&greet_if("true", REPLY));
    let served = site.serve();
    let inside = |name: &str| site.folder.path().join(name);
    fs::hard_link(inside("host.db"), inside("hard.db")).unwrap();
    fs::write(inside("list.csv"), "phoneNumber\n+16505550001\n").unwrap();
    let text = fs::read_to_string(site.file()).unwrap();
    let hard = text.replace("path = \"host.db\"", "path = \"hard.db\"");
    assert_ne!(hard, text);
    fs::write(inside("hard.toml"), hard).unwrap();
    let refuses = |arguments: &[&str]| {
        for file in [site.file(), inside("hard.toml")] {
            let mut command = site.program();
            command.args(arguments).arg("--config").arg(file);
            let ended = run(command.current_dir(site.folder.path()));
            assert_eq!(
                (ended.code, ended.stdout.as_str()),
                (1, ""),
                "{}",
                ended.stderr
            );
            assert!(ended.stderr.contains("has 2 names"), "{}", ended.stderr);
        }
    };
    refuses(&["broadcast", "hello_world", "list.csv"]);
    refuses(&["erase", "+16505551234", "--yes"]);
    served.kill();
    let ended = run(site.program().arg("serve").arg(inside("hard.toml")));
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("host.db, which has the log"),
        "{}",
        ended.stderr
    );
    assert!(!inside("hard.db-wal").exists());
    assert_eq!(site.emulator.ledger().complete(), 0);
}

#[test]
fn h01_broadcast_and_erase_work_beside_a_host_that_serves() {
    let site = Site::new(&greet_if("true", REPLY));
    let served = site.serve();
    site.emulator
        .customer_sends(inbound::text("16505551234", "hello"));
    site.wait_until("the run waits", |site| site.are("greet", 1, "waiting"));
    let list = site.folder.path().join("list.csv");
    fs::write(&list, "phoneNumber\n+16505550001\n").unwrap();
    let mut command = site.program();
    command.args(["broadcast", "hello_world"]).arg(&list);
    let ended = run(command.arg("--config").arg(site.file()));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let mut command = site.program();
    command.args(["erase", "+16505551234", "--yes", "--config"]);
    let ended = run(command.arg(site.file()));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    site.wait_until("the run has ended", |site| site.are("greet", 1, "failed"));
    assert_eq!(served.terminate(), 0);
}
