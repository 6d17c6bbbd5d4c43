//! The descriptor as C tables: built once from the same rows as the JSON, and never freed.

use std::ffi::{CString, c_char};
use std::ptr;

use workflow_adapter_contract::{
    WFA_COMMAND_IDEMPOTENT, WFA_COMMAND_LONG_RUNNING, WFA_COMMAND_SENDS, WFA_COMMAND_WEBHOOK,
    WFA_FIELD_CORRELATION_ID, WFA_FIELD_EVENT_ID, WFA_FIELD_OUTCOME, WFA_FIELD_REQUIRED,
    WFA_FIELD_SECRET, WFA_FIELD_SUBJECT, WFA_UNSET, wfa_command, wfa_descriptor, wfa_event,
    wfa_field, wfa_spec_release, wfa_webhook_declaration,
};

use crate::descriptor::{
    Command, CommandTrait, Descriptor, Event, Field, Mark, Release, WebhookDeclaration,
};

/// The address of a descriptor's tables.
pub(super) struct Table(*const wfa_descriptor);

// SAFETY: the tables are never changed once they are built.
unsafe impl Send for Table {}
// SAFETY: as above.
unsafe impl Sync for Table {}

impl Table {
    pub(super) const fn get(&self) -> *const wfa_descriptor {
        self.0
    }
}

/// The tables of `descriptor`, which live as long as the process.
pub(super) fn build(descriptor: &Descriptor) -> Table {
    Table(forever(of_descriptor(descriptor)))
}

fn of_descriptor(from: &Descriptor) -> wfa_descriptor {
    let json = from.to_json();
    let json_len = json.len();
    let (properties, n_properties) = list(from.properties, of_field);
    let (commands, n_commands) = list(from.commands, |command| of_command(command));
    let (events, n_events) = list(from.events, |event| of_event(event));
    let (extension_properties, n_extension_properties) = list(from.extension_properties, of_field);
    let (extension_commands, n_extension_commands) =
        list(from.extension_commands, |command| of_command(command));
    let (extension_events, n_extension_events) =
        list(from.extension_events, |event| of_event(event));
    let (releases, n_releases) = list(from.releases, of_release);
    wfa_descriptor {
        struct_size: size_of_u32::<wfa_descriptor>(),
        flags: 0,
        id: text(from.id),
        name: text(from.name),
        display: text(from.display),
        version: text(from.version),
        spec_version: text(from.spec_version),
        vendor: text(from.vendor),
        license: text(from.license),
        docs_url: text(from.docs_url),
        properties,
        n_properties,
        commands,
        n_commands,
        events,
        n_events,
        extension_properties,
        n_extension_properties,
        extension_commands,
        n_extension_commands,
        extension_events,
        n_extension_events,
        releases,
        n_releases,
        json: text(json),
        json_len,
        webhook: from
            .webhook
            .as_ref()
            .map_or(ptr::null(), |webhook| forever(of_webhook(webhook))),
    }
}

fn of_webhook(from: &WebhookDeclaration) -> wfa_webhook_declaration {
    wfa_webhook_declaration {
        struct_size: size_of_u32::<wfa_webhook_declaration>(),
        flags: 0,
        signature_header: text(from.signature_header),
        signature_scheme: text(from.signature_scheme),
        secret_property: text(from.secret_property),
        routing_property: text(from.routing_property),
        routing_path: text(from.routing_path),
    }
}

const fn mark_flag(mark: Mark) -> u32 {
    match mark {
        Mark::EventId => WFA_FIELD_EVENT_ID,
        Mark::CorrelationId => WFA_FIELD_CORRELATION_ID,
        Mark::Subject => WFA_FIELD_SUBJECT,
        Mark::Outcome => WFA_FIELD_OUTCOME,
    }
}

const fn trait_flag(of: CommandTrait) -> u32 {
    match of {
        CommandTrait::Sends => WFA_COMMAND_SENDS,
        CommandTrait::Idempotent => WFA_COMMAND_IDEMPOTENT,
        CommandTrait::LongRunning => WFA_COMMAND_LONG_RUNNING,
        CommandTrait::Webhook => WFA_COMMAND_WEBHOOK,
    }
}

fn of_field(from: &Field) -> wfa_field {
    let flag = |set: bool, flag: u32| if set { flag } else { 0 };
    let marks = from.marks.iter().copied().map(mark_flag);
    wfa_field {
        struct_size: size_of_u32::<wfa_field>(),
        flags: flag(from.required, WFA_FIELD_REQUIRED)
            | flag(from.secret, WFA_FIELD_SECRET)
            | marks.fold(0, |flags, mark| flags | mark),
        name: text(from.name),
        display: text(from.display),
        description: text(from.description),
        r#type: text(from.kind),
        default_value: from.default.map_or(ptr::null(), text),
        min_length: from.min_length.unwrap_or(WFA_UNSET),
        max_length: from.max_length.unwrap_or(WFA_UNSET),
        min_value: from.min_value.unwrap_or(WFA_UNSET),
        max_value: from.max_value.unwrap_or(WFA_UNSET),
    }
}

fn of_command(from: &Command) -> wfa_command {
    let (request, n_request) = list(from.request, of_field);
    let (response, n_response) = list(from.response, of_field);
    let (extension_request, n_extension_request) = list(from.extension_request, of_field);
    let (extension_response, n_extension_response) = list(from.extension_response, of_field);
    let traits = from.traits.iter().copied().map(trait_flag);
    wfa_command {
        struct_size: size_of_u32::<wfa_command>(),
        flags: traits.fold(0, |flags, flag| flags | flag),
        name: text(from.name),
        display: text(from.display),
        description: text(from.description),
        request,
        n_request,
        response,
        n_response,
        extension_request,
        n_extension_request,
        extension_response,
        n_extension_response,
    }
}

fn of_event(from: &Event) -> wfa_event {
    let (fields, n_fields) = list(from.fields, of_field);
    let (extension_fields, n_extension_fields) = list(from.extension_fields, of_field);
    wfa_event {
        struct_size: size_of_u32::<wfa_event>(),
        flags: 0,
        name: text(from.name),
        display: text(from.display),
        description: text(from.description),
        fields,
        n_fields,
        extension_fields,
        n_extension_fields,
    }
}

fn of_release(from: &Release) -> wfa_spec_release {
    wfa_spec_release {
        struct_size: size_of_u32::<wfa_spec_release>(),
        flags: 0,
        version: text(from.version),
        r#type: text(from.kind),
        description: text(from.description),
        tracking: text(from.tracking),
        date: text(from.date),
    }
}

/// An array of pointers to structs, and its length; never NULL, also when it is empty.
fn list<F, T>(from: &[F], make: impl Fn(&F) -> T) -> (*const *const T, usize) {
    let pointers: Vec<*const T> = from.iter().map(|row| forever(make(row))).collect();
    let count = pointers.len();
    (Box::leak(pointers.into_boxed_slice()).as_ptr(), count)
}

fn forever<T>(value: T) -> *const T {
    Box::leak(Box::new(value))
}

fn text(text: impl Into<Vec<u8>>) -> *const c_char {
    // The rows are this crate's own and hold no NUL.
    Box::leak(CString::new(text).unwrap_or_default().into_boxed_c_str()).as_ptr()
}

#[allow(clippy::cast_possible_truncation)] // sizes of a few hundred bytes
const fn size_of_u32<T>() -> u32 {
    size_of::<T>() as u32
}
