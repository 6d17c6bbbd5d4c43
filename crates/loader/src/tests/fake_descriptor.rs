//! The fake plugin's descriptor: one property, one command, one event, and parts of wrong shape.

use std::ffi::CStr;
use std::ptr;

use super::fake_plugin::table;
use crate::*;

/// A value that lives as long as the process.
pub(super) fn forever<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// A list of one element.
fn one<T: 'static>(element: *const T) -> (*const *const T, usize) {
    (ptr::from_ref(forever(element)), 1)
}

/// A required secret with a length.
pub(super) fn field(name: &'static CStr) -> wfa_field {
    wfa_field {
        struct_size: size_of::<wfa_field>() as u32,
        flags: WFA_FIELD_REQUIRED | WFA_FIELD_SECRET,
        name: name.as_ptr(),
        display: c"A label".as_ptr(),
        description: c"A sentence.".as_ptr(),
        r#type: c"string".as_ptr(),
        default_value: c"blue".as_ptr(),
        min_length: 20,
        max_length: 1000,
        min_value: WFA_UNSET,
        max_value: WFA_UNSET,
    }
}

/// A descriptor with this property.
pub(super) fn descriptor(property: wfa_field) -> wfa_descriptor {
    let (properties, n_properties) = one(forever(property));
    let (request, n_request) = one(forever(field(c"phoneNumber")));
    let (commands, n_commands) = one(forever(wfa_command {
        struct_size: size_of::<wfa_command>() as u32,
        flags: WFA_COMMAND_SENDS | WFA_COMMAND_LONG_RUNNING,
        name: c"echo".as_ptr(),
        display: c"Echo".as_ptr(),
        description: c"Says it again.".as_ptr(),
        request,
        n_request,
        response: ptr::null(),
        n_response: 0,
        extension_request: ptr::null(),
        n_extension_request: 0,
        extension_response: ptr::null(),
        n_extension_response: 0,
    }));
    let (fields, n_fields) = one(forever(wfa_field {
        flags: WFA_FIELD_EVENT_ID | WFA_FIELD_SUBJECT,
        ..field(c"contacts")
    }));
    let (events, n_events) = one(forever(wfa_event {
        struct_size: size_of::<wfa_event>() as u32,
        flags: 0,
        name: c"customer_message".as_ptr(),
        display: c"Message".as_ptr(),
        description: c"A customer wrote.".as_ptr(),
        fields,
        n_fields,
        extension_fields: ptr::null(),
        n_extension_fields: 0,
    }));
    wfa_descriptor {
        struct_size: size_of::<wfa_descriptor>() as u32,
        flags: 0,
        id: c"fake".as_ptr(),
        name: c"Fake".as_ptr(),
        display: c"Adapter - Fake".as_ptr(),
        version: c"1.2.3".as_ptr(),
        spec_version: c"4.5.6".as_ptr(),
        vendor: c"".as_ptr(),
        license: c"MIT".as_ptr(),
        docs_url: ptr::null(),
        properties,
        n_properties,
        commands,
        n_commands,
        events,
        n_events,
        extension_properties: ptr::null(),
        n_extension_properties: 0,
        extension_commands: ptr::null(),
        n_extension_commands: 0,
        extension_events: ptr::null(),
        n_extension_events: 0,
        releases: ptr::null(),
        n_releases: 0,
        json: c"{\"id\":\"fake\"}".as_ptr(),
        json_len: 13,
        webhook: forever(wfa_webhook_declaration {
            struct_size: size_of::<wfa_webhook_declaration>() as u32,
            flags: 0,
            signature_header: c"X-Signature".as_ptr(),
            signature_scheme: c"hmac-sha256-base64".as_ptr(),
            secret_property: c"token".as_ptr(),
            routing_property: ptr::null(),
            routing_path: c"".as_ptr(),
        }),
    }
}

/// The fake plugin with a sound descriptor.
pub(super) fn sound_table() -> wfa_api {
    table(forever(descriptor(field(c"token"))))
}

/// Loads a table as it is.
pub(super) fn load(api: wfa_api) -> Result<Plugin, LoadError> {
    // SAFETY: the table and all behind it live as long as the process.
    unsafe { Plugin::from_api(forever(api)) }
}
