//! What needs a store where the engine has none.

use std::fs;

use crate::program::{Ended, run};
use crate::served::Site;

/// A site whose configuration names a Restate server, and that no host with a store has served.
fn site() -> Site {
    let site = Site::new("");
    let mut text = fs::read_to_string(site.file()).unwrap();
    text.push_str("\n[restate]\ningress = \"http://127.0.0.1:1\"\n");
    fs::write(site.file(), text).unwrap();
    fs::write(
        site.folder.path().join("list.csv"),
        "phoneNumber\n+16505550001\n",
    )
    .unwrap();
    site
}

fn told(site: &Site, what: &[&str], engine: &[&str]) -> Ended {
    let mut command = site.program();
    command.current_dir(site.folder.path()).args(what);
    run(command.arg("--config").arg(site.file()).args(engine))
}

/// R8: from two machines each number got the message twice.
#[test]
fn r08_a_broadcast_is_refused_under_the_engine_that_has_no_store() {
    let site = site();
    let what = ["broadcast", "hello_world", "list.csv"];
    for engine in [["--engine", "restate"].as_slice(), &[]] {
        let ended = told(&site, &what, engine);
        assert_eq!(ended.code, 2, "{engine:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("[store]"), "{}", ended.stderr);
        assert!(!site.folder.path().join("host.db").exists(), "{engine:?}");
    }
    assert_eq!(site.emulator.ledger().complete(), 0);
    let ended = told(&site, &what, &["--engine", "local"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(site.emulator.ledger().complete(), 1);
}
