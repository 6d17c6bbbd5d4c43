//! Loading: versions, tables of other sizes, defective descriptors, files that are no plugins.

use std::mem::offset_of;
use std::ptr;

use super::fake_descriptor::{descriptor, field, forever, load, sound_table};
use super::fake_plugin::table;
use crate::*;

fn refusal(api: wfa_api) -> String {
    load(api).unwrap_err().to_string()
}

#[test]
fn a_sound_plugin_shows_everything() {
    let plugin = load(sound_table()).unwrap();
    assert_eq!(plugin.contract(), (1, 7));
    assert_eq!(plugin.path(), None);
    assert_eq!(plugin.descriptor_json(), "{\"id\":\"fake\"}");
    let all = plugin.descriptor();
    assert_eq!(
        (all.id(), all.name(), all.version()),
        ("fake", "Fake", "1.2.3")
    );
    assert_eq!((all.spec_version(), all.license()), ("4.5.6", "MIT"));
    assert_eq!((all.vendor(), all.docs_url()), ("", ""), "empty and NULL");
    let property = all.properties().next().unwrap();
    assert_eq!((property.name(), property.kind()), ("token", "string"));
    assert!(property.is_required() && property.is_secret());
    assert_eq!(property.default_value(), Some("blue"));
    assert_eq!(
        (property.min_length(), property.max_length()),
        (Some(20), Some(1000))
    );
    assert_eq!((property.min_value(), property.max_value()), (None, None));
    let command = all.commands().next().unwrap();
    assert_eq!(
        (command.name(), command.description()),
        ("echo", "Says it again.")
    );
    assert_eq!(command.request().next().unwrap().name(), "phoneNumber");
    assert_eq!(command.response().count(), 0);
    let traits = (command.sends(), command.is_idempotent());
    assert_eq!(traits, (true, false));
    assert!(command.is_long_running() && !command.is_webhook());
    let event = all.events().next().unwrap();
    let member = event.fields().next().unwrap();
    assert_eq!(member.name(), "contacts");
    assert!(member.is_event_id() && member.is_subject() && !member.is_required());
    assert!(!member.is_correlation_id() && !member.is_outcome());
    let webhook = all.webhook().unwrap();
    assert_eq!(
        (webhook.signature_header(), webhook.signature_scheme()),
        ("X-Signature", "hmac-sha256-base64")
    );
    assert_eq!(webhook.secret_property(), "token");
    assert_eq!(
        (webhook.routing_property(), webhook.routing_path()),
        ("", ""),
        "NULL and empty"
    );
    assert_eq!(all.releases().count() + all.extension_events().count(), 0);
}

#[test]
fn another_major_version_is_refused() {
    let mut api = sound_table();
    api.abi_major = 2;
    assert!(matches!(
        load(api),
        Err(LoadError::Version { plugin_major: 2 })
    ));
    // SAFETY: NULL is allowed: what `wfa_entry` answers to a version that it does not speak.
    let none = unsafe { Plugin::from_api(ptr::null()) };
    assert!(matches!(none, Err(LoadError::Version { plugin_major: 0 })));
}

/// A table of only so many bytes, so that a checker sees a read beyond them.
fn cut_to(size: usize) -> Result<Plugin, LoadError> {
    let bytes = forever(vec![0_u64; size / 8]).as_ptr().cast_mut();
    let whole = forever(sound_table());
    // SAFETY: both are that long.
    unsafe { ptr::copy_nonoverlapping(ptr::from_ref(whole).cast(), bytes, size / 8) };
    // SAFETY: there are at least eight bytes.
    unsafe { bytes.cast::<u32>().write(size as u32) };
    // SAFETY: it says how large it is, and lives as long as the process.
    unsafe { Plugin::from_api(bytes.cast_const().cast()) }
}

#[test]
fn a_table_that_ends_before_what_is_needed_is_refused_and_not_read_further() {
    for size in (8..=offset_of!(wfa_api, unregister_event_callback)).step_by(8) {
        let error = cut_to(size).unwrap_err();
        assert!(matches!(error, LoadError::Table(_)), "{size}: {error}");
    }
}

/// C16: as in the C++ wrapper, what the table does not have answers that it is not there.
#[test]
fn a_table_that_ends_behind_it_does_without_the_rest() {
    for size in (offset_of!(wfa_api, update_properties)..size_of::<wfa_api>()).step_by(8) {
        let plugin = cut_to(size).unwrap();
        let adapter = plugin.create(&HostInfo::new("test", "0"), "{}").unwrap();
        let echo = adapter.execute("echo", "{}").unwrap();
        assert_eq!(echo.response, "{}");
        let has = |member: usize| size > member;
        let unsupported = |result: Result<(), Failure>| {
            result.is_err_and(|failure| failure.result == WFA_ERR_UNSUPPORTED)
        };
        assert_eq!(
            unsupported(adapter.update_properties("{}")),
            !has(offset_of!(wfa_api, update_properties))
        );
        assert_eq!(
            unsupported(adapter.cancel(42)),
            !has(offset_of!(wfa_api, cancel_command))
        );
        let options = CallOptions::default();
        let submitted = adapter.submit("busy", "{}", &options, |_| ());
        assert_eq!(
            unsupported(submitted.map(drop)),
            !has(offset_of!(wfa_api, submit_command))
        );
        let call_id = std::num::NonZeroU64::MIN.saturating_add(6);
        assert_eq!(
            unsupported(adapter.cancel_calls(call_id)),
            !has(offset_of!(wfa_api, cancel_calls))
        );
        assert_eq!(adapter.start(), Ok(()), "without a source it succeeds");
        let again = adapter.start().is_err();
        assert_eq!(again, has(offset_of!(wfa_api, start)), "{size}");
        let polled = adapter.submit_polled("echo", "{}", &options, |_| ());
        assert!(unsupported(polled.map(drop)), "this plugin polls nothing");
    }
}

/// X4: a plugin may put NULL in the place of a function that it does without.
#[test]
fn a_table_without_submit_is_welcome() {
    let mut words = [0_u64; size_of::<wfa_api>() / 8];
    let whole = forever(sound_table());
    // SAFETY: both are that long.
    unsafe {
        ptr::copy_nonoverlapping(ptr::from_ref(whole).cast(), words.as_mut_ptr(), words.len());
    };
    words[offset_of!(wfa_api, submit_command) / 8] = 0;
    // SAFETY: as large as it says, and forever.
    let plugin = unsafe { Plugin::from_api(forever(words).as_ptr().cast()) }.unwrap();
    let adapter = plugin.create(&HostInfo::new("test", "0"), "{}").unwrap();
    let refused = adapter.submit("echo", "{}", &CallOptions::default(), |_| ());
    assert_eq!(refused.unwrap_err().result, WFA_ERR_UNSUPPORTED);
}

#[test]
fn a_table_that_is_larger_is_welcome() {
    let mut api = sound_table();
    api.struct_size += 64; // members of a later minor version
    assert!(load(api).is_ok());
}

#[test]
fn a_table_with_a_null_function_is_refused() {
    let mut words = [0_u64; size_of::<wfa_api>() / 8];
    let whole = forever(sound_table());
    // SAFETY: both are that long.
    unsafe {
        ptr::copy_nonoverlapping(ptr::from_ref(whole).cast(), words.as_mut_ptr(), words.len());
    };
    words[offset_of!(wfa_api, destroy) / 8] = 0;
    // SAFETY: as large as it says, and forever.
    let error = unsafe { Plugin::from_api(forever(words).as_ptr().cast()) }.unwrap_err();
    assert_eq!(
        error.to_string(),
        "its function table is defective: destroy is NULL"
    );
    assert!(refusal(table(ptr::null())).ends_with("descriptor is NULL"));
}

#[test]
fn an_element_of_an_older_version_has_no_later_members() {
    let mut older = field(c"token");
    older.struct_size = offset_of!(wfa_field, min_length) as u32;
    let plugin = load(table(forever(descriptor(older)))).unwrap();
    let property = plugin.descriptor().properties().next().unwrap();
    assert_eq!(property.default_value(), Some("blue"));
    assert_eq!((property.min_length(), property.max_value()), (None, None));
}

#[test]
fn a_defective_descriptor_is_refused_with_the_place() {
    let mut no_name = field(c"");
    assert!(refusal(table(forever(descriptor(no_name)))).ends_with("properties[0].name is empty"));
    no_name = field(c"token");
    no_name.r#type = c"\xff".as_ptr();
    let message = refusal(table(forever(descriptor(no_name))));
    assert!(
        message.contains("properties[0].type is not UTF-8"),
        "{message}"
    );
    let mut no_array = descriptor(field(c"token"));
    no_array.events = ptr::null();
    let message = refusal(table(forever(no_array)));
    assert!(
        message.ends_with("events: a list of 1 has no array"),
        "{message}"
    );
    let mut null_element = descriptor(field(c"token"));
    null_element.releases = forever(ptr::null());
    null_element.n_releases = 1;
    assert!(refusal(table(forever(null_element))).ends_with("releases[0] is NULL"));
    let mut no_json = descriptor(field(c"token"));
    no_json.struct_size = offset_of!(wfa_descriptor, json) as u32;
    assert!(refusal(table(forever(no_json))).ends_with("it ends before json_len"));
}

#[test]
#[cfg_attr(miri, ignore = "Miri loads no libraries")]
fn a_file_that_is_no_plugin_is_refused() {
    let missing = Plugin::load("/nowhere/libnothing.so").unwrap_err();
    assert!(matches!(missing, LoadError::Open(_)), "{missing}");
    let relative = Plugin::load("libc.so.6").unwrap_err();
    assert!(
        matches!(relative, LoadError::Open(_)),
        "searched nowhere: {relative}"
    );
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let libc = maps.lines().find_map(|line| {
        let path = &line[line.find('/')?..];
        path.contains("libc.so").then_some(path)
    });
    if let Some(libc) = libc {
        let error = Plugin::load(libc).unwrap_err();
        assert!(matches!(error, LoadError::NoEntry), "{error}");
    }
}
