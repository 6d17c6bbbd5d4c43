//! The topological order of a graph, or the loops that deny it one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// From each node to those that it imports; every node has an entry.
pub(super) type Graph = BTreeMap<String, BTreeSet<String>>;

/// The nodes, each after all that it imports. Where there is a loop, what is left then: the nodes of
/// loops and those that import them.
pub(super) fn topological_order(graph: &Graph) -> Result<Vec<&str>, BTreeSet<&str>> {
    let mut order: Vec<&str> = Vec::new();
    let mut left: BTreeSet<&str> = graph.keys().map(String::as_str).collect();
    loop {
        let ready = |node: &&str| {
            let mut imported = graph[*node].iter();
            !imported.any(|to| left.contains(to.as_str()))
        };
        let ready: Vec<&str> = left.iter().copied().filter(ready).collect();
        if ready.is_empty() {
            break;
        }
        for node in ready {
            left.remove(node);
            order.push(node);
        }
    }
    if left.is_empty() {
        Ok(order)
    } else {
        Err(left)
    }
}

/// For each set of nodes that reach one another: a shortest loop through its first node, and the set.
pub(super) fn loops(graph: &Graph) -> Vec<(Vec<&str>, BTreeSet<&str>)> {
    let Err(left) = topological_order(graph) else {
        return Vec::new();
    };
    let mut found: Vec<(Vec<&str>, BTreeSet<&str>)> = Vec::new();
    for node in left {
        if found.iter().any(|(_, set)| set.contains(node)) {
            continue;
        }
        let from_here = reached(graph, node);
        let set: BTreeSet<&str> = (from_here.keys().copied())
            .filter(|other| reached(graph, other).contains_key(node))
            .collect();
        if !set.contains(node) {
            continue;
        }
        // From the node back to itself, by the first ways found.
        let mut way = vec![node];
        let mut at = from_here[node];
        while at != node {
            way.push(at);
            at = from_here[at];
        }
        way.push(node);
        way.reverse();
        found.push((way, set));
    }
    found
}

/// Every node that can be reached from this one by at least one import, and over which other node.
fn reached<'a>(graph: &'a Graph, from: &'a str) -> BTreeMap<&'a str, &'a str> {
    let mut found = BTreeMap::new();
    let mut waiting = VecDeque::from([from]);
    while let Some(node) = waiting.pop_front() {
        for to in &graph[node] {
            if !found.contains_key(to.as_str()) {
                found.insert(to.as_str(), node);
                waiting.push_back(to);
            }
        }
    }
    found
}

#[cfg(test)]
fn graph(lines: &[(&str, &[&str])]) -> Graph {
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    (lines.iter())
        .map(|(from, to)| ((*from).to_owned(), named(to)))
        .collect()
}

#[test]
fn what_has_no_loop_has_an_order() {
    let graph = graph(&[("a", &["b", "c"]), ("b", &["d"]), ("c", &["d"]), ("d", &[])]);
    assert_eq!(topological_order(&graph), Ok(vec!["d", "b", "c", "a"]));
    assert!(loops(&graph).is_empty());
}

#[test]
fn each_loop_is_found_once_and_walked_in_the_direction_of_its_imports() {
    let graph = graph(&[
        ("a", &["b"]),
        ("b", &["c", "f"]),
        ("c", &["d", "f"]),
        ("d", &["b"]),
        ("f", &["g"]),
        ("g", &["f", "h"]),
        ("h", &[]),
    ]);
    let left = topological_order(&graph).unwrap_err();
    assert_eq!(left, BTreeSet::from(["a", "b", "c", "d", "f", "g"]));
    let found = loops(&graph);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].0, ["b", "c", "d", "b"]);
    assert_eq!(found[0].1, BTreeSet::from(["b", "c", "d"]));
    assert_eq!(found[1].0, ["f", "g", "f"]);
}
