//! The tests test the shipped plugin: building the whole workspace gives the crates of the plugin no other
//! features than building the plugin alone, but for those listed here with their reason.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Crates that get more features in the workspace, and why that does not matter.
const MORE: [(&str, &str); 7] = [
    (
        "hashbrown",
        "`default-hasher` gives maps a hasher; the plugin has a table, which takes hashes",
    ),
    (
        "httparse",
        "`std` picks the vector instructions at run time and parses the same",
    ),
    (
        "nix",
        "the bench asks for `resource`, which only adds functions",
    ),
    ("serde_core", "`std` has everything that `alloc` adds"),
    ("smallvec", "both features only add functions"),
    ("socket2", "tokio asks for `all`, which only adds functions"),
    ("syn", "runs at build time only"),
];

type Features = BTreeMap<String, BTreeSet<String>>;

fn features(arguments: &[&str]) -> Features {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--prefix", "none", "--format", "{p}|{f}"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut all = Features::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line = line.trim_end_matches(" (*)").replace(" (proc-macro)", "");
        let Some((package, features)) = line.split_once('|') else {
            continue;
        };
        let features = features
            .split(',')
            .filter(|name| !matches!(*name, "" | "default"));
        all.entry(package.to_owned())
            .or_default()
            .extend(features.map(str::to_owned));
    }
    all
}

#[test]
fn the_workspace_gives_the_plugins_crates_no_other_features() {
    let alone = features(&["--package", "whatsapp-adapter", "--edges", "normal"]);
    let together = features(&["--workspace", "--edges", "normal"]);
    assert!(
        alone.len() > 30,
        "the plugin's tree was not read: {alone:?}"
    );
    let mut wrong = Vec::new();
    for (package, alone) in &alone {
        let name = package.split(' ').next().unwrap_or_default();
        let local = package.contains('/');
        if local || MORE.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let together = together.get(package).cloned().unwrap_or_default();
        if *alone != together {
            wrong.push(format!(
                "{package}: alone {alone:?}, in the workspace {together:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
