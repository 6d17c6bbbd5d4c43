//! Walks a plugin's whole descriptor once, when it is loaded, so that a defect in it is an error
//! with a place and not a gap that nobody sees.

use std::ffi::c_char;
use std::str;

use super::LoadError;
use super::foreign::{Foreign, List, Member, member};
use crate::{wfa_command, wfa_descriptor, wfa_event, wfa_field, wfa_spec_release};

/// Checks everything, and answers the descriptor's JSON.
pub(super) fn descriptor(whole: Foreign<wfa_descriptor>) -> Result<&'static str, LoadError> {
    walk(whole).map_err(LoadError::Descriptor)
}

type Checked<T = ()> = Result<T, String>;

macro_rules! texts {
    ($at:expr, $place:expr, $struct:ident: $($member:ident),+) => {
        $(text($at, member!($struct.$member), $place, stringify!($member))?;)+
    };
}

macro_rules! lists {
    ($at:expr, $place:expr, $struct:ident: $($array:ident[$count:ident] $check:ident),+) => {
        $(
            let pointers = (member!($struct.$array), member!($struct.$count));
            list($at, pointers, &join($place, stringify!($array)), $check)?;
        )+
    };
}

fn walk(whole: Foreign<wfa_descriptor>) -> Checked<&'static str> {
    name(whole, member!(wfa_descriptor.id), "", "id")?;
    texts!(whole, "", wfa_descriptor:
        name, display, version, spec_version, vendor, license, docs_url);
    lists!(whole, "", wfa_descriptor:
        properties[n_properties] field,
        commands[n_commands] command,
        events[n_events] event,
        extension_properties[n_extension_properties] field,
        extension_commands[n_extension_commands] command,
        extension_events[n_extension_events] event,
        releases[n_releases] release);
    webhook(whole)?;
    json(whole)
}

fn webhook(whole: Foreign<wfa_descriptor>) -> Checked {
    let declaration = whole.get(member!(wfa_descriptor.webhook));
    // SAFETY: what `whole` was made with covers the structs that it points to.
    let declaration = declaration.and_then(|declaration| unsafe { Foreign::new(declaration) });
    let Some(at) = declaration else {
        return Ok(());
    };
    texts!(at, "webhook", wfa_webhook_declaration:
        signature_header, signature_scheme, secret_property, routing_property, routing_path);
    Ok(())
}

fn field(at: Foreign<wfa_field>, place: &str) -> Checked {
    name(at, member!(wfa_field.name), place, "name")?;
    texts!(at, place, wfa_field: display, description, r#type, default_value);
    Ok(())
}

fn command(at: Foreign<wfa_command>, place: &str) -> Checked {
    name(at, member!(wfa_command.name), place, "name")?;
    texts!(at, place, wfa_command: display, description);
    lists!(at, place, wfa_command:
        request[n_request] field,
        response[n_response] field,
        extension_request[n_extension_request] field,
        extension_response[n_extension_response] field);
    Ok(())
}

fn event(at: Foreign<wfa_event>, place: &str) -> Checked {
    name(at, member!(wfa_event.name), place, "name")?;
    texts!(at, place, wfa_event: display, description);
    lists!(at, place, wfa_event:
        fields[n_fields] field,
        extension_fields[n_extension_fields] field);
    Ok(())
}

fn release(at: Foreign<wfa_spec_release>, place: &str) -> Checked {
    texts!(at, place, wfa_spec_release: version, r#type, description, tracking, date);
    Ok(())
}

fn json(whole: Foreign<wfa_descriptor>) -> Checked<&'static str> {
    let pointer = whole.get(member!(wfa_descriptor.json));
    let length = whole.get(member!(wfa_descriptor.json_len));
    let (Some(pointer), Some(length)) = (pointer, length) else {
        return Err("it ends before json_len".to_owned());
    };
    if pointer.is_null() || isize::try_from(length).is_err() {
        return Err("it has no json".to_owned());
    }
    // SAFETY: not NULL; the contract promises that many bytes for as long as the process lives.
    let bytes = unsafe { std::slice::from_raw_parts(pointer.cast::<u8>(), length) };
    str::from_utf8(bytes).map_err(|error| format!("json is not UTF-8: {error}"))
}

/// A text that says which element this is: it must be there.
fn name<S>(at: Foreign<S>, member: Member<S, *const c_char>, place: &str, what: &str) -> Checked {
    match at.try_text(member) {
        None | Some(Ok("")) => Err(format!("{} is empty", join(place, what))),
        Some(result) => utf8(result, place, what),
    }
}

fn text<S>(at: Foreign<S>, member: Member<S, *const c_char>, place: &str, what: &str) -> Checked {
    at.try_text(member)
        .map_or(Ok(()), |result| utf8(result, place, what))
}

fn utf8(text: Result<&str, str::Utf8Error>, place: &str, what: &str) -> Checked {
    let what = || join(place, what.trim_start_matches("r#"));
    text.map(|_| ())
        .map_err(|error| format!("{} is not UTF-8: {error}", what()))
}

fn list<S, T: 'static>(
    at: Foreign<S>,
    list: List<S, T>,
    place: &str,
    check: impl Fn(Foreign<T>, &str) -> Checked,
) -> Checked {
    let pointers = at
        .pointers(list)
        .map_err(|what| format!("{place}: {what}"))?;
    for (index, pointer) in pointers.iter().enumerate() {
        let place = format!("{place}[{index}]");
        // SAFETY: what `at` was made with covers the elements of its lists.
        let element = unsafe { Foreign::new(*pointer) };
        check(element.ok_or_else(|| format!("{place} is NULL"))?, &place)?;
    }
    Ok(())
}

fn join(place: &str, what: &str) -> String {
    if place.is_empty() {
        return what.to_owned();
    }
    format!("{place}.{what}")
}
