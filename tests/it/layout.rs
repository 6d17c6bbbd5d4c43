//! The structs of the contract: C, Rust and the committed table agree on every size and offset.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::mem::{align_of, offset_of, size_of};

use workflow_adapter_loader::{
    wfa_api, wfa_buffer, wfa_call_options, wfa_clock_v1, wfa_command, wfa_descriptor, wfa_error,
    wfa_event, wfa_field, wfa_host, wfa_metrics_v1, wfa_spec_release, wfa_webhook_declaration,
    wfa_webhook_v1,
};

use crate::{c_program, golden, plugin};

/// One struct as Rust sees it.
struct Layout {
    name: &'static str,
    size: usize,
    align: usize,
    members: Vec<Member>,
}

struct Member {
    name: &'static str,
    offset: usize,
    size: usize,
}

fn size_of_member<S, M>(_: fn(&S) -> &M) -> usize {
    size_of::<M>()
}

macro_rules! layouts {
    ($($name:ident: $($member:ident),+;)+) => {
        vec![$(Layout {
            name: stringify!($name),
            size: size_of::<$name>(),
            align: align_of::<$name>(),
            members: vec![$(Member {
                name: stringify!($member).trim_start_matches("r#"),
                offset: offset_of!($name, $member),
                size: size_of_member(|whole: &$name| &whole.$member),
            }),+],
        }),+]
    };
}

fn in_rust() -> Vec<Layout> {
    layouts! {
        wfa_buffer: ptr, len, release, private_data;
        wfa_error: struct_size, result, flags, http_status, remote_code, retry_after_ms, message;
        wfa_field: struct_size, flags, name, display, description, r#type, default_value,
            min_length, max_length, min_value, max_value;
        wfa_command: struct_size, flags, name, display, description, request, n_request,
            response, n_response, extension_request, n_extension_request, extension_response,
            n_extension_response;
        wfa_event: struct_size, flags, name, display, description, fields, n_fields,
            extension_fields, n_extension_fields;
        wfa_spec_release: struct_size, flags, version, r#type, description, tracking, date;
        wfa_descriptor: struct_size, flags, id, name, display, version, spec_version, vendor,
            license, docs_url, properties, n_properties, commands, n_commands, events, n_events,
            extension_properties, n_extension_properties, extension_commands,
            n_extension_commands, extension_events, n_extension_events, releases, n_releases,
            json, json_len, webhook;
        wfa_webhook_declaration: struct_size, flags, signature_header, signature_scheme,
            secret_property, routing_property, routing_path;
        wfa_host: struct_size, abi_major, abi_minor, name, version, instance_name, user_data,
            log_level, log, get_extension;
        wfa_call_options: struct_size, flags, timeout_ms, correlation_id, correlation_id_len,
            call_id;
        wfa_api: struct_size, abi_major, abi_minor, descriptor, get_extension, create, destroy,
            execute_command, register_event_callback, unregister_event_callback,
            update_properties, submit_command, cancel_command, result_name, cancel_calls,
            poll_completions, start;
        wfa_metrics_v1: struct_size, snapshot;
        wfa_webhook_v1: struct_size, challenge, process;
        wfa_clock_v1: struct_size, unix_ms;
    }
}

fn listed(layouts: &[Layout]) -> String {
    let mut text = String::new();
    for layout in layouts {
        writeln!(
            text,
            "{} size {} align {}",
            layout.name, layout.size, layout.align
        )
        .unwrap();
        for member in &layout.members {
            writeln!(
                text,
                "  {} at {} size {}",
                member.name, member.offset, member.size
            )
            .unwrap();
        }
    }
    text
}

/// A C program that prints the same list.
fn in_c(layouts: &[Layout]) -> String {
    let mut text = String::from(
        "#include <stdio.h>\n#include \"workflow_adapter.h\"\n\
         #define STRUCT(S) do { struct aligned { char c; S s; }; printf(#S \" size %zu align \
         %zu\\n\", sizeof(S), offsetof(struct aligned, s)); } while (0)\n\
         #define MEMBER(S, M) printf(\"  \" #M \" at %zu size %zu\\n\", offsetof(S, M), \
         sizeof(((S *)0)->M))\n\
         int main(void) {\n",
    );
    for layout in layouts {
        let name = layout.name;
        writeln!(text, "  STRUCT({name});").unwrap();
        for member in &layout.members {
            writeln!(text, "  MEMBER({name}, {});", member.name).unwrap();
        }
    }
    text.push_str("  return 0;\n}\n");
    text
}

/// The members of every struct that the header defines, in its order.
fn in_header() -> BTreeMap<String, Vec<String>> {
    let header = std::fs::read_to_string(plugin::repository("include/workflow_adapter.h")).unwrap();
    let code: String = header
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut structs = BTreeMap::new();
    for part in code.split("typedef struct ").skip(1) {
        let Some((name, rest)) = part.split_once(" {\n") else {
            continue; // an opaque one
        };
        if name.contains(';') {
            continue;
        }
        let (body, _) = rest.split_once("\n}").unwrap();
        let declarations = body
            .split(';')
            .filter(|declaration| !declaration.trim().is_empty());
        structs.insert(name.to_owned(), declarations.map(declared).collect());
    }
    structs
}

/// The name in a declaration: `const char *name`, `void (WFA_CALL *release)(wfa_buffer *buffer)`.
fn declared(declaration: &str) -> String {
    let name = match declaration.split_once("(WFA_CALL *") {
        Some((_, rest)) => rest.split_once(')').unwrap().0,
        None => declaration.rsplit([' ', '*']).next().unwrap(),
    };
    name.to_owned()
}

#[test]
fn c_and_rust_agree_on_every_size_and_offset() {
    let layouts = in_rust();
    let printed = c_program::of_text(&in_c(&layouts)).output(&[]);
    let (c, rust): (Vec<_>, String) = (printed.lines().collect(), listed(&layouts));
    let rust: Vec<_> = rust.lines().collect();
    assert_eq!(c, rust);
}

#[test]
fn no_size_or_offset_has_changed() {
    golden::compare("layout.txt", listed(&in_rust()).as_bytes());
}

#[test]
fn the_comparison_leaves_out_no_struct_and_no_member_of_the_header() {
    let header = in_header();
    let layouts = in_rust();
    for (name, members) in &header {
        let found = layouts.iter().find(|layout| layout.name == name);
        let found = found.unwrap_or_else(|| panic!("add {name} to the list in this file"));
        let compared: Vec<_> = found.members.iter().map(|member| member.name).collect();
        assert_eq!(
            members, &compared,
            "the list in this file lacks members of {name}"
        );
    }
    assert_eq!(
        layouts.len(),
        header.len(),
        "the list in this file has structs of its own"
    );
}
