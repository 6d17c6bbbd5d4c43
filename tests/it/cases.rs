//! The cases of `tests/c/cases/CASES.md`: programs in C and C++ that do to the plugin what a host, the
//! system or the process itself may do.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::process::Command;

use cloud_api_emulator::{Config, Emulator, Tls};
use tempfile::TempDir;

use crate::{c_program, plugin};

/// One test for each program.
macro_rules! programs {
    ($($test:ident: $file:literal;)+) => {
        const PROGRAMS: &[&str] = &[$($file),+];
        $(
            #[test]
            fn $test() {
                all_hold($file);
            }
        )+
    };
}

programs! {
    pointers_structs_and_lengths_may_be_wrong: "arguments.c";
    things_may_lie_at_any_address_and_handles_be_none: "addresses.c";
    text_may_be_of_any_content_and_length: "text.c";
    properties_are_kept_to_their_limits: "properties.c";
    adapters_are_created_configured_and_destroyed_beside_everything: "lifecycle.c";
    callbacks_may_do_what_they_may_and_answer_anything: "callbacks.c";
    nobody_waits_for_himself: "waiting.c";
    exceptions_stay_out_and_static_destructors_may_come_in: "throwing.cpp";
    threads_may_be_many_end_and_have_little_stack: "threads.c";
    signals_closing_peers_clocks_and_environment_do_no_harm: "system.c";
    names_may_take_their_time_and_addresses_be_dead: "names.c";
    the_process_stays_as_it_is_and_may_fork: "process.c";
    the_process_may_end_at_any_time: "ending.c";
    descriptors_threads_and_files_may_be_missing: "limits.c";
    a_thousand_rounds_leave_nothing_behind: "memory.c";
    it_can_be_loaded_in_every_way: "loading.c";
    a_host_of_version_1_0_works_with_this_plugin: "old_host.c";
    a_callback_finds_open_faults_and_room_on_the_plugins_threads: "signals.c";
    completions_are_polled_and_calls_end_by_number: "polling.c";
    the_wrapper_waits_for_nothing_inside_a_callback: "wrapper.cpp";
}

/// Compiles a program, runs it against an emulator, and compares what it says with the list.
fn all_hold(file: &str) {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("program");
    c_program::run(&mut compiler(file, &program));

    let emulator = Emulator::start(without_statuses()).unwrap();
    let tls = Config {
        tls: Some(Tls::default()),
        ..without_statuses()
    };
    let secure = Emulator::start(tls).unwrap();
    let trusted = folder.path().join("ca.pem");
    std::fs::write(&trusted, secure.ca_pem().unwrap()).unwrap();
    // The promise holds for the shipped library; a debug build needs more stack.
    let stack_kib = if env::var_os("WFA_PLUGIN").is_some() {
        "128"
    } else {
        "256"
    };
    let output = c_program::run(
        Command::new(&program)
            .args([plugin::path().as_os_str(), emulator.base_url().as_ref()])
            .args(["--stack-kib", stack_kib, "--tls", &secure.base_url()])
            .arg(&trusted),
    );
    let stdout = String::from_utf8(output.stdout).unwrap();
    let held: Vec<&str> = stdout
        .lines()
        .filter_map(|line| line.strip_prefix("ok "))
        .collect();
    let promised: Vec<String> = rows()
        .iter()
        .filter(|row| row.place == file)
        .map(|row| format!("{} {}", row.number, row.as_printed()))
        .collect();
    assert!(!promised.is_empty(), "CASES.md does not name {file}");
    assert_eq!(held, promised, "{stdout}");
}

fn compiler(file: &str, program: &Path) -> Command {
    let source = plugin::repository("tests/c/cases").join(file);
    let (name, standard) = if source.extension() == Some("cpp".as_ref()) {
        ("c++", "c++17")
    } else {
        ("cc", "c99")
    };
    let mut compiler = c_program::compiler(name, standard);
    compiler.args(["-g", "-pthread", "-rdynamic"]).arg(source);
    compiler.arg("-o").arg(program).arg("-ldl");
    compiler
}

fn without_statuses() -> Config {
    Config {
        statuses: false,
        ..Config::default()
    }
}

/// One row of the list.
struct Row {
    number: String,
    sentence: String,
    /// A program of the folder, a file of the repository, or why there is none.
    place: String,
}

impl Row {
    /// The sentence as the program has it: neither capital nor full stop.
    fn as_printed(&self) -> String {
        let sentence = self.sentence.trim_end_matches('.');
        let mut letters = sentence.chars();
        let first = letters.next().unwrap();
        // A word in capitals stays one.
        if letters.clone().next().is_some_and(char::is_uppercase) {
            return sentence.to_owned();
        }
        first.to_lowercase().chain(letters).collect()
    }
}

/// The cells of the list's tables, one row a line.
fn cells() -> Vec<Vec<String>> {
    let list = plugin::repository("tests/c/cases/CASES.md");
    let text = std::fs::read_to_string(list).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| F"));
    rows.map(|line| {
        let cells = line.trim_matches('|').split(" | ");
        cells.map(|cell| cell.trim().replace('`', "")).collect()
    })
    .collect()
}

/// How many rows the first table has.
const CASES: usize = 82;

/// The rows of the first table.
fn rows() -> Vec<Row> {
    let rows = cells().into_iter().take(CASES);
    rows.map(|cells| {
        let [number, sentence, place] = cells.try_into().unwrap();
        Row {
            number,
            sentence,
            place,
        }
    })
    .collect()
}

#[test]
fn every_case_has_one_row_and_a_program_that_is_run_or_a_test() {
    let rows = rows();
    let numbers: Vec<&str> = rows.iter().map(|row| row.number.as_str()).collect();
    let wanted: Vec<String> = (1..=CASES).map(|number| format!("F{number:02}")).collect();
    assert_eq!(numbers, wanted);
    for row in &rows {
        let place = row.place.as_str();
        let is_there = match place {
            "not tested" => row.number == "F30",
            file if file.contains('/') => plugin::repository(file).is_file(),
            program => PROGRAMS.contains(&program),
        };
        assert!(is_there, "{}: {place}", row.number);
        if place == "crates/sdk/src/ffi/boundary.rs" {
            let text = std::fs::read_to_string(plugin::repository(place)).unwrap();
            assert!(text.contains(&format!("/// {}: ", row.number)), "{place}");
        }
    }
}

#[test]
fn what_a_memory_checker_leaves_out_is_listed_with_its_reason() {
    let script = plugin::repository("tools/memcheck/run");
    let script = std::fs::read_to_string(script).unwrap();
    let mut without = BTreeMap::from([("asan", Vec::new()), ("valgrind", Vec::new())]);
    for cells in cells().into_iter().skip(CASES) {
        let [number, tools, because] = <[String; 3]>::try_from(cells).unwrap();
        assert!(because.len() > 20, "{number}: {because}");
        for tool in tools.split(", ") {
            let tool = match tool {
                "AddressSanitizer" => "asan",
                other => other,
            };
            without.get_mut(tool).unwrap().push(number.clone());
        }
    }
    for (tool, numbers) in without {
        let line = format!("\n{tool}_without={}\n", numbers.join(","));
        assert!(script.contains(&line), "tools/memcheck/run needs {line}");
    }
}
